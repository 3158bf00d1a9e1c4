import { collection, inTime } from '../../../store/collection.ts';
import { sha256 } from '../../../store/vault.ts';
import type { FrozenCycle } from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import { Entry, type EntryRecord, lastEntry, placesOf, type Tip, tipOf } from './entry.ts';
import { firstPrevious } from './ledgerRules.ts';

/**
 * A ledger as this process knows it: its end and, unless it is too long, the keys and voters in it up to that end. A process that writes the
 * place after that end has seen every entry before it: the unique index gives the place to no process that has not.
 */
export interface KnownLedger {
  readonly tip: Tip;
  /** Absent if the ledger is too long to be kept. Then the database has to be asked. */
  readonly seenKeys?: SeenKeys;
}

export interface KnownLedgers {
  /** The known state of these ledgers. Ledgers that are not known yet are read together. */
  of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>>;
  /** To be called when an entry is durable after the end. */
  grew(entry: Grown): void;
  /** To be called when there is an entry after the end, from any writer. The ledger is then read on from there. */
  isBehind(cycle: string): void;
}

type Grown = Pick<EntryRecord, '_id' | 'key' | 'voter' | 'at' | 'hash' | 'sealed'>;

/** The longest ledger whose keys are kept, and the most ledgers and keys in all: some 30 MB. */
const LONGEST = 150_000;
const MOST = 250_000;
/** How many entries are read at once: one piece of work takes about ten milliseconds at most. */
const BATCH = 2_000;

/** The ledgers that this process writes to. The one that was not used for the longest time is forgotten first. */
export function knownLedgers(): KnownLedgers {
  const known = new Map<string, KnownLedger>();
  const behind = new Set<string>();
  let weight = 0;
  return { of, grew, isBehind: (cycle) => void behind.add(cycle) };

  /** A ledger that is being read is not known until it is read to its end. */
  async function of(cycles: readonly FrozenCycle[]): Promise<Map<string, KnownLedger>> {
    const asked = new Map<string, KnownLedger>();
    const from = new Map<string, number>();
    const unread = new Map<string, FrozenCycle>();
    for (const cycle of cycles) {
      const id = cycle._id;
      if (asked.has(id) || unread.has(id)) continue;
      const ledger = known.get(id);
      const isBehind = behind.delete(id);
      forget(id);
      if (!ledger || (isBehind && !ledger.seenKeys)) unread.set(id, cycle);
      else asked.set(id, ledger);
      if (ledger?.seenKeys && isBehind) from.set(id, ledger.tip.seq);
    }
    const tips = unread.size > 0 ? await ledgerTips([...unread.values()]) : [];
    for (const [id, tip] of tips) {
      const isShort = tip.seq <= LONGEST;
      asked.set(id, { tip, ...(isShort && { seenKeys: new SeenKeys() }) });
      if (isShort && tip.seq > 0) from.set(id, 0);
    }
    if (from.size > 0) await readOn(asked, from);
    for (const [id, ledger] of asked) keep(id, ledger);
    return asked;
  }

  function grew(entry: Grown): void {
    const { cycle } = entry._id;
    const ledger = known.get(cycle);
    if (!ledger) return;
    forget(cycle);
    keep(cycle, grown(ledger, entry));
  }

  function keep(cycle: string, ledger: KnownLedger): void {
    known.set(cycle, ledger);
    weight += weightOf(ledger);
    for (const oldest of known.keys()) {
      if (weight <= MOST || oldest === cycle) break;
      forget(oldest);
    }
  }

  function forget(cycle: string): void {
    const ledger = known.get(cycle);
    if (!ledger) return;
    known.delete(cycle);
    weight -= weightOf(ledger);
  }
}

/** Reads with read concern majority, so that everything known is durable. */
async function readOn(ledgers: Map<string, KnownLedger>, from: ReadonlyMap<string, number>): Promise<void> {
  const ranges = [...from].map(([cycle, seq]) => placesOf(cycle, seq));
  const projection = { key: 1, voter: 1, at: 1, hash: 1, sealed: 1 };
  const entries = collection(Entry).find({ $or: ranges }, { projection, batchSize: BATCH, readConcern: { level: 'majority' } });
  for await (const entry of entries) {
    const ledger = ledgers.get(entry._id.cycle);
    if (ledger) ledgers.set(entry._id.cycle, grown(ledger, entry));
  }
}

function grown({ tip: before, seenKeys }: KnownLedger, entry: Grown): KnownLedger {
  const tip = entry._id.seq > before.seq ? tipOf(entry) : before;
  if (!seenKeys || tip.seq > LONGEST) return { tip };
  seenKeys.add(entry);
  return { tip, seenKeys };
}

function weightOf({ seenKeys }: KnownLedger): number {
  return 1 + (seenKeys?.size ?? 0);
}

/** The ends of these cycles' chains. The end of an empty ledger is the hash that its first entry follows. */
async function ledgerTips(cycles: readonly FrozenCycle[]): Promise<Map<string, Tip>> {
  return new Map(await Promise.all(cycles.map(async (cycle): Promise<[string, Tip]> => [cycle._id, await tipIn(cycle)])));
}

async function tipIn({ _id: cycle, frozen }: FrozenCycle): Promise<Tip> {
  const last = await inTime((signal) =>
    collection(Entry).findOne(placesOf(cycle), {
      sort: { _id: -1 },
      projection: { at: 1, hash: 1, sealed: 1 },
      readConcern: { level: 'majority' },
      signal,
    }),
  );
  return last ? tipOf(last) : { seq: 0, hash: firstPrevious(sha256, cycle, frozen.ballot) };
}

/** The keys in a ledger, and how many entries each voter has in it, by twelve characters (72 bits) of each: a key that seems to be there is then looked up. */
class SeenKeys {
  readonly #keys = new Set<string>();
  readonly #voters = new Map<string, number>();

  /** How many entries. */
  get size(): number {
    return this.#keys.size;
  }

  add({ key, voter }: Pick<EntryRecord, 'key' | 'voter'>): void {
    this.#keys.add(short(key));
    if (voter) this.#voters.set(short(voter), this.entriesOf(voter) + 1);
  }

  hasKey(key: string): boolean {
    return this.#keys.has(short(key));
  }

  entriesOf(voter: string): number {
    return this.#voters.get(short(voter)) ?? 0;
  }
}

/** So short that it is a string of its own, which does not keep a longer one in memory. */
function short(hmac: string): string {
  return hmac.slice(0, 12);
}

/** The facts to look up: keys that may be written already, voters who may have cast before, residents who may be on the roster. */
interface Asked {
  readonly keys: readonly string[];
  readonly voters: readonly string[];
  /** Voters whose last entry is needed. */
  readonly last: readonly string[];
  readonly residents: readonly string[];
}

export interface LedgerFacts {
  /** The entries that have one of the keys, by key. */
  readonly written: ReadonlyMap<string, EntryRecord>;
  /** The entries of voters who have cast. */
  readonly entriesOf: ReadonlyMap<string, readonly EntryRecord[]>;
  /** Each voter's last entry. */
  readonly last: ReadonlyMap<string, EntryRecord>;
  /** Residents on the roster who have not left, and their community. */
  readonly roster: ReadonlyMap<string, string>;
}

/** Reads all of it at once, with read concern majority, so that every fact found is durable. One find serves keys and voters. */
export async function ledgerFacts({ keys, voters, last, residents }: Asked): Promise<LedgerFacts> {
  const options = { promoteBuffers: true, readConcern: { level: 'majority' } } as const;
  const [entries, lasts, found] = await Promise.all([
    keys.length > 0
      ? inTime((signal) =>
          collection(Entry)
            .find({ $or: [{ key: { $in: [...keys] } }, ...(voters.length > 0 ? [{ voter: { $in: [...voters] } }] : [])] }, { ...options, signal })
            .toArray(),
        )
      : [],
    Promise.all(last.map(lastEntry)),
    residents.length > 0
      ? inTime((signal) =>
          collection(Resident)
            .find({ _id: { $in: [...residents] }, erasedAt: { $exists: false } }, { projection: { community: 1 }, signal })
            .toArray(),
        )
      : [],
  ]);
  const asked = new Set(keys);
  return {
    written: new Map(entries.filter(({ key }) => asked.has(key)).map((entry) => [entry.key, entry])),
    entriesOf: byVoter(entries),
    last: new Map(lasts.flatMap((entry) => (entry?.voter ? [[entry.voter, entry]] : []))),
    roster: new Map(found.map(({ _id, community }) => [_id, community])),
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
