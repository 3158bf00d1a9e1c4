import { boundedMap } from '../../store/cache.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { sha256 } from '../../transparency/note.ts';
import { bundleOf, nodesIn, type Tile, WIDTH } from '../../transparency/tiles.ts';
import { leafHash, type Nodes, nodesOf, rootOf } from '../../transparency/tree.ts';
import { TreeLeaf, type TreeLeafRecord, TreeTile } from './records.ts';

const MAJORITY = { readConcern: { level: 'majority' } } as const;

/** How many leaves there are that are durable. */
export async function leafCount(): Promise<number> {
  const last = await collection(TreeLeaf).findOne({}, { sort: { _id: -1 }, projection: { _id: 1 }, ...MAJORITY });
  return last ? last._id + 1 : 0;
}

/** The leaves from one place up to another, which are all there. Rejects with `log-gap` if one is missing: somebody deleted it in the database. */
export async function leavesFrom(from: number, to: number): Promise<TreeLeafRecord[]> {
  const found = await forReaders(TreeLeaf)
    .find({ _id: { $gte: from, $lt: to } }, { sort: { _id: 1 }, ...MAJORITY })
    .toArray();
  const gap = found.findIndex(({ _id }, index) => _id !== from + index);
  if (gap >= 0 || found.length !== to - from)
    throw new CodedError(
      'log-gap',
      `Leaf ${from + (gap < 0 ? found.length : gap)} of the log of heads is missing: somebody deleted it in the database.`,
    );
  return found;
}

/** The hashes of a tile. Whole ones are kept in the database, and made anew where they are missing; the others are put together. */
export function tileOf({ level, index, width }: Omit<Tile, 'level'> & { readonly level: number }): Promise<Uint8Array> {
  return width < WIDTH ? hashesOf(level, index, width) : wholeTile(level, index);
}

async function wholeTile(level: number, index: number): Promise<Uint8Array> {
  const _id = { level, index };
  const kept = await forReaders(TreeTile).findOne({ _id }, { promoteBuffers: true, projection: { bytes: 1 } });
  if (kept) return kept.bytes;
  const bytes = await hashesOf(level, index, WIDTH);
  await collection(TreeTile).updateOne({ _id }, { $set: { bytes: Buffer.from(bytes), root: Buffer.from(rootOver(bytes)) } }, { upsert: true });
  return bytes;
}

/** Of leaves at level 0; above it of the roots of the tiles below. */
async function hashesOf(level: number, index: number, width: number): Promise<Uint8Array> {
  const from = index * WIDTH;
  if (level === 0) return Buffer.concat((await leavesFrom(from, from + width)).map(({ text }) => leafHash(sha256, Buffer.from(text))));
  const places = Array.from({ length: width }, (_, place) => from + place);
  const below = { _id: { $gte: { level: level - 1, index: from }, $lt: { level: level - 1, index: from + width } } };
  const kept = await forReaders(TreeTile)
    .find(below, { promoteBuffers: true, projection: { root: 1 } })
    .toArray();
  const roots = new Map(kept.map(({ _id, root }) => [_id.index, root]));
  const hashes: Uint8Array[] = [];
  for (const place of places) hashes.push(roots.get(place) ?? rootOver(await tileOf({ level: level - 1, index: place, width: WIDTH })));
  return Buffer.concat(hashes);
}

function rootOver(tile: Uint8Array): Uint8Array {
  const hashes = Array.from({ length: WIDTH }, (_, at) => tile.subarray(at * 32, (at + 1) * 32));
  return nodesOf(sha256, hashes)(8, 0);
}

/** The entries below a tile of level 0. */
export async function bundleAt({ index, width }: Pick<Tile, 'index' | 'width'>): Promise<Uint8Array> {
  return bundleOf((await leavesFrom(index * WIDTH, index * WIDTH + width)).map(({ text }) => Buffer.from(text)));
}

/** Tiles that are remembered while proofs are made of one tree: a year of a community lies in some sixty. */
const MOST_TILES = 300;

/** The nodes of the tree of the first `size` leaves. A tile is read once. */
export function nodesAt(size: number): Nodes {
  const read = boundedMap<string, Promise<Uint8Array>>(MOST_TILES);
  return nodesIn(sha256, size, ({ level, index, width }) =>
    typeof level === 'number' ? read.getOrMake(`${level} ${index}`, () => tileOf({ level, index, width })) : bundleAt({ index, width }),
  );
}

/** The root of the tree of the first `size` leaves, in base64. */
export async function rootAt(size: number): Promise<string> {
  return Buffer.from(await rootOf(sha256, nodesAt(size), size)).toString('base64');
}
