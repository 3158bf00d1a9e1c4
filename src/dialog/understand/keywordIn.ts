import type { CommandName } from '../command.ts';
import { longestAt } from './longestWord.ts';
import { gapEnd, scan, trimmed } from './scan.ts';
import type { Keyword, Vocabulary } from './vocabulary.ts';

export interface Found {
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
const LONGEST = 40;
/** With so many words of Latin letters, numbers or Chinese characters beside the keyword, a message may still mean the command. */
const BESIDE = 4;
/** A shorter keyword is too often part of another word. */
const LEAST = { characters: 2, letters: 4 };

/** The one command whose keyword stands somewhere in a short message, without a word before it that says the opposite: 怎么退订. */
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

/** The length of a text: a word of Latin letters or a number counts like one Chinese character. */
function weight(text: string): number {
  return /^[\p{Script=Latin}\p{Nd}]/u.test(text) ? 1 : text.length;
}
