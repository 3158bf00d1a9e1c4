import type { IntentBook, Kind } from '../../src/dialog/understand/intentBook.ts';
import { likenessTo } from '../../src/dialog/understand/likeness.ts';
import { normalise } from '../../src/dialog/understand/normalise.ts';

interface Counted {
  readonly text: string;
  readonly count: number;
}

/** Texts that are like each other, the most frequent first; how often in all; and the kind of wording that the first is likest to. */
export interface MissGroup {
  readonly count: number;
  readonly nearest?: { readonly kind: Kind; readonly likeness: number };
  readonly texts: readonly Counted[];
}

/** From here on, two texts ask the same. */
const ALIKE = 0.5;
/** The most texts that one group takes. */
const MOST = 200;

/** Texts that were not understood, in groups: each of the most frequent texts takes those that are like it. The largest group comes first. */
export function groupedByLikeness(texts: readonly Counted[], book: IntentBook): MissGroup[] {
  const units = texts.map(({ text }) => book.unitsOf(normalise(text))[0] ?? { written: [], spoken: [] });
  const like = likenessTo(units);
  const taken = new Set<number>();
  const groups: MissGroup[] = [];
  for (const [place, text] of texts.entries()) {
    if (taken.has(place)) continue;
    const near = like.nearest(units[place] ?? { written: [], spoken: [] }, MOST).filter(({ likeness }) => likeness >= ALIKE);
    const places = [...new Set([place, ...near.map((one) => one.place)])].filter((one) => !taken.has(one));
    for (const one of places) taken.add(one);
    const members = places.flatMap((one) => texts[one] ?? []);
    const [kind] = book.kindsOf(normalise(text.text));
    groups.push({
      count: members.reduce((sum, { count }) => sum + count, 0),
      ...(kind && kind.likeness > 0 && { nearest: { kind: kind.kind, likeness: Math.round(kind.likeness * 100) / 100 } }),
      texts: members,
    });
  }
  return groups.toSorted((one, other) => other.count - one.count);
}

/** Those of the texts that ask the same as this one, the likest first. */
export function likeTexts(text: string, texts: readonly string[], book: IntentBook): string[] {
  const [units] = book.unitsOf(normalise(text));
  const like = likenessTo(texts.map((one) => book.unitsOf(normalise(one))[0] ?? { written: [], spoken: [] }));
  return units ? like.nearest(units, MOST).flatMap(({ place, likeness }) => (likeness >= ALIKE ? (texts[place] ?? []) : [])) : [];
}
