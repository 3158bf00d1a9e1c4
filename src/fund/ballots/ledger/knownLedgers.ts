import { totalmem } from 'node:os';
import { collection, databaseOf, inTime } from '../../../store/collection.ts';
import { sha256 } from '../../../store/vault.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import { Entry, type EntryRecord, lastEntry, placesOf, type Tip, tipOf, VOTERS } from './entry.ts';
import { firstPrevious } from './ledgerRules.ts';

/**
 * A ledger as this process knows it: its end and, if it was there from the first entry on and memory allows, who has cast up to that end. A process that
 * writes the place after that end has seen every entry before it: the unique index gives the place to no process that has not.
 */
export interface KnownLedger {
  readonly tip: Tip;
  /** Absent if not all are known: then the index is asked. */
  readonly voters?: KnownVoters;
}

export interface KnownLedgers {
  /** The known state of these ledgers. What is not known is asked for together; no ledger is read. */
  of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>>;
  /** To be called when an entry is durable after the end. */
  grew(entry: Grown): void;
  /** To be called when there is an entry after the end, from any writer. */
  isBehind(cycle: string): void;
  /** The ends that are known, by cycle. */
  all(): [cycle: string, tip: Tip][];
}

type Grown = Pick<EntryRecord, '_id' | 'key' | 'voter' | 'at' | 'hash' | 'sealed'>;

/** What who has cast may take of this process's memory, in megabytes: a thirty-second of the machine's or the container's, if no setting says otherwise. */
export const ledgerRoom = perWorld(() => ({
  megabytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2 ** 20 / 32,
}));

/** An entry's part in memory, in bytes, as measured with 300 ledgers of 1,577. */
const BYTES_EACH = 110;
/** More ledgers than a city has communities; each end takes some 300 bytes. */
const MAX_LEDGERS = 10_000;
/** So many new entries of other processes are read on, in all ledgers that are behind; beyond, they are not known any more. */
const MOST_NEW = 1_000;
const DURABLY_READ = { readConcern: { level: 'majority' } } as const;

/** Those of a world. */
export const ledgersKnown: (world: World) => KnownLedgers = perWorld((world) => knownLedgers(ledgerRoom(world)));

/** The ledgers to which this process writes. Of those that were not used for longest it forgets first who has cast, then all. */
function knownLedgers(room: { readonly megabytes: number }): KnownLedgers {
  const known = new Map<string, KnownLedger>();
  const behind = new Set<string>();
  let entries = 0;
  return {
    of,
    grew,
    isBehind: (cycle) => void behind.add(cycle),
    all: () => [...known].map(([cycle, { tip }]) => [cycle, tip]),
  };

  async function of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>> {
    const asked = new Map<string, KnownLedger>();
    const late = new Map<string, Required<KnownLedger>>();
    const unknown = new Map<string, FrozenCycle>();
    for (const cycle of cycles) {
      const id = cycle._id;
      if (asked.has(id) || unknown.has(id)) continue;
      const ledger = known.get(id);
      const isBehind = behind.delete(id);
      forget(id); // until it is known to its end
      if (ledger && !isBehind) asked.set(id, ledger);
      else unknown.set(id, cycle);
      if (ledger?.voters && isBehind) late.set(id, { tip: ledger.tip, voters: ledger.voters });
    }
    for (const [id, ledger] of await readOn(late)) {
      unknown.delete(id);
      asked.set(id, ledger);
    }
    for (const [id, tip] of await tipsIn([...unknown.values()])) asked.set(id, tip.seq === 0 ? { tip, voters: new KnownVoters() } : { tip });
    for (const [id, ledger] of asked) keep(id, ledger);
    return asked;
  }

  function grew(entry: Grown): void {
    const { cycle, seq } = entry._id;
    const ledger = known.get(cycle);
    if (!ledger) return;
    forget(cycle);
    if (seq === ledger.tip.seq + 1) keep(cycle, grown(ledger, entry));
  }

  function keep(cycle: string, ledger: KnownLedger): void {
    known.set(cycle, ledger);
    entries += sizeOf(ledger);
    const most = (room.megabytes * 2 ** 20) / BYTES_EACH;
    for (const [oldest, { tip }] of known) {
      if (entries <= most) break;
      forget(oldest);
      known.set(oldest, { tip });
    }
    const [oldest] = known.keys();
    if (known.size > MAX_LEDGERS && oldest !== undefined) forget(oldest);
  }

  function forget(cycle: string): void {
    const ledger = known.get(cycle);
    known.delete(cycle);
    if (ledger) entries -= sizeOf(ledger);
  }
}

function sizeOf({ voters }: KnownLedger): number {
  return voters?.size ?? 0;
}

function grown({ voters }: KnownLedger, entry: Grown): KnownLedger {
  voters?.add(entry);
  return { tip: tipOf(entry), ...(voters && { voters }) };
}

/** These ledgers with what other processes have written behind their ends: none of them if that is too much. */
async function readOn(ledgers: ReadonlyMap<string, Required<KnownLedger>>): Promise<ReadonlyMap<string, KnownLedger>> {
  if (ledgers.size === 0) return ledgers;
  const ranges = [...ledgers].map(([cycle, { tip }]) => placesOf(cycle, tip.seq));
  const projection = { key: 1, voter: 1, at: 1, hash: 1, sealed: 1 };
  const added = await inTime((signal) =>
    collection(Entry)
      .find({ $or: ranges }, { projection, sort: { _id: 1 }, limit: MOST_NEW + 1, ...DURABLY_READ, signal })
      .toArray(),
  );
  if (added.length > MOST_NEW) return new Map();
  const read = new Map<string, KnownLedger>(ledgers);
  for (const entry of added) {
    const ledger = read.get(entry._id.cycle);
    if (ledger) read.set(entry._id.cycle, grown(ledger, entry));
  }
  return read;
}

/** Who has cast, and under which keys, by twelve characters (72 bits) of each: what seems to be there is then looked up. */
class KnownVoters {
  readonly #keysOf = new Map<string, string>();
  /** How many entries. */
  size = 0;

  add({ key, voter }: Pick<EntryRecord, 'key' | 'voter'>): void {
    if (!voter) return;
    this.#keysOf.set(short(voter), (this.#keysOf.get(short(voter)) ?? '') + short(key));
    this.size += 1;
  }

  /** How many entries a voter has, and whether one seems to have this key. */
  of(voter: string, key: string): HasCast {
    const keys = this.#keysOf.get(short(voter)) ?? '';
    return { count: keys.length / SHORT, seemsWritten: keys.includes(short(key)) };
  }
}

/** So short that it is a string of its own, which does not keep a longer one in memory. */
function short(hmac: string): string {
  return hmac.slice(0, SHORT);
}

const SHORT = 12;

export interface HasCast {
  readonly count: number;
  readonly seemsWritten: boolean;
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

/** The facts to look up: who has cast, the last entries of voters, residents who may be on the roster. */
interface Asked {
  readonly voters: readonly VoterIn[];
  /** Voters whose last entry is needed. */
  readonly last: readonly VoterIn[];
  /** Each with the community on whose roster they may be. */
  readonly residents: readonly { readonly community: string; readonly resident: string }[];
}

interface VoterIn {
  readonly cycle: string;
  readonly voter: string;
}

export interface LedgerFacts {
  /** Of the voters who were asked about, those who have cast. */
  readonly cast: KnownVoters;
  /** Each voter's last entry. */
  readonly last: ReadonlyMap<string, EntryRecord>;
  /** Residents on the roster who have not left, and their community. */
  readonly roster: ReadonlyMap<string, string>;
}

/** Asks the indexes at once for all who wait, with read concern majority, so that every fact found is durable. It costs the same in a long ledger as in a short one. */
export async function ledgerFacts({ voters, last, residents }: Asked): Promise<LedgerFacts> {
  const [entries, lasts, found] = await Promise.all([
    entriesOf(voters),
    Promise.all(last.map(({ cycle, voter }) => lastEntry(cycle, voter))),
    residents.length > 0
      ? inTime((signal) =>
          collection(Resident)
            .find(
              {
                community: { $in: residents.map(({ community }) => community) },
                _id: { $in: residents.map(({ resident }) => resident) },
                erasedAt: { $exists: false },
              },
              { projection: { community: 1 }, signal },
            )
            .toArray(),
        )
      : [],
  ]);
  const cast = new KnownVoters();
  for (const entry of entries) cast.add(entry);
  return {
    cast,
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

/** Whole entries of cycles, durable ones: of keys that seem to be written, and of voters for whom it matters what they cast and when. */
export async function wholeEntries(cycles: readonly string[], keys: readonly string[], voters: readonly string[]): Promise<WholeEntries> {
  if (keys.length === 0) return { written: new Map(), entriesOf: new Map() };
  const within = { '_id.cycle': { $in: [...cycles] } };
  const filter = { $or: [{ ...within, key: { $in: [...keys] } }, ...(voters.length > 0 ? [{ ...within, voter: { $in: [...voters] } }] : [])] };
  const entries = await inTime((signal) =>
    collection(Entry)
      .find(filter, { promoteBuffers: true, ...DURABLY_READ, signal })
      .toArray(),
  );
  const asked = new Set(keys);
  return {
    written: new Map(entries.filter(({ key }) => asked.has(key)).map((entry) => [entry.key, entry])),
    entriesOf: byVoter(entries),
  };
}

function byVoter(entries: readonly EntryRecord[]): Map<string, EntryRecord[]> {
  const found = new Map<string, EntryRecord[]>();
  for (const entry of entries) {
    if (!entry.voter) continue;
    const its = found.get(entry.voter);
    if (its) its.push(entry);
    else found.set(entry.voter, [entry]);
  }
  return found;
}

/** So many fit the first answer. */
const ONE_ANSWER = 10_000;

/** Each voter's entries, by the voters' index. As a command whose answer is read whole: a cursor of the driver's costs more. */
async function entriesOf(asked: readonly VoterIn[]): Promise<Pick<EntryRecord, 'key' | 'voter'>[]> {
  if (asked.length === 0) return [];
  const filter = { '_id.cycle': { $in: [...new Set(asked.map(({ cycle }) => cycle))] }, voter: { $in: asked.map(({ voter }) => voter) } };
  const options = { projection: { _id: 0, voter: 1, key: 1 }, hint: VOTERS, ...DURABLY_READ };
  const command = { find: Entry.collection.name, filter, ...options, batchSize: ONE_ANSWER };
  const { cursor } = await inTime((signal) => databaseOf(Entry).command(command, { signal }));
  if (cursor.id === 0) return cursor.firstBatch;
  return inTime((signal) =>
    collection(Entry)
      .find(filter, { ...options, signal })
      .toArray(),
  );
}
