import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import type { Words } from '../../dialog/wording.ts';
import { type CommunityRecord, promptPath } from '../../fund/communities/index.ts';
import type { World } from '../../store/world.ts';
import { type Phrases, promptBook } from './prompts/promptBook.ts';

export interface SpeechDeps {
  readonly world: World;
  readonly phrases: Phrases;
  /** How carriers reach it, no slash at the end. */
  readonly publicUrl: string;
  readonly wordsFor: (language: string, community: CommunityRecord | undefined, lists: ListStyle) => Words;
  /** Told of every phrase that had to be synthesised. */
  readonly synthesised: (language: string, key: string) => void;
}

/** How something is said to a caller: in words, and with what the community has recorded, if that is known in so many milliseconds. A dialect falls back to what is recorded in the language it belongs to. */
export function speechOf({ world, phrases, publicUrl, wordsFor, synthesised }: SpeechDeps) {
  const bookOf = promptBook(world);
  const pathOf = promptPath(world);
  return async ({ language, community }: { language: string; community?: CommunityRecord }, ms: number): Promise<Omit<Speech, 'isSlow'>> => {
    const words = wordsFor(language, community, voiceLists(language));
    const book = community && (await within(ms, bookOf(community._id)).catch(() => undefined)); // the database is away: it is synthesised
    const recorded = (said: Statement | Question) => {
      const found = book?.find(phrases, language, said) ?? (language === 'zh-CN-sichuan' ? book?.find(phrases, 'zh-CN', said) : undefined);
      if (!found) synthesised(language, said.key);
      return found?.map((hash) => publicUrl + pathOf(hash));
    };
    return { words, language, recorded };
  };
}

export interface Speech {
  readonly words: Words;
  readonly language: string;
  readonly isSlow: boolean;
  /** The addresses of the recordings that together say something; undefined where it is not recorded whole. */
  readonly recorded?: (said: Statement | Question) => readonly string[] | undefined;
}

/** What is heard of one statement or question. */
export type Line = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string; readonly isSlow: boolean };

/** A statement or question as somebody recorded it, else in words to be synthesised, never a patchwork of the two; undefined where it has no words. */
export function lineOf(said: Statement | Question, { words, language, isSlow, recorded }: Speech): Line | undefined {
  const text = xmlSafe(words(said)).trim();
  if (text === '') return undefined;
  const sounds = recorded?.(said);
  return sounds ? { sounds } : { text, language, isSlow };
}

/** Lists as they are spoken: what is offered before its key, what was picked with its number and name. */
export function voiceLists(language: string): ListStyle {
  const isEnglish = language.startsWith('en');
  const picked = ({ number, label }: Item) => (isEnglish ? `${number}, ${label}` : `${number}号,${label}`);
  const offered = ({ number, label }: Item) => (isEnglish ? `${label}, press ${number}.` : `${label},按${number}。`);
  return {
    offer: (items) => items.map(offered).join(isEnglish ? ' ' : ''),
    isSpoken: true,
    readBack: (items) => items.map(picked).join(isEnglish ? '; ' : ';'),
  };
}

/** Characters that a second of speech has room for: what the contract counts with (docs/contract.md: Limits). */
const A_SECOND = 4;
/** A word in Latin letters takes about as long as two Chinese characters. */
const A_WORD = 2;

/** How long a text takes to be spoken. Signs are not said: only Chinese characters, digits and words count. */
export function spokenSeconds(text: string): number {
  return spokenCharacters(text) / A_SECOND;
}

/** The length of what is said in characters as people say them: signs and blanks are none. */
export function spokenCharacters(text: string): number {
  const words = text.match(/[\p{Script=Latin}\p{M}'’-]*\p{Script=Latin}[\p{Script=Latin}\p{M}'’-]*/gu) ?? [];
  const others = text.match(/[\p{Nd}\p{Lo}]/gu) ?? [];
  return words.length * A_WORD + others.length;
}

/** What comes of it, or a rejection after so many milliseconds: a database that hangs does not reject by itself before a caller has hung up. */
export function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(deadlinePassed()), Math.max(0, ms));
    work.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}

/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text without what an XML document cannot hold. */
export function xmlSafe(text: string): string {
  return text.replace(UNHOLDABLE, '');
}
