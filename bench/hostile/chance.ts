export interface Chance {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  one<Item>(items: readonly Item[]): Item;
  /** True so many times in a hundred. */
  percent(share: number): boolean;
  bytes(length: number): Buffer;
}

/** Random numbers that a seed repeats (mulberry32), so that a problem that was found with them can be found again. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    one: (items) => items[below(items.length)] as (typeof items)[number],
    percent: (share) => next() * 100 < share,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
