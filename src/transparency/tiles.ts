import { type Hash, type Nodes, nodesOf } from './tree.ts';

/** So many hashes, or entries, has a whole tile: a subtree of eight levels. */
export const WIDTH = 256;
const LEVELS = 8;
const BYTES = 32;

/** A tile of hashes, or the bundle of entries below a tile of level 0 (C2SP tlog-tiles). */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; less than 256 is a partial one. */
  readonly width: number;
}

/** Where it is served, behind the log's address: `tile/0/x001/234`, `tile/entries/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  return `tile/${level}/${groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/')}${width < WIDTH ? `.p/${width}` : ''}`;
}

/** The tiles and bundles that a tree of `size` leaves has and one of `old` leaves had not, or had less of. */
export function newTiles(old: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; size >= WIDTH ** level; level += 1) {
    const [from, to] = [Math.floor(old / WIDTH ** level), Math.floor(size / WIDTH ** level)];
    for (let index = Math.floor(from / WIDTH); from < to && index * WIDTH < to; index += 1) {
      const width = Math.min(WIDTH, to - index * WIDTH);
      tiles.push({ level, index, width });
      if (level === 0) tiles.push({ level: 'entries', index, width });
    }
  }
  return tiles;
}

/** The hashes of a tile, one behind the other. */
export async function tileBytes(nodes: Nodes, level: number, { index, width }: Pick<Tile, 'index' | 'width'>): Promise<Uint8Array> {
  const bytes = new Uint8Array(width * BYTES);
  for (let at = 0; at < width; at += 1) bytes.set(await nodes(LEVELS * level, index * WIDTH + at), at * BYTES);
  return bytes;
}

/** The nodes of a tree of `size` leaves, out of its tiles. */
export function nodesIn(hash: Hash, size: number, read: (tile: Tile) => Uint8Array | Promise<Uint8Array>): Nodes {
  return async (level, index) => {
    const tileLevel = Math.floor(level / LEVELS);
    const many = 2 ** (level % LEVELS);
    const place = Math.floor((index * many) / WIDTH);
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** tileLevel) - place * WIDTH);
    const bytes = await read({ level: tileLevel, index: place, width });
    const first = (index * many) % WIDTH;
    if (bytes.length !== width * BYTES || first + many > width)
      throw new RangeError(`tile ${tileLevel}/${place} does not hold node ${level} ${index}`);
    const hashes = Array.from({ length: many }, (_, at) => bytes.subarray((first + at) * BYTES, (first + at + 1) * BYTES));
    return nodesOf(hash, hashes)(level % LEVELS, 0);
  };
}

/** Entries as their bundle: each behind its length. Throws a RangeError if one is longer than 65,535 bytes. */
export function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xff_ff) throw new RangeError('an entry has 65,535 bytes at most');
    bytes.set([entry.length >> 8, entry.length & 0xff], at);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle; undefined if it is not whole. */
export function entriesIn(bundle: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0);
    if (at + 2 > bundle.length || end > bundle.length) return undefined;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
