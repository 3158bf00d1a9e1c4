import { gapEnd, trimmed } from './gap.ts';
import { longestAt } from './longestAt.ts';
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
