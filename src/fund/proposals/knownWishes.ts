import { gramsOf, linesOf, placedText, readyPatterns, SAME_WORDS } from './placedText.ts';

/** What residents of other places asked for, a line each: the same wish in several wordings, or what belongs to it. */
const WISHES = linesOf('wishes.txt').map((line) => line.split('；'));

/** So many known wishes say what a text is about, and those that are less like it than that share of the likest one say nothing. */
const MAX_WISHES = 6;
const LEAST = 0.35;

/** By gram: the known wishes and words with it, and how much it counts in each. */
interface Row {
  readonly ids: number[];
  readonly weights: number[];
}

/** Made as they are first wanted (`learnWishes`): a process that compares nothing has none. */
let rows: ReadonlyMap<string, Row> | undefined;
const likeness = new Float64Array(SAME_WORDS.length + WISHES.length);

/**
 * The known wishes, and words that mean the same, that a text with these grams is likest, as numbers: two texts without a word in common may both be
 * like a third one.
 */
export function wishesLike(grams: ReadonlyMap<string, number>): number[] {
  for (const _ of learnWishes());
  likeness.fill(0);
  for (const [gram, count] of grams) {
    const row = rows?.get(gram);
    row?.ids.forEach((id, at) => {
      likeness[id] = (likeness[id] ?? 0) + count * (row.weights[at] ?? 0);
    });
  }
  const best: number[] = [];
  for (const [id, its] of likeness.entries()) {
    if (its <= (likeness[best[MAX_WISHES - 1] ?? -1] ?? 0)) continue;
    best.splice(best.findLastIndex((better) => (likeness[better] ?? 0) >= its) + 1, 0, id);
    if (best.length > MAX_WISHES) best.pop();
  }
  const least = (likeness[best[0] ?? -1] ?? 0) * LEAST;
  return best.filter((id) => (likeness[id] ?? 0) > least);
}

/** Gets ready to compare, once, in steps of at most a millisecond, so that turns need not wait; whoever compares before does it at once. */
export function* learnWishes(): Generator<void, void> {
  if (rows) return;
  yield* readyPatterns();
  const known: ReadonlyMap<string, number>[] = [];
  const having = new Map<string, number>();
  for (const wordings of [...SAME_WORDS.map(gramsOfWords), ...WISHES.map(gramsOfWordings)]) {
    const grams = wordings();
    known.push(grams);
    for (const gram of grams.keys()) having.set(gram, (having.get(gram) ?? 0) + 1);
    yield;
  }
  const made = new Map<string, Row>();
  const rarity = (gram: string) => Math.log(1 + known.length / ((having.get(gram) ?? 0) + 1));
  for (const [id, grams] of known.entries()) {
    const length = Math.hypot(...Array.from(grams, ([gram, count]) => rarity(gram) * count));
    for (const [gram, count] of grams) {
      const row = made.get(gram) ?? { ids: [], weights: [] };
      made.set(gram, row);
      row.ids.push(id);
      row.weights.push((rarity(gram) ** 2 * count) / length);
    }
    yield;
  }
  rows = made;
}

const gramsOfWordings = (wordings: readonly string[]) => () => new Map(wordings.flatMap((wording) => [...gramsOf(placedText(wording))]));

/** Of a line of words, which need not be taken apart. */
const gramsOfWords = (words: readonly string[], meaning: number) => () =>
  new Map(
    words.flatMap((word) => {
      const units = [...word].map((unit) => ({ unit, from: 0, to: 0 }));
      return [...gramsOf({ units, words: [{ meaning, from: 0, to: 0 }] })];
    }),
  );
