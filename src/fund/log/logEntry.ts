import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import { sha256, type Vault } from '../../store/vault.ts';
import { type Detail, type LogHead, type LogRow, logHash } from './chain.ts';

/** Who did what the service did by itself, in its entries. */
export const SERVICE_NAME = 'Yisheng';

/** An entry of a community's log: who did what. Nothing of it is ever changed; only the detail's opening may be dropped. */
export const LogEntry = records(
  'log',
  {
    /** `seq` counts from 1 in a community. */
    _id: { community: String, seq: Number },
    /** To the second. */
    at: Date,
    /** The name of the person who acted, and in which role: `operator` for a person with a shell on the server. */
    by: String,
    role: String,
    act: String,
    /** What it was done to; it names no resident. */
    subject: String,
    /** `detailHash(…)`. */
    detail: String,
    previous: String,
    hash: String,
    /** Salt and JSON of the detail (`Opening`), encrypted. Dropped when a person whom it names is deleted. */
    opening: optional(encrypted('logDetail')),
    /** Whom the detail names: `_id`s of residents and `addressHmac(…)`s. Dropped with it. */
    names: optional([String]),
    /** The key of an act that is written once, whatever is repeated. */
    once: optional(String),
    /** `entryMark(…)`; absent if an earlier version wrote it. */
    mark: optional(String),
  },
  [
    index({ '_id.community': 1, names: 1 }, { partialFilterExpression: { names: { $exists: true } } }),
    index({ '_id.community': 1, act: 1, '_id.seq': -1 }),
    index({ '_id.community': 1, once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } }),
  ],
);
export type LogEntryRecord = RecordOf<typeof LogEntry>;

/** The entry that a log ends with. */
export type LastEntry = Required<LogHead> & Pick<LogEntryRecord, 'act'>;

/** What a detail's hash commits to. */
export interface Opening {
  /** 16 random bytes in hex. */
  readonly salt: string;
  readonly detail: Detail;
}

/** An opening, encrypted as `opening` keeps it. */
export function encryptedOpening(vault: Vault, _id: LogEntryRecord['_id'], opening: Opening): Buffer {
  return vault.encrypt('logDetail', nameOf(_id), JSON.stringify(opening));
}

/** What an entry's detail was, decrypted; undefined once it was dropped, or if it is of another entry. */
export function openingOf(vault: Vault, { _id, opening }: Pick<LogEntryRecord, '_id' | 'opening'>): Opening | undefined {
  const kept = textIfOurs(vault, 'logDetail', nameOf(_id), opening);
  return kept && JSON.parse(kept);
}

function nameOf({ community, seq }: LogEntryRecord['_id']): string {
  return `${community}|${seq}`;
}

/**
 * The mark of an entry: whoever writes into the database and has no SECRET chains no other entries, and drops no detail that names nobody (`named`: that names
 * somebody who may be deleted).
 */
export function entryMark(vault: Vault, { _id, hash }: Pick<LogEntryRecord, '_id' | 'hash'>, named: boolean): string {
  return vault.hmac('record', 'log', nameOf(_id), hash, named ? 'named' : '');
}

/** Whether the service itself wrote an entry as it stands, and whatever detail it has. */
export function isGenuineEntry(vault: Vault, entry: LogEntryRecord): boolean {
  const { opening, mark, hash } = entry;
  if (hash !== logHash(sha256, logRow(entry)) || (opening && !openingOf(vault, entry))) return false;
  return mark === entryMark(vault, entry, true) || (mark === entryMark(vault, entry, false) && opening !== undefined);
}

/** An entry with the keys in the contract's order. */
export function logRow({ _id: { seq, community }, at, by, role, act, subject, detail, previous, hash }: LogEntryRecord): LogRow {
  return { seq, community, at: toSecond(at), by, role, act, subject, detail, previous, hash };
}

/** `2026-12-01T03:12:09Z`. */
export function toSecond(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/**
 * A filter for the entries of a community after a seq. It uses `_id`'s own index: MongoDB compares first the community and then the seq, and `{ _id: 1 }` sorts
 * in the same way. A cluster finds the shard by the community alone.
 */
export function entriesOf(community: string, after = 0) {
  return { '_id.community': community, _id: { $gt: { community, seq: after }, $lte: { community, seq: Number.MAX_SAFE_INTEGER } } };
}

/** The last entry of a community's log as it is stored now; null if there is none. */
export async function lastEntryOf(community: string, session?: mongo.ClientSession): Promise<LastEntry | null> {
  const within = { sort: { _id: -1 }, hint: { _id: 1 }, projection: { hash: 1, at: 1, act: 1 }, ...(session && { session }) } as const;
  const last = await collection(LogEntry).findOne(entriesOf(community), within);
  return last && asLast(last);
}

/** An entry as the one that its log ends with. */
export function asLast({ _id, hash, at, act }: Pick<LogEntryRecord, '_id' | 'hash' | 'at' | 'act'>): LastEntry {
  return { seq: _id.seq, hash, at: toSecond(at), act };
}

/** The last entry of every community's log in a session's snapshot. It reads an index from end to end. */
export async function logHeads(session: mongo.ClientSession): Promise<{ community: string; seq: number; hash: string }[]> {
  const heads = await collection(LogEntry)
    .aggregate<{ _id: string; seq: number; hash: string }>(
      [{ $sort: { _id: 1 } }, { $group: { _id: '$_id.community', seq: { $last: '$_id.seq' }, hash: { $last: '$hash' } } }, { $sort: { _id: 1 } }],
      { session, timeoutMS: 0 },
    )
    .toArray();
  return heads.map(({ _id: community, seq, hash }) => ({ community, seq, hash }));
}

/**
 * Drops the details that name one of these: residents (`_id`s) or addresses (`addressHmac`). Those that name one of `unless` as well stay, and those of the acts
 * in `but`. The chain holds without them.
 */
export async function dropDetails(
  community: string,
  names: readonly string[],
  { unless = [], but = [] }: { readonly unless?: readonly string[]; readonly but?: readonly string[] } = {},
): Promise<void> {
  if (names.length === 0) return;
  const which = { '_id.community': community, names: { $in: [...names], $nin: [...unless] }, act: { $nin: [...but] } };
  await collection(LogEntry).updateMany(which, { $unset: { opening: 1, names: 1 } });
}

/** Everybody whom the details name that name one of these. */
export async function namedBeside(community: string, names: readonly string[]): Promise<string[]> {
  const found = await collection(LogEntry)
    .find({ '_id.community': community, names: { $in: [...names] } }, { projection: { names: 1 } })
    .toArray();
  return [...new Set(found.flatMap((entry) => entry.names ?? []))];
}
