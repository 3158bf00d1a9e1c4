import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../store/codedError.ts';
import { writeWhole } from '../store/files.ts';
import { type Leaf, readLeaves } from '../transparency/checkpoint.ts';
import { sha256, verifierKey } from '../transparency/note.ts';
import type { VerifierKey } from '../transparency/noteText.ts';
import { EMPTY, type Range, rootOfRange, withLeaf } from '../transparency/range.ts';
import { leafHash } from '../transparency/tree.ts';

const schema = z.object({
  /** The log's key. */
  key: z.string(),
  since: z.iso.datetime(),
  /** When the log was last heard or looked at, and found to go on. */
  at: z.iso.datetime().optional(),
  /** The largest checkpoint that was cosigned: its size, its root in base64, the note with the log's signature and ours. */
  seen: z.object({ size: z.int(), root: z.string(), note: z.string() }).optional(),
  /** How much of the log's leaves is kept here, in leaves and in bytes, and the tree's edge in base64. */
  read: z.object({ size: z.int(), bytes: z.int(), edge: z.array(z.string()) }),
});
type State = z.output<typeof schema>;

/** What a witness keeps of one log, in a folder of its own; nothing of it is ever taken back. */
export interface WatchedLog {
  readonly key: VerifierKey;
  /** Hex SHA-256 of the log's name: what it is called in addresses and folders (C2SP tlog-witness). */
  readonly id: string;
  state(): State;
  range(): Range;
  /** Keeps a checkpoint that was found right; it is durable once this resolves. */
  keepSeen(seen: NonNullable<State['seen']>, at: Date): Promise<void>;
  /** Adds leaves, and the edge of the tree with them. */
  keepLeaves(leaves: readonly string[], range: Range, at: Date): Promise<void>;
  /** The text of all leaves that are kept. */
  leaves(): Promise<string>;
  /** The root of the first leaves, in base64; undefined if so many are not kept. */
  rootAt(size: number): Promise<string | undefined>;
  /** Each community with the number of its heads and its last day. */
  communities(): ReadonlyMap<string, { readonly heads: number; readonly day: string }>;
  /** Keeps what contradicts what was seen before: two notes that the log signed. */
  accuse(what: string, notes: readonly string[], at: Date): Promise<void>;
  /** What it was accused of, the oldest first. */
  accusations(): readonly string[];
  /** One after the other: what is checked against the state is kept before the next is looked at. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Opens what is kept of a log; makes its folder the first time. Rejects with `broken-witness` if its files were damaged. */
export async function watchedLog(folder: string, key: VerifierKey, now: Date): Promise<WatchedLog> {
  const id = createHash('sha256').update(key.name).digest('hex');
  const own = join(folder, id);
  const [stateFile, leavesFile] = [join(own, 'state.json'), join(own, 'leaves.txt')];
  await mkdir(own, { recursive: true });
  let state = await readState(stateFile, key, now);
  await appendFile(leavesFile, '');
  await truncate(leavesFile, state.read.bytes); // leaves that were added before a crash, and not noted, come again
  const kept = readLeaves(await readFile(leavesFile, 'utf8'));
  if (!kept || kept.length !== state.read.size) throw broken(leavesFile);
  const communities = new Map<string, { heads: number; day: string }>();
  const count = (leaves: readonly Leaf[]) => {
    for (const { community, day } of leaves) communities.set(community, { heads: (communities.get(community)?.heads ?? 0) + 1, day });
  };
  count(kept);
  const accused = (await readdir(own)).filter((name) => name.startsWith('contradiction-')).toSorted();
  const accusations = await Promise.all(accused.map(async (name) => (await readFile(join(own, name), 'utf8')).split('\n')[0] ?? ''));
  let last: Promise<unknown> = Promise.resolve();
  const keep = async (next: State) => {
    await writeWhole(stateFile, `${JSON.stringify(next, null, 2)}\n`);
    state = next;
  };
  return {
    key,
    id,
    state: () => state,
    range: () => ({ size: state.read.size, hashes: state.read.edge.map((hash) => Buffer.from(hash, 'base64')) }),
    keepSeen: (seen, at) => keep({ ...state, seen, at: at.toISOString() }),
    keepLeaves: async (leaves, range, at) => {
      const text = leaves.join('');
      await appendFile(leavesFile, text, { flush: true });
      const edge = range.hashes.map((hash) => Buffer.from(hash).toString('base64'));
      await keep({ ...state, at: at.toISOString(), read: { size: range.size, bytes: state.read.bytes + Buffer.byteLength(text), edge } });
      count(readLeaves(text) ?? []);
    },
    leaves: async () => (await readFile(leavesFile)).subarray(0, state.read.bytes).toString('utf8'),
    rootAt,
    communities: () => communities,
    accuse: async (what, notes, at) => {
      if (accusations.some((known) => known.endsWith(what))) return; // each is said once
      const said = `${at.toISOString()} ${what}`;
      await writeWhole(join(own, `contradiction-${String(accusations.length + 1).padStart(4, '0')}.txt`), `${said}\n\n${notes.join('\n')}`);
      accusations.push(said);
    },
    accusations: () => accusations,
    inTurn: (work) => {
      const done = last.then(work, work);
      last = done.catch(() => undefined);
      return done;
    },
  };

  async function rootAt(size: number): Promise<string | undefined> {
    if (size > state.read.size) return undefined;
    const lines = (await readFile(leavesFile, 'utf8')).split('\n');
    let range = EMPTY;
    for (let at = 0; at < size; at += 1)
      range = withLeaf(sha256, range, leafHash(sha256, Buffer.from(`${lines.slice(4 * at, 4 * at + 4).join('\n')}\n`)));
    return Buffer.from(await rootOfRange(sha256, range)).toString('base64');
  }
}

async function readState(file: string, key: VerifierKey, now: Date): Promise<State> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { key: verifierKey(key), since: now.toISOString(), read: { size: 0, bytes: 0, edge: [] } };
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw broken(file, cause);
  }
}

function broken(file: string, cause?: unknown): CodedError {
  return new CodedError(
    'broken-witness',
    `${file} was damaged. A witness that has lost what it saw must not go on under its key: take a new folder and a new key, and tell those whose log you watch.`,
    { cause },
  );
}
