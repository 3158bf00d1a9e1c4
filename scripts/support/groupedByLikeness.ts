import type { IntentBook, Kind } from '../../src/dialog/understand/intentBook.ts';
import { likenessTo } from '../../src/dialog/understand/likeness.ts';
import { normalise } from '../../src/dialog/understand/normalise.ts';
import type { Vocabulary } from '../../src/dialog/understand/vocabulary.ts';

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
const MAX_GROUP = 200;

/**
 * Texts that were not understood, in groups: each of the most frequent texts takes those that are like it. The largest group comes first, and of
 * equal ones those that are most likely meant for somebody else come last.
 */
export function groupedByLikeness(texts: readonly Counted[], { book, guess }: Pick<Vocabulary, 'book' | 'guess'>): MissGroup[] {
  const counts = new Map(texts.map((counted) => [counted.text, counted]));
  const alike = alikeAmong([...counts.keys()], book);
  const taken = new Set<string>();
  const groups: MissGroup[] = [];
  for (const text of counts.keys()) {
    if (taken.has(text)) continue;
    const members = [...new Set([text, ...alike(text)])].filter((one) => !taken.has(one)).flatMap((one) => counts.get(one) ?? []);
    for (const member of members) taken.add(member.text);
    const [kind] = book.kindsOf(normalise(text));
    groups.push({
      count: members.reduce((sum, { count }) => sum + count, 0),
      ...(kind && kind.closest > 0 && { nearest: { kind: kind.kind, likeness: Math.round(kind.closest * 100) / 100 } }),
      texts: members,
    });
  }
  const isForOthers = new Map(
    groups.map((group) => [group, guess(book.unitsOf(normalise(group.texts[0]?.text ?? ''))[0], 'nothing').kind === 'others']),
  );
  return groups.toSorted((one, other) => other.count - one.count || Number(isForOthers.get(one)) - Number(isForOthers.get(other)));
}

/** A function that gives those of the texts that ask the same as another one, the likest first. */
export function alikeAmong(texts: readonly string[], book: IntentBook): (text: string) => string[] {
  const unitsOf = (text: string) => book.unitsOf(normalise(text))[0];
  const compare = likenessTo(texts.map(unitsOf));
  return (text) => compare(unitsOf(text), MAX_GROUP).nearest.flatMap(({ place, likeness }) => (likeness >= ALIKE ? (texts[place] ?? []) : []));
}
