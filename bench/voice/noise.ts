import type { Mishap, Noise } from './vote.ts';

/** How often something goes wrong: a wrong key in 10 turns, a silence in 10, a hang-up in 20, a doubled key in 20. */
const SHARES: readonly (readonly [Mishap, number])[] = [
  ['wrongKey', 1 / 10],
  ['silence', 1 / 10],
  ['hangUp', 1 / 20],
  ['doubledKey', 1 / 20],
];

/** A noisy caller's mishaps: the same seed gives the same mishaps. */
export function noise(seed: number): Noise {
  const random = mulberry32(seed);
  return {
    random,
    mishap: () => {
      let left = random();
      for (const [mishap, share] of SHARES) {
        if (left < share) return mishap;
        left -= share;
      }
      return undefined;
    },
  };
}

/** A small generator of good quality (https://en.wikipedia.org/wiki/Mulberry32 is its usual form). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
