import { boundedMap } from '../../../store/cache.ts';
import { collection, databaseOf, inTime } from '../../../store/collection.ts';
import { sha256 } from '../../../store/vault.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import { Entry, type EntryRecord, lastEntry, placesOf, type Tip, tipOf } from './entry.ts';
import { firstPrevious } from './ledgerRules.ts';

/**
 * The ends of the ledgers to which this process writes. A process that writes the place after an end has seen every entry before it: the unique index
 * gives the place to no process that has not.
 */
export interface KnownTips {
  /** The ends of these ledgers; those that are not known are asked for together. The end of an empty ledger is the hash that its first entry follows. */
  of(cycles: readonly FrozenCycle[]): Promise<Map<string, Tip>>;
  /** To be called when an entry is durable after the end. */
  grew(entry: EntryRecord): void;
  /** To be called when there is an entry after the end, from any writer. */
  isBehind(cycle: string): void;
}

const DURABLY_READ = { readConcern: { level: 'majority' } } as const;
/** More than a city has communities; each end takes some 300 bytes. */
const MOST = 10_000;

export function knownTips(): KnownTips {
  const known = boundedMap<string, Tip>(MOST);
  return {
    of: async (cycles) => {
      const tips = new Map<string, Tip>();
      const unknown = new Map<string, FrozenCycle>();
      for (const cycle of cycles) {
        const tip = known.get(cycle._id);
        if (tip) tips.set(cycle._id, tip);
        else unknown.set(cycle._id, cycle);
      }
      for (const [cycle, tip] of await tipsIn([...unknown.values()])) {
        known.set(cycle, tip);
        tips.set(cycle, tip);
      }
      return tips;
    },
    grew: (entry) => known.set(entry._id.cycle, tipOf(entry)),
    isBehind: (cycle) => known.delete(cycle),
  };
}

/** As many ends as one command asks for. */
const AT_ONCE = 200;

/** A seek in the index for each. */
async function tipsIn(cycles: readonly FrozenCycle[]): Promise<Map<string, Tip>> {
  const tips = new Map<string, Tip>();
  for (let from = 0; from < cycles.length; from += AT_ONCE) {
    const some = cycles.slice(from, from + AT_ONCE);
    const [first = [], ...others] = some.map(({ _id }) => [
      { $match: placesOf(_id) },
      { $sort: { _id: -1 } },
      { $limit: 1 },
      { $project: { at: 1, hash: 1, sealed: 1 } },
    ]);
    const unions = others.map((pipeline) => ({ $unionWith: { coll: Entry.collection.name, pipeline } }));
    const last = await inTime((signal) =>
      collection(Entry)
        .aggregate<EntryRecord>([...first, ...unions], { ...DURABLY_READ, signal })
        .toArray(),
    );
    for (const { _id, frozen } of some) tips.set(_id, { seq: 0, hash: firstPrevious(sha256, _id, frozen.ballot) });
    for (const entry of last) tips.set(entry._id.cycle, tipOf(entry));
  }
  return tips;
}

/** The facts to look up: how often voters have cast, the last entries of voters, residents who may be on the roster. */
interface Asked {
  readonly voters: readonly string[];
  /** Voters whose last entry is needed. */
  readonly last: readonly string[];
  readonly residents: readonly string[];
}

export interface LedgerFacts {
  /** The keys of each voter's entries; absent for who has none. */
  readonly keysOf: ReadonlyMap<string, readonly string[]>;
  /** Each voter's last entry. */
  readonly last: ReadonlyMap<string, EntryRecord>;
  /** Residents on the roster who have not left, and their community. */
  readonly roster: ReadonlyMap<string, string>;
}

/** Asks the indexes at once for all who wait, with read concern majority, so that every fact found is durable. It costs the same in a long ledger as in a short one. */
export async function ledgerFacts({ voters, last, residents }: Asked): Promise<LedgerFacts> {
  const [cast, lasts, found] = await Promise.all([
    keysOfVoters(voters),
    Promise.all(last.map(lastEntry)),
    residents.length > 0
      ? inTime((signal) =>
          collection(Resident)
            .find({ _id: { $in: [...residents] }, erasedAt: { $exists: false } }, { projection: { community: 1 }, signal })
            .toArray(),
        )
      : [],
  ]);
  return {
    keysOf: byVoter(cast, ({ key }) => key),
    last: new Map(lasts.flatMap((entry) => (entry?.voter ? [[entry.voter, entry]] : []))),
    roster: new Map(found.map(({ _id, community }) => [_id, community])),
  };
}

export interface WholeEntries {
  /** The entries that have one of the keys, by key. */
  readonly written: ReadonlyMap<string, EntryRecord>;
  /** The entries of the voters who have cast. */
  readonly entriesOf: ReadonlyMap<string, readonly EntryRecord[]>;
}

/** Whole entries, durable ones: of keys that seem to be written, and of voters for whom it matters what they cast and when. */
export async function wholeEntries(keys: readonly string[], voters: readonly string[]): Promise<WholeEntries> {
  if (keys.length === 0) return { written: new Map(), entriesOf: new Map() };
  const filter = { $or: [{ key: { $in: [...keys] } }, ...(voters.length > 0 ? [{ voter: { $in: [...voters] } }] : [])] };
  const entries = await inTime((signal) =>
    collection(Entry)
      .find(filter, { promoteBuffers: true, ...DURABLY_READ, signal })
      .toArray(),
  );
  const asked = new Set(keys);
  return {
    written: new Map(entries.filter(({ key }) => asked.has(key)).map((entry) => [entry.key, entry])),
    entriesOf: byVoter(entries, (entry) => entry),
  };
}

function byVoter<Found extends Pick<EntryRecord, 'voter'>, Kept>(entries: readonly Found[], kept: (entry: Found) => Kept): Map<string, Kept[]> {
  const found = new Map<string, Kept[]>();
  for (const entry of entries) {
    if (!entry.voter) continue;
    const its = found.get(entry.voter);
    if (its) its.push(kept(entry));
    else found.set(entry.voter, [kept(entry)]);
  }
  return found;
}

/** So many fit the first answer. */
const ONE_ANSWER = 10_000;

/** Each voter's entries, by the voters' index. As a command whose answer is read whole: a cursor of the driver's costs more. */
async function keysOfVoters(voters: readonly string[]): Promise<Pick<EntryRecord, 'key' | 'voter'>[]> {
  if (voters.length === 0) return [];
  const filter = { voter: { $in: [...voters] } };
  const options = { projection: { _id: 0, voter: 1, key: 1 }, hint: { voter: 1, '_id.seq': -1 }, ...DURABLY_READ };
  const command = { find: Entry.collection.name, filter, ...options, batchSize: ONE_ANSWER };
  const { cursor } = await inTime((signal) => databaseOf(Entry).command(command, { signal }));
  if (cursor.id === 0) return cursor.firstBatch;
  return inTime((signal) =>
    collection(Entry)
      .find(filter, { ...options, signal })
      .toArray(),
  );
}
