import type { Kind } from './intentBook.ts';
import { normalise } from './normalise.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is only an answer, or picks, is no question or wish of its own; and whether it is meant for us at all is asked besides. */
const NONE: ReadonlySet<Kind> = new Set<Kind>(['yes', 'no', 'others', 'vote', 'manners', 'pause', 'hearsay']);

/** What a text that was not understood most likely asks or wants, the likest first: what it is guessed to be, and what its words are like. */
export function likeliestKinds(text: string, most: number, { book, guess }: Pick<Vocabulary, 'book' | 'guess'>): Kind[] {
  const plain = normalise(text);
  const guessed = guess(book.unitsOf(plain)[0], 'nothing').kind;
  const kinds = [guessed, ...book.kindsOf(plain).flatMap(({ kind, closest }) => (closest > 0 ? [kind] : []))];
  return [...new Set(kinds)].filter((kind) => !NONE.has(kind)).slice(0, most);
}

/** Whether a text is most likely meant for somebody else. */
export function isForOthers(text: string, { book, guess }: Pick<Vocabulary, 'book' | 'guess'>): boolean {
  return guess(book.unitsOf(normalise(text))[0], 'nothing').kind === 'others';
}
