import { CodedError } from '../../store/codedError.ts';

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

/** The grams of the known texts, in flat arrays: with an object for each they would take three times the memory. */
interface Space {
  /** A number for each unit. */
  readonly ids: ReadonlyMap<string, number>;
  /** The place of each gram in the arrays. */
  readonly grams: ReadonlyMap<number, number>;
  readonly weights: Float32Array;
  /** Which texts have a gram: `places`, from its `starts` to the next one's. */
  readonly starts: Uint32Array;
  readonly places: Uint16Array;
  /** One over the length of each text's vector. */
  readonly scale: Float32Array;
  readonly rarest: number;
}

/** More units than that would not fit into a gram's number. */
const MOST_UNITS = 2 ** 15;
const BEGINNING = '^';
const END = '$';

function space(texts: readonly (readonly string[])[]): Space {
  const ids = new Map([BEGINNING, END, ...new Set(texts.flat())].map((unit, id) => [unit, id]));
  if (ids.size >= MOST_UNITS || texts.length >= 2 ** 16)
    throw new CodedError('too-many-wordings', 'There are more wordings than likeness has numbers for.');
  const grams = new Map<number, number>();
  const counts: number[] = [];
  const ofTexts = texts.map((units) => {
    const { keys } = gramsOf(units, ids);
    return keys.map((key) => {
      const gram = grams.get(key) ?? grams.size;
      grams.set(key, gram);
      counts[gram] = (counts[gram] ?? 0) + 1;
      return gram;
    });
  });
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, gram) => {
    starts[gram + 1] = (starts[gram] ?? 0) + count;
  });
  const places = new Uint16Array(starts[counts.length] ?? 0);
  const filled = starts.slice();
  const weights = Float32Array.from(counts, (count) => weightOf(count, texts.length));
  const scale = new Float32Array(texts.length);
  ofTexts.forEach((own, place) => {
    let square = 0;
    for (const gram of own) {
      places[filled[gram] ?? 0] = place;
      filled[gram] = (filled[gram] ?? 0) + 1;
      square += (weights[gram] ?? 0) ** 2;
    }
    scale[place] = square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  return { ids, grams, weights, starts, places, scale, rarest: weightOf(1, texts.length) };
}

function weightOf(having: number, of: number): number {
  return Math.log(1 + of / having);
}

/**
 * Single units, and pairs, which keep the order; what begins and what ends a text makes a pair too. `unknown` is how many units no known
 * text has.
 */
function gramsOf(units: readonly string[], ids: ReadonlyMap<string, number>): { readonly keys: number[]; readonly unknown: number } {
  const keys = new Set<number>();
  const missing = new Set<string>();
  if (units.length === 0) return { keys: [], unknown: 0 };
  let before = ids.get(BEGINNING);
  for (const unit of [...units, END]) {
    const id = ids.get(unit);
    if (id === undefined) missing.add(unit);
    else if (unit !== END) keys.add(id * MOST_UNITS + MOST_UNITS - 1);
    if (before !== undefined && id !== undefined) keys.add(before * MOST_UNITS + id);
    before = id;
  }
  return { keys: [...keys], unknown: missing.size };
}

function addTo(likeness: Float32Array, { ids, grams, weights, starts, places, scale, rarest }: Space, units: readonly string[], share: number): void {
  const { keys, unknown } = gramsOf(units, ids);
  const own = keys.flatMap((key) => grams.get(key) ?? []);
  // what nobody wrote before counts as something else, but not every new pair of words
  let square = unknown * (rarest / 2) ** 2;
  for (const gram of own) square += (weights[gram] ?? 0) ** 2;
  if (square === 0) return;
  const by = share / Math.sqrt(square);
  for (const gram of own) {
    const weight = (weights[gram] ?? 0) ** 2 * by;
    for (let at = starts[gram] ?? 0; at < (starts[gram + 1] ?? 0); at++) {
      const place = places[at] ?? 0;
      likeness[place] = (likeness[place] ?? 0) + weight * (scale[place] ?? 0);
    }
  }
}

/** Adds what each gram tells for each group, and gives how many grams there are. A group without the gram counts a little, not nothing. */
function addTypical(sums: Float32Array, { ids, grams, starts, places }: Space, units: readonly string[], { groupOf, sizes }: Groups): number {
  const { keys, unknown } = gramsOf(units, ids);
  const having = new Uint16Array(sizes.length);
  let found = 0;
  let all = 0;
  for (const key of keys) {
    const gram = grams.get(key);
    if (gram === undefined) continue;
    const from = starts[gram] ?? 0;
    const to = starts[gram + 1] ?? 0;
    found++;
    all += Math.log((to - from + UNSEEN * sizes.length) / groupOf.length);
    having.fill(0);
    for (let at = from; at < to; at++) {
      const group = groupOf[places[at] ?? 0] ?? 0;
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
  // an unknown unit is in three grams that tell nothing
  return keys.length + unknown * UNKNOWN_GRAMS;
}

const UNKNOWN_GRAMS = 2;

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
