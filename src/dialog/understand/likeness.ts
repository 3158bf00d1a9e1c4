import { type Grams, gramsOf, type Space, spaceOf } from './grams.ts';
import { normalise } from './normalise.ts';
import { type Groups, typicalIn } from './typical.ts';

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
    return { nearest: likest(likeness, most), typical: counted ? typical.map((sum) => sum / counted) : typical };
  };
}

/** The places of the known texts that are like a text, the likest first, `most` at most. Only what is written counts: characters, and their order. */
export function likestFirst(known: readonly string[], text: string, most: number): number[] {
  return likenessTo(known.map(unitsOf))(unitsOf(text), most).nearest.map(({ place }) => place);
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
function likest(likeness: Float32Array, most: number): Like[] {
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
