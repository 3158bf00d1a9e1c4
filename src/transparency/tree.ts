/** SHA-256 of bytes. It is passed in, so that a browser checks proofs as well. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** The hash of a whole subtree: of the `2 ** level` leaves from leaf `index * 2 ** level` on. */
export type Nodes = (level: number, index: number) => Uint8Array | Promise<Uint8Array>;

/** The hash of a leaf (RFC 6962, section 2.1). */
export function leafHash(hash: Hash, leaf: Uint8Array): Uint8Array {
  return hash(joined([0], leaf));
}

/** The hash of two subtrees (RFC 6962, section 2.1). */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(joined([1], left, right));
}

function joined(...parts: readonly (Uint8Array | number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The nodes of a tree whose leaves' hashes are all there. Each is made once. */
export function nodesOf(hash: Hash, leaves: readonly Uint8Array[]): (level: number, index: number) => Uint8Array {
  const made = new Map<string, Uint8Array>();
  const node = (level: number, index: number): Uint8Array => {
    const leaf = leaves[index];
    if (level === 0 && leaf) return leaf;
    if (level === 0) throw new RangeError(`there is no leaf ${index}`);
    const name = `${level} ${index}`;
    const found = made.get(name) ?? nodeHash(hash, node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    made.set(name, found);
    return found;
  };
  return node;
}

/** The root of the first `size` leaves; of none it is the hash of nothing. */
export async function rootOf(hash: Hash, nodes: Nodes, size: number): Promise<Uint8Array> {
  return size === 0 ? hash(new Uint8Array()) : rangeHash(hash, nodes, 0, size);
}

/** The hash over leaves from `start` up to `end`, as RFC 6962 splits them. */
async function rangeHash(hash: Hash, nodes: Nodes, start: number, end: number): Promise<Uint8Array> {
  const level = Math.log2(end - start);
  if (Number.isInteger(level)) return nodes(level, start / 2 ** level);
  const middle = split(start, end);
  return nodeHash(hash, await rangeHash(hash, nodes, start, middle), await rangeHash(hash, nodes, middle, end));
}

/** Behind the largest power of two of leaves that is not all of them. */
function split(start: number, end: number): number {
  let half = 1;
  while (2 * half < end - start) half *= 2;
  return start + half;
}

/** Shows that a leaf is in the tree of `size` leaves (RFC 6962, section 2.1.1). */
export async function inclusionProof(hash: Hash, nodes: Nodes, index: number, size: number): Promise<Uint8Array[]> {
  if (index < 0 || index >= size) throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  const path = async (start: number, end: number): Promise<Uint8Array[]> => {
    if (end - start === 1) return [];
    const middle = split(start, end);
    return index < middle
      ? [...(await path(start, middle)), await rangeHash(hash, nodes, middle, end)]
      : [...(await path(middle, end)), await rangeHash(hash, nodes, start, middle)];
  };
  return path(0, size);
}

/** Shows that the tree of `size` leaves begins with that of `old` leaves (RFC 6962, section 2.1.2); empty from no leaves, and from as many. */
export async function consistencyProof(hash: Hash, nodes: Nodes, old: number, size: number): Promise<Uint8Array[]> {
  if (old < 0 || old > size) throw new RangeError(`a tree of ${size} does not go on from one of ${old}`);
  const path = async (start: number, end: number, isOldRoot: boolean): Promise<Uint8Array[]> => {
    if (end === old) return isOldRoot ? [] : [await rangeHash(hash, nodes, start, end)];
    const middle = split(start, end);
    return old <= middle
      ? [...(await path(start, middle, isOldRoot)), await rangeHash(hash, nodes, middle, end)]
      : [...(await path(middle, end, false)), await rangeHash(hash, nodes, start, middle)];
  };
  return old === 0 ? [] : path(0, size, true);
}

/** A tree's root with the number of its leaves. */
export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

interface Included extends Head {
  /** `leafHash(…)`. */
  readonly leaf: Uint8Array;
  readonly index: number;
}

/** Whether a proof shows that the leaf is in the tree (RFC 9162, section 2.1.3.2). It shares nothing with what makes proofs. */
export function isIncluded(hash: Hash, { leaf, index, size, root }: Included, proof: readonly Uint8Array[]): boolean {
  if (!(index >= 0 && index < size) || !areHashes([leaf, ...proof])) return false;
  let [at, last, made] = [index, size - 1, leaf];
  for (const other of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      made = nodeHash(hash, other, made);
      while (at % 2 === 0 && at > 0) [at, last] = above(at, last);
    } else made = nodeHash(hash, made, other);
    [at, last] = above(at, last);
  }
  return last === 0 && isSameHash(made, root);
}

/** Whether a proof shows that the newer tree begins with the older one (RFC 9162, section 2.1.4.2). Every tree begins with the empty one. */
export function isContinued(hash: Hash, older: Head, newer: Head, proof: readonly Uint8Array[]): boolean {
  if (!(older.size >= 0 && older.size <= newer.size) || !areHashes([newer.root, ...proof])) return false;
  if (older.size === newer.size) return proof.length === 0 && isSameHash(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && isSameHash(older.root, hash(new Uint8Array()));
  const [first, ...rest] = Number.isInteger(Math.log2(older.size)) ? [older.root, ...proof] : proof;
  if (!first || proof.length === 0) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = above(at, last);
  let [before, after] = [first, first];
  for (const other of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      before = nodeHash(hash, other, before);
      after = nodeHash(hash, other, after);
      while (at % 2 === 0 && at > 0) [at, last] = above(at, last);
    } else after = nodeHash(hash, after, other);
    [at, last] = above(at, last);
  }
  return last === 0 && isSameHash(before, older.root) && isSameHash(after, newer.root);
}

function above(at: number, last: number): [number, number] {
  return [Math.floor(at / 2), Math.floor(last / 2)];
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every(({ length }) => length === 32);
}

function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
