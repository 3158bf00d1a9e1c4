import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../store/codedError.ts';
import { readCheckpoint, readLeaf } from '../transparency/checkpoint.ts';
import { openNote, type Signer, sha256 } from '../transparency/note.ts';
import { EMPTY, type Range, rootOfRange, withLeaf } from '../transparency/range.ts';
import { entriesIn, tilePath, WIDTH } from '../transparency/tiles.ts';
import { leafHash } from '../transparency/tree.ts';
import { readBounded } from './readBounded.ts';
import type { WatchedLog } from './watchedLog.ts';
import { accuseIfAnother, cosign } from './witness.ts';

/** What came of a look. `stale`: an older tree than one that was seen before. */
export type Looked = { readonly found: 'goesOn' | 'same' | 'stale' | 'contradicts'; readonly size: number; readonly bytes: number };

const LONGEST_NOTE = 64 * 1_024;
const LONGEST_BUNDLE = WIDTH * 1_024;
/** Ten years of a city. */
const MOST_LEAVES = 3_000_000;
const TIMEOUT_MS = 20_000;

/**
 * Looks at a log where it, or somebody who watches it, shows it: reads its checkpoint and every leaf that is new, makes the tree of them, and compares each root
 * that the log has signed. What goes on is kept and cosigned. Rejects with `not-seen` if there is nothing to be seen that the log has signed.
 */
export async function lookAt(log: WatchedLog, signer: Signer, address: string, now: () => Date): Promise<Looked> {
  let bytes = 0;
  const get = async (path: string, most: number) => {
    const got = await gotten(`${address.replace(/\/+$/, '')}/${path}`, most);
    bytes += got.length;
    return got;
  };
  const note = (await get('checkpoint', LONGEST_NOTE)).toString('utf8');
  const opened = openNote(note, [log.key]);
  const checkpoint = opened && readCheckpoint(opened.text);
  if (!opened || checkpoint?.origin !== log.key.name)
    throw new CodedError('not-seen', `${address} shows no checkpoint that ${log.key.name} has signed.`);
  return log.inTurn(async () => {
    const { size } = checkpoint;
    if (size <= log.state().read.size) {
      if (await accuseIfAnother(log, checkpoint, note, now())) return { found: 'contradicts', size, bytes };
      const isNewest = size >= (log.state().seen?.size ?? 0);
      if (isNewest) await cosign(log, signer, { text: opened.text, note, checkpoint }, now());
      return { found: isNewest ? 'same' : 'stale', size, bytes };
    }
    const { seen } = log.state();
    const grown = await leavesUpTo(log.range(), size, get);
    const signed = Buffer.from(checkpoint.root).toString('base64');
    const isOther = (await rootIn(grown, size)) !== signed;
    // leaves are signed by nobody: what is shown is a contradiction only if it is the tree that was signed
    if (isOther && (await rootIn(await leavesUpTo(EMPTY, size, get), size)) !== signed)
      throw new CodedError('not-seen', `${address} shows leaves that are not the tree that it signed.`);
    if (isOther || (seen && seen.size > log.state().read.size && seen.size <= size && (await rootIn(grown, seen.size)) !== seen.root)) {
      await log.accuse(`the tree of ${size} leaves does not go on from what was signed before`, [seen?.note ?? '', note], now());
      return { found: 'contradicts', size, bytes };
    }
    await log.keepLeaves(grown.leaves, grown.ranges.at(-1) ?? log.range(), now());
    if (size >= (seen?.size ?? 0)) await cosign(log, signer, { text: opened.text, note, checkpoint }, now());
    return { found: 'goesOn', size, bytes };
  });
}

type Get = (path: string, most: number) => Promise<Buffer>;

/** Leaves behind a tree, each with the tree that ends with it. */
interface Grown {
  readonly leaves: readonly string[];
  readonly ranges: readonly Range[];
}

async function leavesUpTo(before: Range, size: number, get: Get): Promise<Grown> {
  if (size - before.size > MOST_LEAVES) throw new CodedError('not-seen', `the log has ${size} leaves: more than are read at once.`);
  const leaves: string[] = [];
  const ranges: Range[] = [];
  for (let index = Math.floor(before.size / WIDTH); index * WIDTH < size; index += 1) {
    const width = Math.min(WIDTH, size - index * WIDTH);
    const entries = entriesIn(await get(tilePath({ level: 'entries', index, width }), LONGEST_BUNDLE));
    if (entries?.length !== width) throw new CodedError('not-seen', `bundle ${index} of the log’s leaves is not whole.`);
    for (const entry of entries.slice(Math.max(0, before.size - index * WIDTH))) {
      const text = Buffer.from(entry).toString('utf8');
      if (!readLeaf(text)) throw new CodedError('not-seen', `leaf ${before.size + leaves.length} is not a head of four lines.`);
      leaves.push(text);
      ranges.push(withLeaf(sha256, ranges.at(-1) ?? before, leafHash(sha256, entry)));
    }
  }
  return { leaves, ranges };
}

/** The root, in base64, of the tree of so many leaves among these. */
async function rootIn({ ranges }: Grown, size: number): Promise<string | undefined> {
  const range = ranges.find((each) => each.size === size);
  return range && Buffer.from(await rootOfRange(sha256, range)).toString('base64');
}

/** The bytes at an address, or in a folder that has the same files. */
async function gotten(address: string, most: number): Promise<Buffer> {
  if (!/^https?:/.test(address)) return readFile(join(address));
  const failed = (cause?: unknown) => new CodedError('not-seen', `${address} cannot be read.`, { cause });
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' }).catch((cause: unknown) => {
    throw failed(cause);
  });
  if (response.status !== 200) throw failed();
  return readBounded(response, most);
}
