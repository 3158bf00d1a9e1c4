import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { withPauses } from '../../store/pauses.ts';
import { sha256, type Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { brokenLogLink, detailHash, firstLogPrevious, type LogHead, type LogRow } from './chain.ts';
import { entriesOf, LogEntry, type LogEntryRecord, lastEntryOf, logRow, type Opening, openingOf } from './logEntry.ts';

/** An entry as supervisors read it. Without `opening` its detail was dropped, because it named a person who was deleted. */
export interface OpenedLogRow extends LogRow {
  readonly opening?: Opening;
}

/** A community's log from its first entry on, with the details. */
export async function* readLog({ vault }: Pick<World, 'vault'>, community: string): AsyncGenerator<OpenedLogRow> {
  const entries = forReaders(LogEntry)
    .find(entriesOf(community), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: 1_000, hint: { _id: 1 } })
    .sort({ _id: 1 });
  for await (const entry of withPauses(entries)) {
    yield opened(vault, entry);
  }
}

/** Checks a community's log from its first entry to its last, with every detail that is there. Gives the last entry. Rejects with `broken-log`. */
export async function checkLogOf(world: Pick<World, 'vault'>, community: string): Promise<LogHead> {
  let before: LogHead = { seq: 0, hash: firstLogPrevious(sha256, community) };
  for await (const row of readLog(world, community)) {
    const { opening } = row;
    const isOther = opening && detailHash(sha256, opening.salt, JSON.stringify(opening.detail)) !== row.detail;
    const broken = brokenLogLink(sha256, community, before, row) ?? (isOther ? 'its detail is not the one that it commits to' : undefined);
    if (broken) throw new CodedError('broken-log', `The log does not hold at entry ${row.seq}: ${broken}.`);
    before = row;
  }
  return before;
}

function opened(vault: Vault, entry: LogEntryRecord): OpenedLogRow {
  const opening = openingOf(vault, entry);
  return { ...logRow(entry), ...(opening && { opening }) };
}

/** Which entries of a log are wanted. */
export interface LogWanted {
  /** What was acted on, such as `request`: every act whose name begins with it and a full stop. */
  readonly about?: string | undefined;
  /** The name of the person who acted, whole. */
  readonly by?: string | undefined;
  readonly from?: Date | undefined;
  /** Not itself. */
  readonly until?: Date | undefined;
  /** The page that follows this entry. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The newest entries of a community's log that are wanted, with the details. `more`: others follow. */
export async function logPage(
  { vault }: Pick<World, 'vault'>,
  community: string,
  { about, by, from, until, before, limit }: LogWanted,
): Promise<{ readonly entries: OpenedLogRow[]; readonly more: boolean }> {
  const which: mongo.Filter<LogEntryRecord> = {
    '_id.community': community,
    _id: { $gt: { community, seq: 0 }, $lt: { community, seq: before ?? Number.MAX_SAFE_INTEGER } },
    ...(about && { act: { $gte: `${about}.`, $lt: `${about}/` } }),
    ...(by && { by }),
    ...((from || until) && { at: { ...(from && { $gte: from }), ...(until && { $lt: until }) } }),
  };
  const found = await forReaders(LogEntry)
    .find(which, { sort: { _id: -1 }, hint: { _id: 1 }, limit: limit + 1, promoteBuffers: true })
    .toArray();
  return { entries: found.slice(0, limit).map((entry) => opened(vault, entry)), more: found.length > limit };
}

/** The newest entries of a community's log that are one of these acts, before an entry, with the details. `more`: others follow. It reads an index of acts. */
export async function actsPage(
  { vault }: Pick<World, 'vault'>,
  community: string,
  { acts, before, limit }: Pick<LogWanted, 'before' | 'limit'> & { readonly acts: readonly string[] },
): Promise<{ readonly entries: OpenedLogRow[]; readonly more: boolean }> {
  const found = await forReaders(LogEntry)
    .find(
      { '_id.community': community, act: { $in: [...acts] }, '_id.seq': { $lt: before ?? Number.MAX_SAFE_INTEGER } },
      { sort: { '_id.seq': -1 }, hint: { '_id.community': 1, act: 1, '_id.seq': -1 }, limit: limit + 1, promoteBuffers: true },
    )
    .toArray();
  return { entries: found.slice(0, limit).map((entry) => opened(vault, entry)), more: found.length > limit };
}

/** How often an act was done to a subject, as a community's log has it. */
export function timesDone(community: string, act: string, subject: string): Promise<number> {
  return collection(LogEntry).countDocuments({ '_id.community': community, act, subject });
}

/** How often each act was done for a community from a moment on until before another, by the act's name. */
export async function actCounts(community: string, from: Date, until: Date): Promise<Map<string, number>> {
  const found = await forReaders(LogEntry)
    .aggregate<{ _id: string; count: number }>([
      { $match: { ...entriesOf(community), at: { $gte: from, $lt: until } } },
      { $group: { _id: '$act', count: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, count }) => [_id, count]));
}

/** The last entry of a community's log; before the first one, `0` with the hash that it will follow. */
export async function logHead(community: string, session?: mongo.ClientSession): Promise<LogHead> {
  return (await lastEntryOf(community, session)) ?? { seq: 0, hash: firstLogPrevious(sha256, community) };
}

/** The hash of a log's last entry before a moment, for everybody to hold; undefined if there is none. It tells neither what was done nor how often. */
export async function logHashBefore(community: string, moment: Date): Promise<string | undefined> {
  const found = await forReaders(LogEntry).findOne(
    { ...entriesOf(community), at: { $lt: moment } },
    { sort: { _id: -1 }, projection: { hash: 1 }, readConcern: { level: 'majority' } },
  );
  return found?.hash;
}

/** The seq of the last entry of a community's log at this moment; 0 if there is none. What is remembered under it is forgotten with the next act, in whatever process. */
export const lastSeq: (world: World) => (community: string) => Promise<number> = perWorld((world) => readersLookUps(world)(lastOfEach));

const lastOfEach: LookUp<LogEntryRecord, number> = {
  model: LogEntry,
  pipeline: (communities) => {
    const [first = [], ...others] = [...new Set(communities)].map((community) => [
      { $match: entriesOf(community) },
      { $sort: { _id: -1 } },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ]);
    return [...first, ...others.map((pipeline) => ({ $unionWith: { coll: LogEntry.collection.name, pipeline } }))];
  },
  results: (found, communities) => {
    const last = new Map(found.map(({ _id: { community, seq } }) => [community, seq]));
    return communities.map((community) => last.get(community) ?? 0);
  },
};

/** What was done, to what, and whom it names; nobody any more if the detail was dropped. */
export interface ActDone {
  readonly act: string;
  readonly subject: string;
  readonly names: readonly string[];
}

/**
 * What was done in a community since the last of certain acts, such as an import; everything if there is none. If that act's detail says `upTo` which
 * entry it had seen, from there on.
 */
export async function actsSince({ vault }: Pick<World, 'vault'>, community: string, bases: readonly string[]): Promise<ActDone[]> {
  const entries = collection(LogEntry);
  const base = await entries.findOne({ ...entriesOf(community), act: { $in: [...bases] } }, { sort: { _id: -1 }, promoteBuffers: true });
  const seen: unknown = base && openingOf(vault, base)?.detail.after;
  const isSaid = typeof seen === 'object' && seen !== null && 'upTo' in seen && typeof seen.upTo === 'number';
  const after = isSaid ? Number(seen.upTo) : (base?._id.seq ?? 0);
  const found = await entries
    .find(entriesOf(community, after), { projection: { act: 1, subject: 1, names: 1 } })
    .sort({ _id: 1 })
    .toArray();
  return found.map(({ act, subject, names = [] }) => ({ act, subject, names }));
}
