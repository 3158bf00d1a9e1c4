import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import type { Words, WordsFor } from '../../dialog/wording.ts';
import { type CommunityRecord, promptPath } from '../../fund/communities/index.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Phrases, promptBook } from './prompts/promptBook.ts';

export interface SpeechDeps {
  readonly world: World;
  readonly phrases: Phrases;
  /** The public address at which carriers reach the service, without a slash at the end. */
  readonly publicUrl: string;
  readonly wordsFor: WordsFor;
  /** Is notified of every phrase that had to be synthesised. */
  readonly synthesised: (language: string, key: string) => void;
}

/**
 * How something is said to a caller: in words, and with the community's recordings, if those are loaded within `ms` milliseconds. A
 * dialect falls back to the recordings of the language that it belongs to.
 */
export function speechOf({ world, phrases, publicUrl, wordsFor, synthesised }: SpeechDeps) {
  const bookOf = promptBook(world);
  return async ({ language, community }: { language: string; community?: CommunityRecord }, ms: number): Promise<Omit<Speech, 'isSlow'>> => {
    const words = wordsFor('voice', language, community, voiceLists(language));
    // if the database is away, everything is synthesised
    const book = community && (await within(ms, bookOf(community._id), deadlinePassed).catch(() => undefined));
    const recorded = (said: Statement | Question) => {
      const found = book?.find(phrases, language, said) ?? (language === 'zh-CN-sichuan' ? book?.find(phrases, 'zh-CN', said) : undefined);
      if (!found) synthesised(language, said.key);
      return found?.map((hash) => publicUrl + promptPath(world, hash, isOwn(said)));
    };
    return { words, language, recorded };
  };
}

/** Whether it says what somebody chose: it reads projects back, which are a parameter of its own. */
export function isOwn({ params }: Statement | Question): boolean {
  return Object.values(params ?? {}).some(Array.isArray);
}

export interface Speech {
  readonly words: Words;
  readonly language: string;
  readonly isSlow: boolean;
  /** The addresses of the recordings that together say something; undefined if it is not recorded in full. */
  readonly recorded?: (said: Statement | Question) => readonly string[] | undefined;
}

/** What the caller hears of one statement or question. */
export type Line = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string; readonly isSlow: boolean };

/**
 * A statement or question as it was recorded, or else in words to be synthesised, never a mixture of the two. Sentences in the other
 * script are lines of their own, for a voice that can speak them. Empty if it has no words.
 */
export function linesOf(said: Statement | Question, { words, language, isSlow, recorded }: Speech): Line[] {
  const text = words(said).trim();
  if (text === '') return [];
  const sounds = recorded?.(said);
  if (sounds) return [{ sounds }];
  return byLanguage(ended(text, language), language).map((line) => ({ ...line, isSlow }));
}

/** A text with the sign that ends its last sentence: a voice falls there, and pauses. */
function ended(text: string, language: string): string {
  if (/[。！？!?.]$/.test(text)) return text;
  return `${text}${language.startsWith('en') ? '.' : '。'}`;
}

function byLanguage(text: string, language: string): { text: string; language: string }[] {
  const other = language.startsWith('en') ? HAN : LATIN;
  if (!other.test(text)) return [{ text, language }];
  const lines: { text: string; language: string }[] = [];
  for (const sentence of text.split(SENTENCE_END)) {
    const its = languageOf(sentence, language);
    const last = lines.at(-1);
    if (last?.language === its) last.text += sentence;
    else lines.push({ text: sentence, language: its });
  }
  return lines.map((line) => ({ ...line, text: line.text.trim() }));
}

const HAN = /\p{Script=Han}/u;
const LATIN = /\p{Script=Latin}/u;
/** A line sentence by sentence: many are said in other lines, too, and the first can be heard while the others are made. */
export function sentencesOf(line: Line): Line[] {
  if ('sounds' in line) return [line];
  return line.text.split(SENTENCE_END).flatMap((part) => (part.trim() === '' ? [] : [{ ...line, text: part.trim() }]));
}

/**
 * A text in pieces that others have, too, so that the sound of each can be made once: digits that are read one by one, the signs behind their groups, and
 * the words around them.
 */
export function piecesOf(text: string): string[] {
  const pieces = text.split(DIGITS).flatMap((part, index) => (index % 2 === 1 ? [...part.replaceAll(' ', '')] : [part.trim()]));
  return pieces.filter((piece) => piece !== '');
}

/** Groups of digits, as receipts, codes and phone numbers are spoken: 四八二，零九一，七七三五; "4 8 2,0 9 1,7 7 3 5". */
const DIGITS = /([零一二三四五六七八九幺]{2,}(?:，[零一二三四五六七八九幺]+)+|\d(?: \d)+(?:,\d(?: \d)*)+)/u;

/** Behind the sign that ends a sentence. */
const SENTENCE_END = /(?<=[。！？；!?;]|\.(?!\d))/u;

/** A sentence that has only letters of the other script is in the other language; any other is in the call's. */
function languageOf(sentence: string, language: string): string {
  const [isHan, isLatin] = [HAN.test(sentence), LATIN.test(sentence)];
  if (isHan === isLatin || isLatin === language.startsWith('en')) return language;
  return isLatin ? 'en' : 'zh-CN';
}

/** Lists as they are spoken: an offered thing comes before its key, a picked thing with its number and name. */
export function voiceLists(language: string): ListStyle {
  const isEnglish = language.startsWith('en');
  const picked = ({ number, label }: Item) => (isEnglish ? `${number}, ${label}` : `${number}号，${label}`);
  /** In the script of the label: English is offered in English. */
  const offered = ({ number, label }: Item) => (HAN.test(label) ? `${label}，按${number}。` : `${label}, press ${number}.`);
  return {
    offer: (items) => items.map(offered).join(isEnglish ? ' ' : ''),
    isSpoken: true,
    readBack: (items) => items.map(picked).join(isEnglish ? '; ' : '；'),
  };
}

/** How many characters are spoken in a second; the limits of prompts are counted with it (docs/contract.md: Limits). */
const A_SECOND = 4;
/** A word in Latin letters takes about as long as two Chinese characters. */
const A_WORD = 2;

/** How many seconds a text takes to be spoken. Signs are not spoken: only Chinese characters, digits and words count. */
export function spokenSeconds(text: string): number {
  return spokenCharacters(text) / A_SECOND;
}

/** The length of a text as it is spoken, in characters; signs and blanks do not count. */
export function spokenCharacters(text: string): number {
  const words = text.match(/[\p{Script=Latin}\p{M}'’-]*\p{Script=Latin}[\p{Script=Latin}\p{M}'’-]*/gu) ?? [];
  const others = text.match(/[\p{Nd}\p{Lo}]/gu) ?? [];
  return words.length * A_WORD + others.length;
}

/** How much of a project's detail is read, in characters as they are spoken. */
const DETAIL = 20;
const CLAUSE_END = /(?<=[。！？；，!?;]|[,.](?!\d))/u;

/** What is read of a project's detail: as many clauses from its beginning as are short enough, as one sentence; none if the first is too long. */
export function spokenDetail(detail: string): string {
  let said = '';
  for (const clause of detail.trim().split(CLAUSE_END)) {
    if (spokenCharacters(said + clause) > DETAIL) break;
    said += clause;
  }
  const words = said.replace(/[\s\p{P}]+$/u, '');
  if (words === '') return '';
  return HAN.test(words) ? `${words}。` : `${words}. `;
}

/** What the line waits for after a prompt. Times in seconds. */
export type Entry =
  | { readonly keys: { readonly timeout: number; readonly numDigits?: number; readonly finishOnKey: string } }
  | { readonly recording: { readonly maxLength: number; readonly finishOnKey: string; readonly timeout: number } };

/** For how many seconds the line waits after a prompt, and between two keys. */
const TIMEOUT = 6;
/** A recording ends after so many seconds of silence. */
const RECORD_TIMEOUT = 4;
/** The keys that end a recording: done, say it again, a person. */
const RECORD_KEYS = '#*0';

/** One key, `#` and `*` included; or a number that `#` ends; or as many digits as there are, which `#` may end early; or what is spoken. */
export function entryFor(asks: Question): Entry {
  if (asks.expects === 'freeText') return { recording: { maxLength: asks.maxSeconds, finishOnKey: RECORD_KEYS, timeout: RECORD_TIMEOUT } };
  if (asks.expects === 'code') return { keys: { timeout: TIMEOUT, numDigits: asks.length, finishOnKey: '#' } };
  const isNumber = asks.expects === 'numbers' && asks.options.length === 0;
  return { keys: isNumber ? { timeout: TIMEOUT, finishOnKey: '#' } : { timeout: TIMEOUT, numDigits: 1, finishOnKey: '' } };
}
