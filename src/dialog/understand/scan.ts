import { digitsOf, NUMERAL_CHARACTERS, numeral } from '../../store/numerals.ts';
import { longestAt } from './normalise.ts';
import type { TitleAt } from './titleAt.ts';
import type { Role, Vocabulary } from './vocabulary.ts';

/** A piece of a message; `text` in its normalised form. */
export type Token =
  /** `values` has more than one number, and is not sure, if digits were read out: "三七". */
  | { readonly kind: 'number'; readonly text: string; readonly values: readonly number[]; readonly isSure: boolean }
  | { readonly kind: 'card'; readonly text: string; readonly digits: string }
  | { readonly kind: 'title'; readonly text: string; readonly number: number }
  | { readonly kind: 'word'; readonly text: string; readonly roles: ReadonlySet<Role> }
  /** Blanks and punctuation; with a dash in it, it may make a range. */
  | { readonly kind: 'gap'; readonly text: string; readonly isRange: boolean }
  | { readonly kind: 'foreign'; readonly text: string };

const DIGITS = /\d+/y;
const LETTERS = /[\p{Script=Latin}']+/uy;
const RANGE = /[\p{Pd}~〜∼−]/u;
/** Money, a measure, a sum, or code: what stands between is no pick. */
const NO_GAP = /[\p{Sc}%‰°=<>{}\\]/u;
/** A time of day, a decimal: 7:45, 0.37. */
const DECIMAL = /\d+[.:]\d{2,}/y;
/** 第3个, 第三项: the third, which may be the third of the list. But 3个 alone means three of them. */
const ORDINAL = /第\s*(\d{1,4}|[零〇一二三四五六七八九十百千两廿卅]{1,8})\s*[个项条]?/y;
/** 第三个项目 编号3 */
const SAID_TWICE =
  /第\s*(\d{1,4}|[零〇一二三四五六七八九十百两]{1,8})\s*[个项条]?(?:项目)?[\s,.:、(]*(?:编号|号码|就是|也就是)[\s:是]*(\d{1,4}|[零〇一二三四五六七八九十百两]{1,8})(?!\d)/y;
const CARD_DIGITS = 9;
const PHONE_DIGITS = 11;
const LONGEST_NUMERAL = 16;

/** Cuts a normalised message into pieces, from a place on. If a title is possible, the longest reading wins. */
export function* scan(plain: string, from: number, vocabulary: Vocabulary, titleAt?: TitleAt): Generator<Token> {
  for (let at = from; at < plain.length; ) {
    const token = next(plain, at, vocabulary, titleAt);
    yield token;
    at += token.text.length;
  }
}

function next(plain: string, at: number, vocabulary: Vocabulary, titleAt: TitleAt | undefined): Token {
  const word = longestAt(plain, at, vocabulary.wordsFrom) ?? '';
  const number = numberAt(plain, at, vocabulary);
  const title = titleAt?.(plain, at);
  if (title && isTitle(title, word, number)) return { kind: 'title', text: title.text, number: title.number };
  if (word && word.length > (number?.text.length ?? 0)) return { kind: 'word', text: word, roles: vocabulary.words.get(word) ?? new Set() };
  return (
    number ??
    gapAt(plain, at, vocabulary) ?? { kind: 'foreign', text: match(LETTERS, plain, at)?.[0] ?? String.fromCodePoint(plain.codePointAt(at) ?? 0) }
  );
}

/**
 * Whether a title is read here. A whole title wins over a word. A part of a title has to be longer than the word, and more than a number
 * with what follows it.
 */
function isTitle({ text, isWhole }: NonNullable<ReturnType<TitleAt>>, word: string, number: Token | undefined): boolean {
  return text.length > (number ? number.text.length + 1 : 0) && (isWhole ? text.length >= word.length : text.length > word.length);
}

function numberAt(plain: string, at: number, vocabulary: Vocabulary): Token | undefined {
  const first = plain.charAt(at);
  if (first >= '0' && first <= '9') return digitsAt(plain, at);
  if (first === '第') return ordinalAt(plain, at);
  if (NUMERAL_CHARACTERS.has(first)) return numeralAt(plain, at);
  if (first < 'a' || first > 'z') return undefined;
  const text = match(LETTERS, plain, at)?.[0] ?? '';
  const value = vocabulary.numbers.get(text);
  return value === undefined ? undefined : { kind: 'number', text, values: [value], isSure: true };
}

function digitsAt(plain: string, at: number): Token {
  const decimal = match(DECIMAL, plain, at)?.[0];
  if (decimal) return { kind: 'foreign', text: decimal };
  const text = match(DIGITS, plain, at)?.[0] ?? '';
  if (text.length === CARD_DIGITS) return { kind: 'card', text, digits: text };
  if (text.length >= PHONE_DIGITS) return { kind: 'foreign', text };
  return { kind: 'number', text, values: [Number(text)], isSure: true };
}

function ordinalAt(plain: string, at: number): Token | undefined {
  const [text, written] = saidTwiceAt(plain, at) ?? match(ORDINAL, plain, at) ?? [];
  if (text === undefined || written === undefined) return undefined;
  const value = numberIn(written);
  return value === undefined ? undefined : { kind: 'number', text, values: [value], isSure: !text.endsWith('个') };
}

/** The third project, number 3: what the ordinal leaves open, the number says. */
function saidTwiceAt(plain: string, at: number): RegExpExecArray | undefined {
  const twice = match(SAID_TWICE, plain, at);
  const [, ordinal = '', number = ''] = twice ?? [];
  return twice && numberIn(ordinal) === numberIn(number) ? twice : undefined;
}

function numberIn(written: string): number | undefined {
  return /^\d/.test(written) ? Number(written) : numeral(written);
}

function numeralAt(plain: string, at: number): Token | undefined {
  let end = at;
  while (end - at < LONGEST_NUMERAL && NUMERAL_CHARACTERS.has(plain.charAt(end))) end++;
  const text = plain.slice(at, end);
  const value = numeral(text);
  if (value !== undefined) return { kind: 'number', text, values: [value], isSure: text !== '两' && !text.includes('幺') };
  const digits = digitsOf(text);
  if (digits === undefined || digits.length > CARD_DIGITS) return undefined;
  return { kind: 'number', text, values: Array.from(digits, Number), isSure: false };
}

/** A run of blanks and punctuation, up to a mark that is a word of its own, such as "?". */
function gapAt(plain: string, at: number, vocabulary: Vocabulary): Token | undefined {
  const run = plain.slice(at, gapEnd(plain, at));
  if (!run || NO_GAP.test(run)) return undefined;
  let text = '';
  for (const character of run) {
    if (text && vocabulary.wordsFrom.has(character)) break;
    text += character;
  }
  return { kind: 'gap', text, isRange: RANGE.test(text) };
}

function match(pattern: RegExp, plain: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(plain);
}

/** Blanks, punctuation, signs and pictures: what may stand between words. */
const GAP = /[\s\p{P}\p{S}]/u;

/** The end of the run of blanks, punctuation and pictures that begins here; `at` itself if there is none. */
export function gapEnd(plain: string, at: number): number {
  let end = at;
  while (end < plain.length) {
    const character = characterAt(plain, end);
    if (!GAP.test(character)) break;
    end += character.length;
  }
  return end;
}

/** The text without blanks, punctuation and pictures at its beginning and end, and the place where it begins. */
export function trimmed(plain: string): { readonly core: string; readonly start: number } {
  const start = gapEnd(plain, 0);
  let end = plain.length;
  while (end > start) {
    const isPair = end - 2 >= start && /[\udc00-\udfff]/.test(plain.charAt(end - 1));
    const from = end - (isPair ? 2 : 1);
    if (!GAP.test(plain.slice(from, end))) break;
    end = from;
  }
  return { core: plain.slice(start, end), start };
}

function characterAt(plain: string, at: number): string {
  return String.fromCodePoint(plain.codePointAt(at) ?? 0);
}

export interface Picks {
  /** As they were sent: a number that was sent twice is there twice. */
  readonly numbers: number[];
  readonly card?: string;
  /** False if it has to be read back first: titles, digits read out, a question mark. */
  readonly isSure: boolean;
}

/**
 * The picks in a message, from a place on: numbers, and titles if `titleAt` is given. Every piece must be one with which picks are
 * written; anything else ("不", "还是", "楼", "万") makes it something else: `undefined`. `tolerance` is how many other characters may stand
 * beside a title, if nothing says the opposite.
 */
export function picksIn(plain: string, from: number, vocabulary: Vocabulary, titleAt?: TitleAt, tolerance = 0): Picks | undefined {
  const numbers: number[] = [];
  let card: string | undefined;
  let isSure = true;
  let hasTitle = false;
  let foreign = 0;
  let isRange = false;
  let last: 'start' | 'number' | 'after' | 'title' | 'between' | 'other' = 'start';
  let isGlued = false;
  let isNegative = false;
  for (const token of scan(saidPlainly(plain, from), from, vocabulary, titleAt)) {
    const glued = isGlued && last === 'number';
    isGlued = token.kind !== 'gap';
    switch (token.kind) {
      case 'gap':
        isRange = token.isRange;
        isNegative = isRange && /[^\s]$/.test(token.text);
        continue;
      case 'number':
        if (glued || (isRange && numbers.length > 0)) return undefined;
        numbers.push(...token.values.filter((value) => !(hasTitle && numbers.includes(value))));
        isSure &&= token.isSure && !isNegative; // -1
        last = 'number';
        break;
      case 'card':
        if (glued || card !== undefined) return undefined;
        card = token.digits;
        last = 'other';
        break;
      case 'title':
        if (!numbers.includes(token.number)) numbers.push(token.number);
        hasTitle = true;
        last = 'title';
        break;
      case 'word': {
        const { roles } = token;
        const isNumbered = last === 'number' || last === 'after' || last === 'title';
        if (roles.has('after') && isNumbered) last = 'after';
        else if (roles.has('between') && numbers.length > 0) last = 'between';
        else if (roles.has('doubt')) [isSure, last] = [false, 'other'];
        else if (roles.has('polite') || (roles.has('lead') && numbers.length === 0)) last = last === 'between' ? last : 'other';
        else if (roles.has('never') || roles.has('question') || roles.has('no')) return undefined;
        else foreign += token.text.length;
        break;
      }
      case 'foreign':
        if (glued) return undefined;
        foreign += token.text.length;
        last = 'other';
        break;
    }
    if (foreign > tolerance) return undefined;
    isRange = false;
    isNegative = false;
  }
  if (foreign > 0 && !hasTitle) return undefined;
  const said = URGED.test(plain) && isUrged(numbers) ? numbers.slice(0, 1) : numbers;
  return { numbers: said, isSure: isSure && !hasTitle && last !== 'between', ...(card !== undefined && { card }) };
}

/** 7！7！7！: three times the same is no slip of the finger where each is called out. A key that was held down is one, and so may be 投 3 3 3. */
const URGED = /\d[\s]*[!！][\s]*\d/u;
function isUrged([first, ...others]: readonly number[]): boolean {
  return others.length > 1 && others.length < MOST_URGED && others.every((number) => number === first);
}

const MOST_URGED = 5;

/** What a message says from a place on, without what only repeats it or ends it. */
function saidPlainly(plain: string, from: number): string {
  return plain.slice(0, from) + plain.slice(from).replace(REPEATED, '$1号').replace(NOTHING_MORE, '');
}

/** 7号7号. Without the 号, it may be a slip of the finger, and it stays as it was sent. */
const REPEATED = /(?<![\d第一二三四五六七八九十百两])(\d{1,3}|[一二三四五六七八九十百两]{1,4})号(?:[\s,，!！。]*\1号(?![线楼院门栋幢房桌]))+/gu;
/** 1跟3,莫得了: after a pause, it says that this was all. */
const NOTHING_MORE =
  /(?<=[\d号一二三四五六七八九十嘛哈噻撒嘞])[\s,，。!！]+(?:(?:[莫没]得|没有|冇|够|莫|没)(?:其他|别的)?[了喽咯]|(?:其[他它]的?|别的|其余的?)(?:就|都|我)?(?:[莫没]得|没有|不[选要投])了?|(?:[莫没]得|没有)(?:其他|别的)的?)[嘛哈]?[\s\p{P}]*$/u;
