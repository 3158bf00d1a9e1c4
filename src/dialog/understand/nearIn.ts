import type { CommandName } from '../command.ts';
import { gapEnd } from './gap.ts';
import { longestAt } from './longestAt.ts';
import { scan } from './scan.ts';
import type { Vocabulary } from './vocabulary.ts';

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
