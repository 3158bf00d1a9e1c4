import type { CommandName } from '../command.ts';
import { gapEnd, longestAt, scan, trimmed } from './scan.ts';
import type { Keyword, Vocabulary } from './vocabulary.ts';

export interface Found {
  readonly keyword: Keyword;
  /** Where what follows the keyword begins. */
  readonly end: number;
  /** The whole message: nothing before it and nothing behind it but blanks and punctuation. */
  readonly isWhole: boolean;
  /** Polite words stand before it: 我要投. */
  readonly isLed: boolean;
}

/** The keyword that a normalised message is, or begins with, behind polite words at most. */
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

/** Signs may be a message of their own: "*", "#", "??". */
function wholeIn(plain: string, { keywords }: Vocabulary): Keyword | undefined {
  const { core } = trimmed(plain);
  if (core) return keywords.get(core.replace(/\s+/g, ' '));
  const signs = new Set(plain.replace(/\s/g, ''));
  const [sign] = signs;
  return signs.size === 1 && sign !== undefined ? keywords.get(sign) : undefined;
}

/** A longer message that has a keyword in it somewhere is about something else. */
const LONGEST = 40;
/** So many words of Latin letters, numbers or Chinese characters beside the keyword may still be a way to say it. */
const BESIDE = 4;
/** A shorter keyword is too often part of another word. */
const LEAST = { characters: 2, letters: 4 };

/** The one command whose keyword is somewhere in a short message, nothing before it that says the opposite: 怎么退订. */
export function nearIn(plain: string, vocabulary: Vocabulary): CommandName | undefined {
  if (plain.length > LONGEST) return undefined;
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

/** A word of Latin letters, or a number, counts like one Chinese character. */
function weight(text: string): number {
  return /^[\p{Script=Latin}\p{Nd}]/u.test(text) ? 1 : text.length;
}
