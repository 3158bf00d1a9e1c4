/** A text as the units that are compared: Chinese characters, words of Latin letters; and how it sounds, in syllables. */
export interface Units {
  readonly written: readonly string[];
  readonly spoken: readonly string[];
}

/** A text that is known, by its place in the list, and how like it the other text is: 1 the same, 0 nothing in common. */
export interface Like {
  readonly place: number;
  readonly likeness: number;
}

/** Known texts, indexed. */
export interface Likeness {
  /** Which known texts are like this one, the likest first. */
  readonly nearest: (text: Units, most: number) => Like[];
  /** How much more often the grams of a text are in each group of known texts than in all: the mean logarithm, 0 if they tell nothing. */
  readonly typical: (text: Units, groups: Groups) => Float32Array;
}

/** The group of each known text, counted from 0, and how many texts each group has. */
export interface Groups {
  readonly groupOf: Uint8Array;
  readonly sizes: readonly number[];
}

/** How much the written form counts beside the spoken one, if a text has both. */
const WRITTEN = 0.6;
/** What a gram counts in a group that does not have it. */
const UNSEEN = 0.02;

/**
 * Likeness is the cosine between the grams of one and of two units, rare grams counting more (those that few of the known texts have), of
 * what is written and of what is heard. It is compared by inverted lists: only texts that share a gram are looked at.
 */
export function likenessTo(known: readonly Units[]): Likeness {
  const written = space(known.map((text) => text.written));
  const spoken = space(known.map((text) => text.spoken));
  const likeness = new Float32Array(known.length);
  return {
    nearest: (text, most) => {
      likeness.fill(0);
      const isWritten = text.written.length > 0;
      if (isWritten) addTo(likeness, written, text.written, WRITTEN);
      addTo(likeness, spoken, text.spoken, isWritten ? 1 - WRITTEN : 1);
      return likest(likeness, most);
    },
    typical: (text, groups) => {
      const sums = new Float32Array(groups.sizes.length);
      const counted = addTypical(sums, written, text.written, groups) + addTypical(sums, spoken, text.spoken, groups);
      return counted ? sums.map((sum) => sum / counted) : sums;
    },
  };
}

/** Adds what each gram tells for each group, and gives how many grams there are. A group without the gram counts a little, not nothing. */
function addTypical(sums: Float32Array, { grams }: Space, units: readonly string[], { groupOf, sizes }: Groups): number {
  const own = gramsOf(units);
  const having = new Uint16Array(sizes.length);
  let found = 0;
  let all = 0;
  for (const gram of own) {
    const places = grams.get(gram)?.places;
    if (!places) continue;
    found++;
    all += Math.log((places.length + UNSEEN * sizes.length) / groupOf.length);
    having.fill(0);
    for (const place of places) {
      const group = groupOf[place] ?? 0;
      having[group] = (having[group] ?? 0) + 1;
    }
    for (let group = 0; group < sizes.length; group++) {
      const count = having[group] ?? 0;
      if (count > 0) sums[group] = (sums[group] ?? 0) + Math.log(1 + count / UNSEEN);
    }
  }
  for (let group = 0; group < sizes.length; group++) {
    sums[group] = (sums[group] ?? 0) + found * (Math.log(UNSEEN) - Math.log((sizes[group] ?? 0) + 2 * UNSEEN)) - all;
  }
  return own.size;
}

interface Space {
  readonly grams: ReadonlyMap<string, { readonly weight: number; readonly places: Uint16Array }>;
  /** One over the length of each text's vector. */
  readonly scale: Float32Array;
  readonly rarest: number;
}

function space(texts: readonly (readonly string[])[]): Space {
  const having = new Map<string, number[]>();
  texts.forEach((units, place) => {
    for (const gram of gramsOf(units)) {
      const places = having.get(gram);
      if (places) places.push(place);
      else having.set(gram, [place]);
    }
  });
  const squares = new Float32Array(texts.length);
  const grams = new Map<string, { weight: number; places: Uint16Array }>();
  for (const [gram, places] of having) {
    const weight = weightOf(places.length, texts.length);
    for (const place of places) squares[place] = (squares[place] ?? 0) + weight * weight;
    grams.set(gram, { weight, places: Uint16Array.from(places) });
  }
  return { grams, scale: squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0)), rarest: weightOf(1, texts.length) };
}

function weightOf(having: number, of: number): number {
  return Math.log(1 + of / having);
}

/** Single units, and pairs, which keep the order; what begins and what ends a text makes a pair too. */
function gramsOf(units: readonly string[]): Set<string> {
  const grams = new Set(units);
  if (units.length === 0) return grams;
  grams.add(`^ ${units[0]}`);
  for (let at = 0; at + 1 < units.length; at++) grams.add(`${units[at]} ${units[at + 1]}`);
  grams.add(`${units[units.length - 1]} $`);
  return grams;
}

function addTo(likeness: Float32Array, { grams, scale, rarest }: Space, units: readonly string[], share: number): void {
  const own = [...gramsOf(units)].map((gram) => ({ found: grams.get(gram), isPair: gram.includes(' ') }));
  // what nobody wrote before counts as something else, but not every new pair of words
  const square = own.reduce((sum, { found, isPair }) => sum + (found ? found.weight : isPair ? 0 : rarest / 2) ** 2, 0);
  if (square === 0) return;
  const by = share / Math.sqrt(square);
  for (const { found } of own) {
    if (!found) continue;
    const weight = found.weight * found.weight * by;
    for (const place of found.places) likeness[place] = (likeness[place] ?? 0) + weight * (scale[place] ?? 0);
  }
}

function likest(likeness: Float32Array, most: number): Like[] {
  const found: Like[] = [];
  let least = 0;
  for (let place = 0; place < likeness.length; place++) {
    const value = likeness[place] ?? 0;
    if (value <= least) continue;
    found.push({ place, likeness: value });
    if (found.length < most * 2) continue;
    found.sort((a, b) => b.likeness - a.likeness);
    found.length = most;
    least = found[most - 1]?.likeness ?? 0;
  }
  return found.sort((a, b) => b.likeness - a.likeness).slice(0, most);
}
