import { type Grams, gramsOf, type Space, spaceOf } from './grams.ts';
import { normalise } from './normalise.ts';

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

interface Compared {
  /** Which known texts are like the text, the likest first. */
  readonly nearest: Like[];
  /** How much more often its grams are in each group of known texts than in all: the mean logarithm, 0 if they tell nothing. */
  readonly typical: Float32Array;
}

/** Compares a text with known texts; of the nearest, it gives `most`. */
export type Likeness = (text: Units, most: number) => Compared;

/** How much the written form counts beside the spoken one, if a text has both. */
const WRITTEN = 0.6;
const NO_GROUPS: Groups = { groupOf: new Uint8Array(), sizes: [] };

/**
 * Indexes known texts. Likeness is the cosine between the grams of one and of two units, rare grams counting more (those that few of the
 * known texts have), of what is written and of what is heard. It is compared by inverted lists: only texts that share a gram are looked at.
 */
export function likenessTo(known: readonly Units[], groups = NO_GROUPS): Likeness {
  const written = spaceOf(known.map((text) => text.written));
  const spoken = spaceOf(known.map((text) => text.spoken));
  const addWritten = typicalIn(written, groups);
  const addSpoken = typicalIn(spoken, groups);
  const likeness = new Float32Array(known.length);
  return (text, most) => {
    const inWritten = gramsOf(text.written, written);
    const inSpoken = gramsOf(text.spoken, spoken);
    const isWritten = text.written.length > 0;
    likeness.fill(0);
    addTo(likeness, written, inWritten, WRITTEN);
    addTo(likeness, spoken, inSpoken, isWritten ? 1 - WRITTEN : 1);
    const typical = new Float32Array(groups.sizes.length);
    const counted = addWritten(typical, inWritten) + addSpoken(typical, inSpoken);
    return { nearest: nearestOf(likeness, most), typical: counted ? typical.map((sum) => sum / counted) : typical };
  };
}

/** The places of the known texts that are so like a text at least, the likest first. Only what is written counts: characters, and their order. */
export function likestFirst(known: readonly string[], text: string, least: number): number[] {
  const { nearest } = likenessTo(known.map(unitsOf))(unitsOf(text), known.length);
  return nearest.flatMap(({ place, likeness }) => (likeness >= least ? [place] : []));
}

function unitsOf(text: string): Units {
  return { written: normalise(text).match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [], spoken: [] };
}

function addTo(likeness: Float32Array, { weights, starts, places, scale, rarest }: Space, { known, unknownUnits }: Grams, share: number): void {
  // what nobody wrote before counts as something else, but not every new pair of words
  let square = unknownUnits * (rarest / 2) ** 2;
  for (const gram of known) square += (weights[gram] ?? 0) ** 2;
  if (square === 0) return;
  const by = share / Math.sqrt(square);
  for (const gram of known) {
    const weight = (weights[gram] ?? 0) ** 2 * by;
    const to = starts[gram + 1] ?? 0;
    for (let at = starts[gram] ?? 0; at < to; at++) {
      const place = places[at] ?? 0;
      likeness[place] = (likeness[place] ?? 0) + weight * (scale[place] ?? 0);
    }
  }
}

/** The `most` largest, the largest first; of equals the first one. */
function nearestOf(likeness: Float32Array, most: number): Like[] {
  const places: number[] = [];
  let least = 0;
  for (let place = 0; place < likeness.length; place++) {
    const value = likeness[place] ?? 0;
    if (value <= least) continue;
    let at = Math.min(places.length, most - 1);
    for (; at > 0 && (likeness[places[at - 1] ?? 0] ?? 0) < value; at--) places[at] = places[at - 1] ?? 0;
    places[at] = place;
    if (places.length === most) least = likeness[places[most - 1] ?? 0] ?? 0;
  }
  return places.map((place) => ({ place, likeness: likeness[place] ?? 0 }));
}

/** The group of each known text, counted from 0, and how many texts each group has. */
interface Groups {
  readonly groupOf: Uint8Array;
  readonly sizes: readonly number[];
}

/** Adds what each gram of a text tells for each group to `sums`, and gives how many grams there are. */
type AddTypical = (sums: Float32Array, grams: Grams) => number;

/** What a gram counts in a group that does not have it: a little, not nothing. */
const UNSEEN = 0.02;
/** An unknown unit is in three grams that tell nothing. */
const UNKNOWN_GRAMS = 2;

/** Counts once how often each gram is in each group, so that a text needs only to add up. */
function typicalIn({ starts, places }: Space, { groupOf, sizes }: Groups): AddTypical {
  const grams = starts.length - 1;
  /** The groups that have a gram, and what it tells for each: from its `from` to the next one's. */
  const from = new Uint32Array(grams + 1);
  const groups: number[] = [];
  const tells: number[] = [];
  /** How often a gram is in all texts. */
  const inAll = new Float32Array(grams);
  for (let gram = 0; gram < grams; gram++) {
    const having = places.subarray(starts[gram], starts[gram + 1]);
    const counts = new Map<number, number>();
    for (const place of having) counts.set(groupOf[place] ?? 0, (counts.get(groupOf[place] ?? 0) ?? 0) + 1);
    for (const [group, count] of counts) {
      groups.push(group);
      tells.push(Math.log(1 + count / UNSEEN));
    }
    from[gram + 1] = groups.length;
    inAll[gram] = Math.log((having.length + UNSEEN * sizes.length) / groupOf.length);
  }
  const group = Uint8Array.from(groups);
  const told = Float32Array.from(tells);
  const without = Float32Array.from(sizes, (size) => Math.log(UNSEEN) - Math.log(size + 2 * UNSEEN));
  return (sums, { known, all, unknownUnits }) => {
    let rest = 0;
    for (const gram of known) {
      rest += inAll[gram] ?? 0;
      const to = from[gram + 1] ?? 0;
      for (let at = from[gram] ?? 0; at < to; at++) sums[group[at] ?? 0] = (sums[group[at] ?? 0] ?? 0) + (told[at] ?? 0);
    }
    for (let each = 0; each < sums.length; each++) sums[each] = (sums[each] ?? 0) + known.length * (without[each] ?? 0) - rest;
    return all + unknownUnits * UNKNOWN_GRAMS;
  };
}
