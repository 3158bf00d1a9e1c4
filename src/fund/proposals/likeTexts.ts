import { wishesLike } from './knownWishes.ts';
import { gramsOf, type PlacedText, pairOf, placedText, type Stretch, samePlace } from './placedText.ts';

/** A known text, by its place in the order in which they were added. */
export interface LikeText {
  readonly id: number;
  /** About 1 the same topic, 0 nothing in common; more if the place is the same as well. */
  readonly likeness: number;
  /** Whether it is of the same place; undefined if one of the two texts names none. */
  readonly samePlace: boolean | undefined;
}

/** Texts that others are compared with. */
export interface LikeTexts {
  readonly size: number;
  /** Adds a text; its id is the number of those that were there before. */
  add(text: string): void;
  /** The `most` texts that are likest, the likest first, of those that are wanted. */
  nearest(text: string, most: number, isWanted?: (id: number) => boolean): LikeText[];
  /** Weighs the texts anew. Call it when many were added: how rare something is was not known when the first ones came. It goes in steps of at most a millisecond. */
  settle(): Generator<void, void>;
}

/** Texts that are less like than that have only common words in common. */
const LEAST = 0.08;
const OF_THE_SAME_PLACE = 2.2;
const OF_ANOTHER_PLACE = 0.7;
/** As if there were these texts besides: of ten proposals alone nobody knows what is rare. */
const ELSEWHERE = { texts: 30, having: 2 };
const MANY_TEXTS = 1_000;
const OF_MANY = 0.1;
const SETTLED_AT_ONCE = 50;
/** A known wish that a text is like counts more than its characters. */
const OF_A_WISH = 2;
const NONE = 0xffff_ffff;
/** So that what is just as like as the last one is looked at, too. */
const ALMOST = 0.999;

/**
 * Compares by the cosine between what two texts are written with (`gramsOf`) and the known wishes that they are like, rare ones counting more; places are
 * compared apart. It is all in flat arrays: for each gram of each text one entry, which knows the entry before it with the same gram. So only texts that share a gram
 * are looked at, and a text can be added at any time.
 */
export function likeTexts(): LikeTexts {
  const grams = new Map<string, number>();
  /** By gram: how many texts have it, and its last entry. */
  let counts = new Uint32Array(1_024);
  let lasts = new Uint32Array(1_024);
  /** By gram: how much it counts. */
  let factors = new Float32Array(1_024);
  /** By entry: its gram, its text, the entry before with the same gram. */
  let gramOf = new Uint32Array(4_096);
  let textOf = new Uint32Array(4_096);
  let before = new Uint32Array(4_096);
  let entries = 0;
  /** By text: its first entry, and one over the length of its vector. */
  let starts = new Uint32Array(257);
  let scale = new Float32Array(256);
  let likeness = new Float32Array(256);
  /** The texts of each gram one behind the other, of all entries before `to`: read in a row they take a third of the time. */
  let rows = { from: new Uint32Array(1), texts: new Uint32Array(0), grams: 0, to: 0 };
  const places = new Map<number, PlacedText['places']>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    add: (text) => {
      const placed = placedText(text);
      const { places: its } = placed;
      if (its.size > 0) places.set(size, its);
      for (const [key, factor] of keysOf(placed)) enter(key, factor);
      size += 1;
      starts = grown(starts, size + 1);
      scale = grown(scale, size);
      likeness = grown(likeness, size);
      starts[size] = entries;
      weigh(size - 1);
    },
    nearest: (text, most, isWanted = () => true) => {
      const placed = placedText(text);
      const { places: its } = placed;
      likeness.fill(0, 0, size);
      addUp(keysOf(placed));
      return likest(its, most, isWanted);
    },
    settle: function* () {
      const next = { from: new Uint32Array(grams.size + 1), texts: new Uint32Array(entries), grams: grams.size, to: entries };
      for (let gram = 0; gram < grams.size; gram += 1) next.from[gram + 1] = (next.from[gram] ?? 0) + (counts[gram] ?? 0);
      const free = next.from.slice();
      for (let id = 0; id < size; id += 1) {
        weigh(id);
        for (let entry = starts[id] ?? 0; entry < Math.min(starts[id + 1] ?? 0, next.to); entry += 1) {
          const gram = gramOf[entry] ?? 0;
          const at = free[gram] ?? 0;
          next.texts[at] = id;
          free[gram] = at + 1;
        }
        if (id % SETTLED_AT_ONCE === SETTLED_AT_ONCE - 1) yield;
      }
      rows = next;
    },
  };

  function enter(key: string, factor: number): void {
    const gram = grams.get(key) ?? grams.size;
    if (gram === grams.size) {
      grams.set(key, gram);
      counts = grown(counts, gram + 1);
      lasts = grown(lasts, gram + 1);
      factors = grown(factors, gram + 1);
      factors[gram] = factor;
      lasts[gram] = NONE;
    }
    gramOf = grown(gramOf, entries + 1);
    textOf = grown(textOf, entries + 1);
    before = grown(before, entries + 1);
    gramOf[entries] = gram;
    textOf[entries] = size;
    before[entries] = lasts[gram] ?? NONE;
    lasts[gram] = entries;
    counts[gram] = (counts[gram] ?? 0) + 1;
    entries += 1;
  }

  function weigh(id: number): void {
    let square = 0;
    const to = starts[id + 1] ?? 0;
    for (let entry = starts[id] ?? 0; entry < to; entry += 1) square += weightOf(gramOf[entry]) ** 2;
    scale[id] = square > 0 ? 1 / Math.sqrt(square) : 0;
  }

  /** What many of very many texts have tells little, and adding it up would take most of the time. */
  function isEverywhere(gram: number): boolean {
    return size >= MANY_TEXTS && (counts[gram] ?? 0) > size * OF_MANY;
  }

  function weightOf(gram: number | undefined): number {
    const rarity = Math.log(1 + (size + ELSEWHERE.texts) / ((gram === undefined ? 1 : (counts[gram] ?? 1)) + ELSEWHERE.having));
    return gram === undefined ? rarity : rarity * (factors[gram] ?? 1);
  }

  function addUp(keys: ReadonlyMap<string, number>): void {
    let square = 0;
    for (const key of keys.keys()) square += weightOf(grams.get(key)) ** 2;
    const by = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (const key of keys.keys()) {
      const gram = grams.get(key);
      if (gram === undefined || isEverywhere(gram)) continue;
      const weight = weightOf(gram) ** 2 * by;
      const { from, texts, to } = rows;
      const end = gram < rows.grams ? (from[gram + 1] ?? 0) : 0;
      for (let at = end > 0 ? (from[gram] ?? 0) : 0; at < end; at += 1) {
        const id = texts[at] ?? 0;
        likeness[id] = (likeness[id] ?? 0) + weight * (scale[id] ?? 0);
      }
      for (let entry = lasts[gram] ?? NONE; entry !== NONE && entry >= to; entry = before[entry] ?? NONE) {
        const id = textOf[entry] ?? 0;
        likeness[id] = (likeness[id] ?? 0) + weight * (scale[id] ?? 0);
      }
    }
  }

  /** The `most` likest, the likest first; of equals the first one. Places are compared only of those that may come so far. */
  function likest(its: PlacedText['places'], most: number, isWanted: (id: number) => boolean): LikeText[] {
    const found: LikeText[] = [];
    let least = Math.max(LEAST, leastOf(most, isWanted) * OF_ANOTHER_PLACE * ALMOST);
    for (let id = 0; id < size; id += 1) {
      const topic = likeness[id] ?? 0;
      if (topic * OF_THE_SAME_PLACE <= least || !isWanted(id)) continue;
      const others = places.get(id);
      const same = others && samePlace(its, others);
      const value = same === undefined ? topic : topic * (same ? OF_THE_SAME_PLACE : OF_ANOTHER_PLACE);
      if (value <= least) continue;
      const at = found.findLastIndex((better) => better.likeness >= value) + 1;
      found.splice(at, 0, { id, likeness: value, samePlace: same });
      if (found.length > most) found.pop();
      if (found.length === most) least = found.at(-1)?.likeness ?? LEAST;
    }
    return found;
  }

  /** How like the last of the `most` likest is at least, before places are compared; 0 if there are not so many. */
  function leastOf(most: number, isWanted: (id: number) => boolean): number {
    const best: number[] = [];
    for (let id = 0; id < size; id += 1) {
      const topic = likeness[id] ?? 0;
      if (topic <= (best[most - 1] ?? LEAST) || !isWanted(id)) continue;
      best.splice(best.findLastIndex((better) => better >= topic) + 1, 0, topic);
      if (best.length > most) best.pop();
    }
    return best[most - 1] ?? 0;
  }
}

/** Gives the stretches of a text that this one has as well: two units or more one after the other, words that mean the same, and the places, if they are the same. */
export function stretchesSharedWith(other: string): (text: string) => Stretch[] {
  const others = placedText(other);
  const pairs = new Set(others.units.map(({ unit }, index) => pairOf(unit, others.units[index + 1]?.unit)));
  const meanings = new Set(others.words.map(({ meaning }) => meaning));
  return (text) => {
    const { units, words, places, placed } = placedText(text);
    const shared = units.flatMap((unit, index) => {
      const next = units[index + 1];
      return next && pairs.has(pairOf(unit.unit, next.unit)) ? [{ from: unit.from, to: next.to }] : [];
    });
    shared.push(...words.filter(({ meaning }) => meanings.has(meaning)));
    if (samePlace(places, others.places)) shared.push(...placed);
    return joined(shared);
  };
}

/** Stretches that overlap or touch are one. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}

/** What a text is compared by, and how much each counts. */
function keysOf(placed: PlacedText): ReadonlyMap<string, number> {
  const keys = gramsOf(placed);
  for (const wish of wishesLike(keys)) keys.set(`~${wish}`, OF_A_WISH);
  return keys;
}

/** The same array, or one that is large enough, with the same contents. */
function grown<Numbers extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(numbers: Numbers, size: number): Numbers;
function grown(numbers: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  if (size <= numbers.length) return numbers;
  const Kind = numbers instanceof Uint32Array ? Uint32Array : Float32Array;
  const larger = new Kind(Math.max(size, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
