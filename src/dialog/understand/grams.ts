import { CodedError } from '../../store/codedError.ts';

/** The grams of the known texts, in flat arrays: with an object for each they would take three times the memory. */
export interface Space {
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

/** The grams of one text. */
export interface Grams {
  /** Those that a known text has, too, each once: places in the arrays of the space. */
  readonly known: readonly number[];
  /** How many different ones it has of units that are all known. */
  readonly all: number;
  /** How many units no known text has. */
  readonly unknownUnits: number;
}

/** More units than that would not fit into a gram's number. */
const MOST_UNITS = 2 ** 15;
const BEGINNING = '^';
const END = '$';
const BEGINNING_ID = 0;
const END_ID = 1;
/** In the place of the second unit of a pair. */
const ALONE = MOST_UNITS - 1;

/** Indexes the known texts. Throws `CodedError` if there are too many of them. */
export function spaceOf(texts: readonly (readonly string[])[]): Space {
  const ids = new Map([BEGINNING, END, ...new Set(texts.flat())].map((unit, id) => [unit, id]));
  if (ids.size >= MOST_UNITS || texts.length >= 2 ** 16)
    throw new CodedError('too-many-wordings', 'There are more wordings than likeness has numbers for.');
  const grams = new Map<number, number>();
  const counts: number[] = [];
  const ofTexts = texts.map((units) =>
    Array.from(keysOf(units, ids).keys, (key) => {
      const gram = grams.get(key) ?? grams.size;
      grams.set(key, gram);
      counts[gram] = (counts[gram] ?? 0) + 1;
      return gram;
    }),
  );
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

/** Single units, and pairs, which keep the order; what begins and what ends a text makes a pair too. */
export function gramsOf(units: readonly string[], { ids, grams }: Space): Grams {
  const { keys, unknownUnits } = keysOf(units, ids);
  const known: number[] = [];
  for (const key of keys) {
    const gram = grams.get(key);
    if (gram !== undefined) known.push(gram);
  }
  return { known, all: keys.size, unknownUnits };
}

function keysOf(units: readonly string[], ids: ReadonlyMap<string, number>): { readonly keys: ReadonlySet<number>; readonly unknownUnits: number } {
  const keys = new Set<number>();
  if (units.length === 0) return { keys, unknownUnits: 0 };
  const missing = new Set<string>();
  let before: number | undefined = BEGINNING_ID;
  for (const unit of units) {
    const id = ids.get(unit);
    if (id === undefined) missing.add(unit);
    else {
      keys.add(id * MOST_UNITS + ALONE);
      if (before !== undefined) keys.add(before * MOST_UNITS + id);
    }
    before = id;
  }
  if (before !== undefined) keys.add(before * MOST_UNITS + END_ID);
  return { keys, unknownUnits: missing.size };
}
