import type { Grams, Space } from './grams.ts';

/** The group of each known text, counted from 0, and how many texts each group has. */
export interface Groups {
  readonly groupOf: Uint8Array;
  readonly sizes: readonly number[];
}

/** Adds what each gram of a text tells for each group to `sums`, and gives how many grams there are. */
export type AddTypical = (sums: Float32Array, grams: Grams) => number;

/** What a gram counts in a group that does not have it: a little, not nothing. */
const UNSEEN = 0.02;
/** An unknown unit is in three grams that tell nothing. */
const UNKNOWN_GRAMS = 2;

/** Counts once how often each gram is in each group, so that a text needs only to add up. */
export function typicalIn({ starts, places }: Space, { groupOf, sizes }: Groups): AddTypical {
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
