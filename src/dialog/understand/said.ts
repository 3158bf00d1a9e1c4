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
  /[?？吗么呢谁哪什咋怎啥]|会不会|有没有|多少|好多|好久|几|为|\b(?:what|where|when|who|how|why|which|is|are|does|do|will|can|could)\b/;

/** The length of a text: a word of Latin letters counts like two Chinese characters. */
export function weight(plain: string): number {
  return plain.replace(/[\p{Script=Latin}']+/gu, '两字').replace(/[^\p{L}\p{N}]/gu, '').length;
}

const ENDS_ASKING = /[不没][嘛哦哈呢嗦]?$|(.)[不没]\1|没得$/;

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
