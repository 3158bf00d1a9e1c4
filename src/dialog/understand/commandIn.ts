import type { Command, CommandName, Intent } from '../command.ts';
import type { Answer, Changed, Option } from '../question.ts';
import { joinedCard, longestAt, normalise, writtenFrom } from './normalise.ts';
import { ratingIn } from './ratingIn.ts';
import { gapEnd, picksIn, scan, trimmed } from './scan.ts';
import type { TitleAt } from './titleAt.ts';
import { INSULTS } from './unsaid.ts';
import type { Keyword, Vocabulary } from './vocabulary.ts';

/** What may follow a command's keyword. */
const TAKES: Partial<Record<CommandName, 'picks' | 'number' | 'card' | 'text'>> = {
  vote: 'picks',
  projects: 'number',
  progress: 'number',
  support: 'number',
  rate: 'number',
  receipt: 'card',
  identify: 'card',
  requestMembership: 'text',
  propose: 'text',
  object: 'text',
  complain: 'text',
  ask: 'text',
  broadcast: 'text',
};

interface Message {
  /** The message as it was written, and normalised. */
  readonly text: string;
  readonly plain: string;
  readonly vocabulary: Vocabulary;
  readonly titleAt: TitleAt;
}

/** The command that a message is or begins with, and what it carries; or the command that it nearly is. */
export function commandIn(message: Message): Meaning | undefined {
  const found = keywordIn(message.plain, message.vocabulary);
  const name = found?.keyword.name;
  if (!found || !name) return undefined;
  if (found.isWhole) return meant(found, { name });
  if (name === 'addProgress') return withNews(message, found);
  if (TAKES[name] === 'text') return withText(message, found, name);
  const rated = name === 'rate' ? ratingIn(message.plain.slice(found.end), true) : undefined;
  if (rated) return meant(found, { name, numbers: rated });
  return TAKES[name] === 'picks' ? withPicks(message, found, name) : withNumber(message, found, name);
}

/**
 * The command that a message is whatever was asked before it, free text included: only a keyword, or a keyword with numbers or a card.
 * What is open is not needed for it.
 */
export function wholeCommand(text: string, ballot: readonly Option[], vocabulary: Vocabulary): Command | undefined {
  const plain = joinedCard(normalise(text), ballot);
  const command = wholeCommandIn({ plain, vocabulary }, undefined);
  const isReadOut = command?.name === 'vote' && command.numbers && readOutAs(command.numbers, plain, ballot) !== undefined;
  return isReadOut ? undefined : command;
}

/** The numbers of "37" where no project has this number, but 3 and 7 are projects; undefined if the numbers stand as they are. */
export function readOutAs(numbers: readonly number[], plain: string, ballot: readonly Option[]): number[] | undefined {
  const isOfBallot = (number: number) => ballot.some((option) => option.number === number);
  const split = numbers.flatMap((number) => (isOfBallot(number) || !plain.includes(String(number)) ? [number] : Array.from(String(number), Number)));
  return numbers.length === 1 && split.length > numbers.length && split.every(isOfBallot) && new Set(split).size === split.length ? split : undefined;
}

/** The command in an answer to a question for free text: only the keyword alone, or with nothing but numbers or a card. */
export function wholeCommandIn({ plain, vocabulary }: Pick<Message, 'plain' | 'vocabulary'>, asked: CommandName | undefined): Command | undefined {
  const found = keywordIn(plain, vocabulary);
  const name = found?.keyword.name;
  if (!found || !name || found.keyword.isNear || found.isLed) return undefined;
  if (found.isWhole) return { name };
  const takes = TAKES[name];
  if (name === asked || !takes || takes === 'text') return undefined;
  const picks = picksIn(plain, found.end, vocabulary);
  return picks?.isSure && (takes !== 'card' || picks.numbers.length === 0) ? carrying(name, picks) : undefined;
}

function withPicks({ plain, vocabulary, titleAt }: Message, found: Found, name: CommandName): Meaning | undefined {
  const picks = picksIn(plain, found.end, vocabulary) ?? picksIn(plain, found.end, vocabulary, titleAt);
  if (!picks) return undefined;
  if (picks.isSure) return meant(found, carrying(name, picks));
  if (picks.numbers.length === 0 || picks.card) return { kind: 'near', command: carrying(name, picks) };
  return { kind: 'named', numbers: picks.numbers, isVote: true };
}

function withNumber({ text, plain, vocabulary, titleAt }: Message, found: Found, name: CommandName): Meaning | undefined {
  const takes = TAKES[name];
  const picks = picksIn(plain, found.end, vocabulary) ?? (takes === 'number' ? picksIn(plain, found.end, vocabulary, titleAt) : undefined);
  if (!picks) return takes === 'card' ? withName(text, found, plain) : undefined;
  const isPolite = found.isLed || (picks.numbers.length === 0 && !picks.card);
  const near = isPolite && !SHOWS.has(name) && !TAKEN_BACK.has(name);
  if (takes === 'card' && picks.numbers.length > 0) return meant(found, { name, text: writtenFrom(text, found.end) }, near);
  if (takes !== 'number' && picks.numbers.length > 0) return undefined;
  if (takes !== 'card' && picks.card) return undefined;
  return meant(found, carrying(name, picks), near);
}

/** "JOIN Tom Miller building 3": a name and a building instead of a card. */
function withName(text: string, { end }: Found, plain: string): Meaning | undefined {
  const isNameAndBuilding = /\p{L}{2}.*\d/u.test(plain.slice(end)) && !/\d{5}/.test(plain);
  return isNameAndBuilding ? { kind: 'near', command: { name: 'requestMembership', text: writtenFrom(text, end) } } : undefined;
}

/** 进展3号 杆子立好了: the work, and what is new of it. Without a text, or without a number, it asks how far something is. */
function withNews({ text, plain, vocabulary }: Message, found: Found): Meaning {
  const [, written = ''] = NEWS_NUMBER.exec(plain.slice(found.end)) ?? [];
  const [number] = written ? (picksIn(written, 0, vocabulary)?.numbers ?? []) : [];
  if (number === undefined) return { kind: found.isLed ? 'near' : 'command', command: { name: 'progress' } };
  const numbered = new RegExp(`^${NEWS_NUMBER.source.slice(1)}`, 'u').exec(plain.slice(found.end))?.[0] ?? '';
  const news = writtenFrom(text, found.end + numbered.length);
  return { kind: 'command', command: { name: 'addProgress', numbers: [number], ...(news && { text: news }) } };
}

const NEWS_NUMBER = /^[\s,.:、。]*第?(\d{1,3}|[零〇一二三四五六七八九十百两]{1,4})(?:号项目|号|[\s,:、。]+|$)/u;

/** A text that is joined to its keyword without a separator may be something else: a question about proposals, a place to register at. */
function withText({ text, plain, vocabulary }: Message, found: Found, name: CommandName): Meaning | undefined {
  const written = writtenFrom(text, found.end);
  if (name === 'ask' && /^[了过]/.test(written)) return undefined; // 问了,投得
  const rest = picksIn(plain, found.end, vocabulary);
  if (rest && rest.numbers.length === 0 && !rest.card) return meant(found, { name }, true);
  if (rest && name === 'propose') return { kind: 'near', command: { name: 'progress', numbers: rest.numbers } };
  const isGlued = gapEnd(plain, found.end) === found.end;
  const isRude = isGlued && INSULTS.test(plain);
  const isOther =
    (isGlued && ((name === 'requestMembership' && !/[\d栋幢楼座号]/.test(plain)) || (name === 'propose' && asks(plain, vocabulary)))) ||
    (name === 'requestMembership' && FOR_SOMETHING.test(written));
  return meant(found, { name, text: written }, found.isLed || isOther || isRude);
}

/** "register for the marathon" */
const FOR_SOMETHING = /^(?:for|to|at|on|the|our|your)\b/i;

function asks(plain: string, { words }: Vocabulary): boolean {
  return [...words].some(([word, roles]) => roles.has('doubt') && plain.trimEnd().endsWith(word));
}

function carrying(name: CommandName, { numbers, card }: { numbers: readonly number[]; card?: string }): Command {
  return { name, ...(numbers.length > 0 && { numbers }), ...(card && { card }) };
}

function meant({ keyword }: Found, command: Command, isNear = false): Meaning {
  return { kind: isNear || keyword.isNear ? 'near' : 'command', command };
}

interface Found {
  readonly keyword: Keyword;
  /** The place after the keyword. */
  readonly end: number;
  /** It is the whole message: only blanks and punctuation stand before and after it. */
  readonly isWhole: boolean;
  /** Polite words stand before it: 我要投. */
  readonly isLed: boolean;
}

/** The keyword that a normalised message is, or begins with. Only polite words may stand before it. */
export function keywordIn(plain: string, vocabulary: Vocabulary): Found | undefined {
  const whole = wholeIn(plain, vocabulary);
  if (whole) return { keyword: whole, end: plain.length, isWhole: true, isLed: false };
  const { start } = trimmed(plain);
  for (let at = start; at < plain.length; ) {
    const word = longestAt(plain, at, vocabulary.keywordsFrom) ?? '';
    const before = longestAt(plain, at, vocabulary.wordsFrom) ?? '';
    if (word && word.length >= before.length) {
      const keyword = vocabulary.keywords.get(word);
      return keyword && { keyword, end: at + word.length, isWhole: false, isLed: at > start };
    }
    const roles = vocabulary.words.get(before);
    if (!roles?.has('polite') && !roles?.has('lead')) return undefined;
    at = gapEnd(plain, at + before.length);
  }
  return undefined;
}

/** The keyword that is the whole message. Signs may be one: "*", "#", "??". */
function wholeIn(plain: string, { keywords }: Vocabulary): Keyword | undefined {
  const { core } = trimmed(plain);
  if (core) return keywords.get(core.replace(/\s+/g, ' '));
  const signs = new Set(plain.replace(/\s/g, ''));
  const [sign] = signs;
  return signs.size === 1 && sign !== undefined ? keywords.get(sign) : undefined;
}

/** A longer message that contains a keyword is about something else. */
const MAX_CHARS = 40;
/** With so many words of Latin letters, numbers or Chinese characters beside the keyword, a message may still mean the command. */
const BESIDE = 4;
/** A shorter keyword is too often part of another word. */
const LEAST = { characters: 2, letters: 4 };

/** The one command whose keyword stands somewhere in a short message, without a word before it that says the opposite: 怎么退订. */
export function nearIn(plain: string, vocabulary: Vocabulary): CommandName | undefined {
  if (plain.length > MAX_CHARS) return undefined;
  let found: CommandName | undefined;
  let beside = 0;
  let isDenied = false;
  for (let at = gapEnd(plain, 0); at < plain.length; at = gapEnd(plain, at)) {
    const word = longestAt(plain, at, vocabulary.keywordsFrom) ?? '';
    const [token] = scan(plain, at, vocabulary);
    if (!token) break;
    const name = vocabulary.keywords.get(word)?.name;
    const isKeyword = name !== undefined && isLong(word) && word.length >= token.text.length;
    if (isKeyword && (isDenied || (found && found !== name))) return undefined;
    const roles = token.kind === 'word' ? token.roles : undefined;
    isDenied = !isKeyword && (roles?.has('never') ?? false);
    if (isKeyword) found = name;
    else if (!roles?.has('polite') && !roles?.has('lead') && !roles?.has('doubt')) beside += weight(token.text);
    if (beside > BESIDE) return undefined;
    at += isKeyword ? word.length : token.text.length;
  }
  return found;
}

function isLong(word: string): boolean {
  return word.length >= (/^\p{Script=Latin}/u.test(word) ? LEAST.letters : LEAST.characters);
}

/** The length of a text: a word of Latin letters or a number counts like one Chinese character. */
function weight(text: string): number {
  return /^[\p{Script=Latin}\p{Nd}]/u.test(text) ? 1 : text.length;
}

/** Commands that only show something. With polite words around them they are done at once; any other command is asked about. */
export const SHOWS: ReadonlySet<CommandName> = new Set(['vote', 'projects', 'progress', 'receipt', 'repeat', 'menu', 'help']);

/** What is told at once, and is changed by sending it again: polite words around it raise no question. */
const TAKEN_BACK: ReadonlySet<CommandName> = new Set(['support', 'rate']);

/** What is asked beside picks, or beside a yes to them: 投3 7 结果好久出来. */
export interface AskedBeside {
  readonly intent?: Intent;
  readonly numbers?: readonly number[];
  readonly ownAnswer?: number;
  /** It cannot be done in the same turn: it has to be sent again. */
  readonly isLater?: true;
}

/** What a message means, given what is open. */
export type Meaning =
  | { readonly kind: 'command'; readonly command: Command }
  /** Nearly a command ("停止吧,谢谢"): asked about, never guessed. */
  | { readonly kind: 'near'; readonly command: Command }
  /** It fits the open question. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly asked?: AskedBeside }
  /** Numbers that fit nothing that is open: read back before they count. */
  | { readonly kind: 'numbers'; readonly numbers: number[] }
  /** Titles of projects that fit nothing that is open: read back before they count. */
  | ({
      readonly kind: 'named';
      readonly numbers: number[];
      /** The word for voting stands before them: it is no answer to whatever is open. */
      readonly isVote?: true;
      readonly asked?: AskedBeside;
    } & Changed)
  /** Something that residents ask or say without a command; `numbers` are the projects that it names. It records nothing. */
  | { readonly kind: 'intent'; readonly intent: Intent; readonly numbers: readonly number[] }
  /** What one of the community's own answers is about, counted from 0. */
  | { readonly kind: 'ownAnswer'; readonly answer: number }
  /** `supposed`: what it most likely asks; whether it does is asked. `needsNobody`: it is of the vote, puts it off or insults, so that no person has to call for it. */
  | { readonly kind: 'unknown'; readonly supposed?: Intent; readonly needsNobody?: true };
