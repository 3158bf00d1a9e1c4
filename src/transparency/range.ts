import { type Hash, nodeHash, rootOf } from './tree.ts';

/** The hashes of the whole subtrees that a tree is made of, from left to right: all that has to be kept of it to go on (one for each bit of its size). */
export interface Range {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

export const EMPTY: Range = { size: 0, hashes: [] };

/** The tree with one more leaf, given as `leafHash(…)`. */
export function withLeaf(hash: Hash, { size, hashes }: Range, leaf: Uint8Array): Range {
  const kept = [...hashes];
  let last = leaf;
  for (let at = size; at % 2 === 1; at = Math.floor(at / 2)) last = nodeHash(hash, kept.pop() ?? new Uint8Array(), last);
  return { size: size + 1, hashes: [...kept, last] };
}

/** The root of the tree. */
export async function rootOfRange(hash: Hash, { size, hashes }: Range): Promise<Uint8Array> {
  const last = hashes.at(-1);
  if (!last) return rootOf(hash, () => new Uint8Array(), size);
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(hash, left, right), last);
}
