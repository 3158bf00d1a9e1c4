import type { Option, Question } from '../question.ts';
import { remembered } from './intentBook.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import type { OwnAnswers } from './ownAnswers.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A message that is no certain command and no answer to what is open. */
export interface Said {
  /** As it was written, and normalised. */
  readonly text: string;
  readonly plain: string;
  readonly open: Question | undefined;
  readonly ballot: readonly Option[];
  readonly vocabulary: Vocabulary;
  readonly answers: OwnAnswers;
  /** The projects that the message, or a part of it, names. */
  readonly mentionsOf: (plain: string) => Mentions;
}

/** A message as it is understood: what is looked up for it or for a part of it is looked up once. */
export function saidOf(message: Omit<Said, 'mentionsOf'>): Said {
  const vocabulary = { ...message.vocabulary, book: message.vocabulary.book.forOneMessage() };
  return { ...message, vocabulary, mentionsOf: remembered((plain) => mentionsIn(plain, message.ballot, vocabulary)) };
}

/** Below it, nobody could be sure what is meant. Measured on the wordings, each compared with all others (`test/dialog/understand/likeness.test.ts`). */
export const SURE = 0.33;
/** So like one wording alone, it says what that says. */
export const CLEAR = 0.5;
/** The message asks something. */
export const ASKS =
  /[?？吗么呢喃嗦唛谁哪什咋怎啥]|[好多几][大高宽长远重]|哇[\s\p{P}]*$|会不会|有没有|多少|多久|多长|好多|好久|几|为|\b(?:what|where|when|who|how|why|which|is|are|does|do|will|can|could)\b/u;

/** The length of a text: a word of Latin letters counts like two Chinese characters. */
export function weight(plain: string): number {
  return plain.replace(/[\p{Script=Latin}']+/gu, '两字').replace(/[^\p{L}\p{N}]/gu, '').length;
}

const ENDS_ASKING = /[不没][嘛哦哈呢嗦]?$|(\p{Script=Han}{1,2})[不没]\1|没得$/u;

/** Whether it asks something, at its end at least. */
export function asksAtAll(plain: string): boolean {
  return ASKS.test(plain) || ENDS_ASKING.test(plain);
}

/** A word of ours is in it. A 彩票 is none. */
export const OURS = /[投选卡]|(?<![车彩股发钞门机邮饭])票|项目|社区|居委|短信|vot(?:e|ing)|ballot|project/;

/** Links, code, long numbers, a sender in 【】, what a machine answers or puts in place of a picture, one character again and again, a script of neither language: no resident wrote it by hand. */
export const NOISE =
  /指令|(?:管理员|系统)命令|\bignore (?:all|any|previous|the above)|选手|参赛|才艺|砍一刀|https?:|%[a-z]|撤回了一条消息|\[(?:红包|转账|图片|语音|动画表情|链接|名片|自动回复)\]|一会儿?再[和跟]您联系|www\.|【|[<>{}$=\\]|--|\w@\w|\b[\w-]+\.(?:com|cn|example|net)\b|(?<!\d)\d{6,8}(?!\d)|\d{10,}|([\p{L}\d])\1{4,}|^(?=.*\p{L})[^\p{Script=Han}\p{Script=Latin}]*$|[a-z]\d+[a-z]/u;

/** Nobody tells trouble or an idea in so few characters; and they are too few to guess by. */
export const TOLD = 6;

/** Whether a message, or a part of it, says this, and nothing else stands beside it but why: 等一哈,电话来了. */
export function saidInPart(says: (part: string) => boolean, { plain, mentionsOf }: Said): boolean {
  if (says(plain)) return true;
  const parts = plain.split(/[,，。.!！;；~…\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u).filter((part) => /\p{L}/u.test(part));
  const isAside = (part: string) => mentionsOf(part).all.length === 0 && !asksAtAll(part) && !WANTS_MORE.test(part);
  return plain.length <= LONGEST_ASIDE && parts.some(says) && parts.every((part) => says(part) || isAside(part));
}

const LONGEST_ASIDE = 40;
/** What may be a wish of its own beside a pause. */
const WANTS_MORE =
  /[投选票卡号改换停退订转收发删\d]|^\s*(?:对|是|要得|没错)|帮我|给我|反映|举报|坏了|漏|[叫喊找]|人工|客服|电话号|\b(?:yes|vote|add|drop|change|stop|text|send|but)\b/;
