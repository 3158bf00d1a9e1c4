import { isOneOf } from '../../store/names.ts';
import type { Guessed } from './guess.ts';
import type { IntentBook, Kind } from './intentBook.ts';
import { normalise } from './normalise.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How much likeness counts beside what was learnt. */
const LIKENESS = 2;
/** A kind that was not learnt is as unlikely as that. */
const UNLEARNT = 1e-4;

/** The kinds that a normalised text may be of, the likeliest first, with their shares: what was learnt (`chanceOf`) and likeness to wordings, taken together. */
export function likeliest(
  plain: string,
  { chanceOf }: Pick<Guessed, 'chanceOf'>,
  { kindsOf }: Pick<IntentBook, 'kindsOf'>,
): { readonly kind: Kind; readonly share: number }[] {
  const weighed = kindsOf(plain).map(({ kind, likeness }) => ({ kind, weight: Math.max(chanceOf(kind), UNLEARNT) * Math.exp(LIKENESS * likeness) }));
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed.map(({ kind, weight }) => ({ kind, share: weight / all })).toSorted((one, other) => other.share - one.share);
}

/** What is only an answer, or picks, is no question or wish of its own; and whether it is meant for us at all is asked besides. */
const NONE = ['yes', 'no', 'others', 'vote', 'manners', 'pause', 'hearsay', 'follow', 'report'] as const satisfies readonly Kind[];

/** What a text that was not understood most likely asks or wants, the likeliest first. */
export function likeliestKinds(
  text: string,
  most: number,
  { book, guess }: Pick<Vocabulary, 'book' | 'guess'>,
): Exclude<Kind, (typeof NONE)[number]>[] {
  const plain = normalise(text);
  const kinds = likeliest(plain, guess(book.unitsOf(plain)[0], 'nothing'), book).map(({ kind }) => kind);
  return kinds.filter((kind) => !isOneOf(NONE, kind)).slice(0, most);
}

/** Whether a text is most likely meant for somebody else. */
export function isForOthers(text: string, { book, guess }: Pick<Vocabulary, 'book' | 'guess'>): boolean {
  return guess(book.unitsOf(normalise(text))[0], 'nothing').kind === 'others';
}
