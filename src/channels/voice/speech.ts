import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import type { Words } from '../../dialog/wording.ts';
import { type CommunityRecord, promptPath } from '../../fund/communities/index.ts';
import { within } from '../../store/inTime.ts';
import type { World } from '../../store/world.ts';
import { type Phrases, promptBook } from './prompts/promptBook.ts';

export interface SpeechDeps {
  readonly world: World;
  readonly phrases: Phrases;
  /** The public address at which carriers reach the service, without a slash at the end. */
  readonly publicUrl: string;
  readonly wordsFor: (language: string, community: CommunityRecord | undefined, lists: ListStyle) => Words;
  /** Is notified of every phrase that had to be synthesised. */
  readonly synthesised: (language: string, key: string) => void;
}

/**
 * How something is said to a caller: in words, and with the community's recordings, if those are loaded within `ms` milliseconds. A
 * dialect falls back to the recordings of the language that it belongs to.
 */
export function speechOf({ world, phrases, publicUrl, wordsFor, synthesised }: SpeechDeps) {
  const bookOf = promptBook(world);
  const pathOf = promptPath(world);
  return async ({ language, community }: { language: string; community?: CommunityRecord }, ms: number): Promise<Omit<Speech, 'isSlow'>> => {
    const words = wordsFor(language, community, voiceLists(language));
    // if the database is away, everything is synthesised
    const book = community && (await within(ms, bookOf(community._id), deadlinePassed).catch(() => undefined));
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
  /** The addresses of the recordings that together say something; undefined if it is not recorded in full. */
  readonly recorded?: (said: Statement | Question) => readonly string[] | undefined;
}

/** What the caller hears of one statement or question. */
export type Line = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string; readonly isSlow: boolean };

/**
 * A statement or question as it was recorded, or else in words to be synthesised, never a mixture of the two. Undefined if it has no
 * words.
 */
export function lineOf(said: Statement | Question, { words, language, isSlow, recorded }: Speech): Line | undefined {
  const text = words(said).trim();
  if (text === '') return undefined;
  const sounds = recorded?.(said);
  return sounds ? { sounds } : { text, language, isSlow };
}

/** Lists as they are spoken: an offered thing comes before its key, a picked thing with its number and name. */
export function voiceLists(language: string): ListStyle {
  const isEnglish = language.startsWith('en');
  const picked = ({ number, label }: Item) => (isEnglish ? `${number}, ${label}` : `${number}号，${label}`);
  const offered = ({ number, label }: Item) => (isEnglish ? `${label}, press ${number}.` : `${label}，按${number}。`);
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
