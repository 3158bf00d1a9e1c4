import { base64, bytesIn } from './noteText.ts';
import type { Head } from './tree.ts';

/** The head of a log's tree as the log signs it (C2SP tlog-checkpoint). */
export interface Checkpoint extends Head {
  /** The log's name: its address without `https://`. */
  readonly origin: string;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** Reads the text of a checkpoint; undefined if it is none. Lines behind the third are not looked at, but none of them is empty. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split('\n');
  const [origin = '', size = '', hash = ''] = lines;
  const root = bytesIn(hash);
  const isWhole = lines.length > 3 && lines.at(-1) === '' && lines.slice(0, -1).every((line) => line !== '');
  const isCount = /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size));
  return isWhole && isCount && root?.length === 32 ? { origin, size: Number(size), root } : undefined;
}

/** What a log says in a leaf: how a community's ledger of a cycle, or its log, ended on a day. */
export interface Leaf {
  readonly community: string;
  /** Undefined: the community's log. */
  readonly cycle?: string;
  /** Hex SHA-256. */
  readonly hash: string;
  /** `2026-12-15`. */
  readonly day: string;
}

/** A leaf's text: four lines. */
export function leafText({ community, cycle, hash, day }: Leaf): string {
  return `${community}\n${cycle === undefined ? 'log' : `ledger ${cycle}`}\n${hash}\n${day}\n`;
}

/** The leaves of a text that is nothing but leaves, one behind the other; undefined if there is anything else. */
export function readLeaves(text: string): Leaf[] | undefined {
  const lines = text.split('\n');
  const leaves = Array.from({ length: (lines.length - 1) / 4 }, (_, index) => readLeaf(`${lines.slice(4 * index, 4 * index + 4).join('\n')}\n`));
  return lines.length % 4 === 1 && lines.at(-1) === '' && leaves.every((leaf) => leaf !== undefined) ? leaves : undefined;
}

/** Reads a leaf's text; undefined if it is none of ours. */
export function readLeaf(text: string): Leaf | undefined {
  const [, community = '', cycle, hash = '', day = ''] =
    /^([a-z0-9-]+)\n(?:log|ledger ([^\s]+))\n([0-9a-f]{64})\n(\d{4}-\d{2}-\d{2})\n$/.exec(text) ?? [];
  return community === '' ? undefined : { community, ...(cycle !== undefined && { cycle }), hash, day };
}
