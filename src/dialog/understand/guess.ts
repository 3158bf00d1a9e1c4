import { CodedError } from '../../store/codedError.ts';
import type { Question } from '../question.ts';
import type { Kind } from './intentBook.ts';
import type { Units } from './likeness.ts';

/** What a message most likely means, and how likely: 1 certain. */
export interface Guessed {
  readonly kind: Kind;
  readonly chance: number;
  /** How likely it is of each kind. */
  readonly chanceOf: (kind: Kind) => number;
}

/** Guesses what a message means from all that is known of what people write, and from what was asked before it (`askedBy`). Of one with several clauses, these count too. */
export type Guess = (whole: Units, asked: string, clauses?: readonly Units[]) => Guessed;

/** The head of the file, one line of JSON; one byte a weight follows, for each feature one of each kind. */
export interface LearntHead {
  readonly kinds: readonly Kind[];
  /** What a weight of one is worth. */
  readonly unit: number;
  /** SHA-256 of what it was learnt from. */
  readonly from: string;
}

/** What was asked, as it is learnt: what an answer is expected to be, and whether a yes casts picks. */
export function askedBy(open: Question | undefined): string {
  if (!open) return 'nothing';
  return open.expects === 'confirmation' && open.options ? 'picks' : open.expects;
}

const NEWLINE = 10;

/** Reads what `npm run learn` has written. Throws `learnt-unreadable` if that is not whole. */
export function readLearnt(file: Buffer): { readonly head: LearntHead; readonly weights: Int8Array } {
  const end = file.indexOf(NEWLINE);
  const head: LearntHead = JSON.parse(file.toString('utf8', 0, Math.max(0, end)) || '{"kinds":[]}');
  const weights = new Int8Array(file.buffer, file.byteOffset + end + 1, file.length - end - 1);
  if (head.kinds.length === 0 || weights.length !== FEATURES * head.kinds.length)
    throw new CodedError('learnt-unreadable', 'locales/learnt.bin is not whole: run npm run learn.');
  return { head, weights };
}

/** How much the clauses count beside the whole: a long story hides the one that says what is wanted. */
const CLAUSES = 0.45;

/**
 * Multinomial logistic regression: the weights of a message's features are added up for each kind, and the sums become chances (softmax). A line that
 * nobody wrote before is guessed by its pieces, where likeness finds no known wording.
 */
export function guessBy({ head: { kinds, unit }, weights }: ReturnType<typeof readLearnt>): Guess {
  const chancesOf = (units: Units, asked: string): Float64Array => {
    const features = featuresOf(units, asked);
    return softmax(summed(new Float64Array(kinds.length), features, weights), unit / Math.sqrt(features.size));
  };
  /** The chances of the clauses together: of each kind the best one's. */
  const bestOf = (clauses: readonly Units[], asked: string): Float64Array => {
    const best = new Float64Array(kinds.length);
    for (const clause of clauses) {
      const chances = chancesOf(clause, asked);
      for (let kind = 0; kind < best.length; kind++) best[kind] = Math.max(best[kind] ?? 0, chances[kind] ?? 0);
    }
    return asShares(best);
  };
  return (whole, asked, clauses = []) => {
    const chances = chancesOf(whole, asked);
    if (clauses.length > 1) {
      const best = bestOf(clauses, asked);
      for (let kind = 0; kind < chances.length; kind++) chances[kind] = (chances[kind] ?? 0) * (best[kind] ?? 0) ** CLAUSES;
      asShares(chances);
    }
    const likeliest = largestOf(chances);
    return { kind: kinds[likeliest] ?? 'others', chance: chances[likeliest] ?? 0, chanceOf: (kind) => chances[kinds.indexOf(kind)] ?? 0 };
  };
}

/** Sets `sums` to the sums of the features' weights, of which each feature has one for each sum. */
export function summed(sums: Float64Array, features: Iterable<number>, weights: Float32Array | Int8Array): Float64Array {
  sums.fill(0);
  for (const feature of features) {
    const from = feature * sums.length;
    for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (weights[from + at] ?? 0);
  }
  return sums;
}

/** Makes chances of sums of weights, in place. `scale`: what a weight of one is worth. */
export function softmax(sums: Float64Array, scale: number): Float64Array {
  const most = sums[largestOf(sums)] ?? 0;
  for (let at = 0; at < sums.length; at++) sums[at] = Math.exp(((sums[at] ?? 0) - most) * scale);
  return asShares(sums);
}

/** The place of the largest amount, of equals the first one. */
function largestOf(amounts: Float64Array): number {
  let largest = 0;
  for (let at = 1; at < amounts.length; at++) if ((amounts[at] ?? 0) > (amounts[largest] ?? 0)) largest = at;
  return largest;
}

/** Divides each amount by the sum of all. */
function asShares(amounts: Float64Array): Float64Array {
  let all = 0;
  for (let at = 0; at < amounts.length; at++) all += amounts[at] ?? 0;
  for (let at = 0; at < amounts.length; at++) amounts[at] = (amounts[at] ?? 0) / all;
  return amounts;
}

/** As many numbers as a feature can have. Two features may share one: that costs less than it saves. */
export const FEATURES = 2 ** 15;

/**
 * What a message shows of its meaning, as numbers below `FEATURES`, each once: runs of one to three units as they are written, of two as they sound,
 * and what was asked before it.
 */
export function featuresOf({ written, spoken }: Units, asked: string): Set<number> {
  const features = new Set([foldedTo(FEATURES, hashed(`?${asked}`))]);
  eachRun(written, 3, '', (run) => features.add(foldedTo(FEATURES, run)));
  eachRun(spoken, 2, '~', (run, length) => length > 1 && features.add(foldedTo(FEATURES, run)));
  return features;
}

/** The hash of each run of up to so many units, its beginning and end among them, and its length; `mark` sets them apart from others. */
export function eachRun(units: readonly string[], most: number, mark: string, found: (run: number, length: number) => void): void {
  const ended = ['^', ...units, '$'];
  for (let at = 0; at < ended.length; at++) {
    let run = hashed(mark);
    for (let length = 1; length <= most && at + length <= ended.length; length++) {
      run = hashed(' ', hashed(ended[at + length - 1] ?? '', run));
      found(run, length);
    }
  }
}

/** FNV-1a of 32 bits, going on from what was hashed before. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function hashed(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** A hash as a number below a power of two. */
export function foldedTo(size: number, hash: number): number {
  return ((hash >>> 15) ^ hash) & (size - 1);
}
