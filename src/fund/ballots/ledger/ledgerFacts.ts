import { collection } from '../../../store/collection.ts';
import { inTime } from '../../../store/inTime.ts';
import { Resident } from '../../people/index.ts';
import { Entry, type EntryRecord, lastEntry } from './entry.ts';

/** The facts to look up: keys that may be written already, voters who may have cast before, residents who may be on the roster. */
export interface Asked {
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
