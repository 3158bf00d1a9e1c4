import { softmax, summed } from '../../src/dialog/understand/guess.ts';

/** What is seen of one, by the numbers of its features, which of the classes are right, and how much it counts. */
export interface Example {
  readonly features: readonly number[];
  readonly right: readonly number[];
  readonly counts: number;
}

/** How many features and classes there are, how often all examples are seen, and how large a step is. */
interface Sizes {
  readonly features: number;
  readonly width: number;
  readonly rounds: number;
  readonly size: number;
}

/**
 * Multinomial logistic regression by stochastic gradient descent, each weight with a step of its own (AdaGrad, Duchi et al. 2011): for each feature a weight of each
 * class. Of several right classes the sum of their chances counts.
 */
export function multinomial(examples: readonly Example[], { features: of, width, rounds, size }: Sizes): Float32Array {
  const weights = new Float32Array(of * width);
  const squares = new Float32Array(of * width).fill(1e-3);
  const random = randomFrom(7);
  const chances = new Float64Array(width);
  for (let round = 0; round < rounds; round++) {
    for (const { features, right, counts } of shuffled(examples, random)) {
      const scale = 1 / Math.sqrt(features.length);
      softmax(summed(chances, features, weights), scale);
      const all = right.reduce((sum, at) => sum + (chances[at] ?? 0), 0);
      for (let at = 0; at < width; at++) {
        const chance = chances[at] ?? 0;
        const slope = (chance - (right.includes(at) ? chance / all : 0)) * scale * counts;
        if (Math.abs(slope) < LEAST_SLOPE) continue;
        for (const feature of features) step(weights, squares, feature * width + at, slope, size);
      }
    }
  }
  return weights;
}

/** A smaller one changes nothing. */
export const LEAST_SLOPE = 1e-4;

export function step(weights: Float32Array, squares: Float32Array, at: number, slope: number, size: number): void {
  const square = (squares[at] ?? 0) + slope * slope;
  squares[at] = square;
  weights[at] = (weights[at] ?? 0) - (size * slope) / Math.sqrt(square);
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The same numbers each time: what is learnt from the same is the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
