import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/pauses.ts';
import { SEES_NUMBERS, view } from '../people/index.ts';
import {
  Account,
  AccountEntry,
  type AccountEntryRecord,
  type AccountRecord,
  ENTRY_KINDS,
  type EntryKind,
  leftOf,
  type Sums,
  sumsIn,
  totalOf,
  type WorkSums,
} from './account.ts';
import { paperKey } from './addEntry.ts';

/** The sums of a work, in an act's transaction; nothing if its cycle has no account. */
export async function sumsOf(cycle: string, work: number | undefined, session: mongo.ClientSession): Promise<Sums> {
  const account = await collection(Account).findOne({ _id: cycle }, { session });
  return sumsIn(account ?? { works: [] }, work);
}

/** An entry by its number, for an act; null if there is none. */
export function findEntry(cycle: string, entry: number): Promise<AccountEntryRecord | null> {
  return collection(AccountEntry).findOne({ _id: { cycle, entry } });
}

/** An entry with what it says by now, and how many corrections make that, in an act's transaction; null if there is none. */
export async function correctedEntry(
  cycle: string,
  number: number,
  session: mongo.ClientSession,
): Promise<{ readonly entry: AccountEntryRecord; readonly now: number; readonly corrections: number } | null> {
  const entry = await collection(AccountEntry).findOne({ _id: { cycle, entry: number } }, { session });
  if (!entry) return null;
  const corrections = await collection(AccountEntry).find({ '_id.cycle': cycle, corrects: number }, { session }).toArray();
  return { entry, now: corrections.reduce((sum, { amount }) => sum + amount, entry.amount), corrections: corrections.length };
}

/** What was entered of a work, and of a kind such as `paid`, since a second person last confirmed such an entry. */
export async function enteredAlone(cycle: string, work: number, kind: EntryKind, session: mongo.ClientSession): Promise<number> {
  const such = { '_id.cycle': cycle, work, kind };
  const entries = collection(AccountEntry);
  const confirmed = await entries.findOne({ ...such, second: { $exists: true } }, { session, sort: { '_id.entry': -1 }, projection: { _id: 1 } });
  const since = { ...such, '_id.entry': { $gt: confirmed?._id.entry ?? 0 } };
  const alone = await entries.find(since, { session, projection: { amount: 1 } }).toArray();
  return alone.reduce((sum, { amount }) => sum + amount, 0);
}

/** The first payment of the cycle that has this number already. */
export async function paidOn(cycle: string, paper: string, session: mongo.ClientSession): Promise<number | undefined> {
  const same = { '_id.cycle': cycle, paperKey: paperKey(paper) };
  const found = await collection(AccountEntry).findOne(same, { session, sort: { '_id.entry': 1 }, projection: { _id: 1 } });
  return found?._id.entry;
}

/** A cycle's account in sums, all in whole units of its currency. */
export interface AccountRead extends Sums {
  readonly cycle: string;
  readonly currency: string;
  readonly left: number;
  /** What there is to grant: the budget, and what came beyond it. */
  readonly budget: number;
  readonly extra: number;
  readonly entries: number;
  readonly works: readonly WorkSums[];
  readonly closed?: AccountRecord['closed'];
}

/** What anybody may know of a cycle's account; null until its works have begun. */
export async function publicAccount(cycle: string): Promise<AccountRead | null> {
  const found = await forReaders(Account).findOne({ _id: cycle });
  return found && accountRead(found);
}

/** What a member of the staff may know of a cycle's account; null until its works have begun. */
export const readAccount = view({
  name: 'account.sums',
  may: SEES_NUMBERS,
  query: async ({ community }, cycle: string): Promise<AccountRead | null> => {
    const found = await forReaders(Account).findOne({ _id: cycle, community });
    return found && accountRead(found);
  },
});

/** The accounts of communities that are not closed, by cycle. Those that are closed are not looked at. */
export async function openAccounts(communities: readonly string[]): Promise<Map<string, readonly WorkSums[]>> {
  const found = forReaders(Account).find(
    { community: { $in: [...communities] }, 'closed.at': null },
    { projection: { works: 1 }, hint: { community: 1, 'closed.at': 1 }, batchSize: 500 },
  );
  const accounts = new Map<string, readonly WorkSums[]>();
  for await (const { _id, works } of withPauses(found)) accounts.set(_id, works);
  return accounts;
}

/** Of these cycles, the first that has an account. */
export async function firstWithAccount(cycles: readonly string[]): Promise<string | undefined> {
  const found = await forReaders(Account)
    .find({ _id: { $in: [...cycles] } }, { projection: { _id: 1 } })
    .toArray();
  return cycles.find((cycle) => found.some(({ _id }) => _id === cycle));
}

/** What an account of 0.1.0 lacks is completed as the service starts (`completeAccounts`); until then its fund is what was granted. */
function accountRead({ _id: cycle, works, currency, entries, closed, ...fund }: AccountRecord): AccountRead {
  const total = totalOf(works);
  const { budget = total.granted, extra = 0 } = fund;
  return { cycle, currency, budget, extra, ...total, left: leftOf(total), entries, works, ...(closed && { closed }) };
}

/** A page of entries, the newest first, before an entry; of one work, if it is named. */
export function entriesBefore(
  cycle: string,
  {
    before = Number.MAX_SAFE_INTEGER,
    limit,
    work,
  }: { readonly before?: number | undefined; readonly limit: number; readonly work?: number | undefined },
): Promise<AccountEntryRecord[]> {
  return forReaders(AccountEntry)
    .find(
      { '_id.cycle': cycle, ...(work !== undefined && { work }), '_id.entry': { $lt: before } },
      {
        sort: { '_id.entry': -1 },
        limit,
        hint: work === undefined ? { '_id.cycle': 1, '_id.entry': 1 } : { '_id.cycle': 1, work: 1, '_id.entry': 1 },
      },
    )
    .toArray();
}

/** The entries of some cycles' accounts whose papers bear a day from the first to the last, both inclusive, in their order. */
export function entriesOfDays(cycles: readonly string[], first: string, last: string): Promise<AccountEntryRecord[]> {
  return forReaders(AccountEntry)
    .find({ '_id.cycle': { $in: [...cycles] }, day: { $gte: first, $lte: last } }, { sort: { '_id.cycle': 1, '_id.entry': 1 } })
    .toArray();
}

/** Entries by their numbers. */
export async function entriesByNumber(cycle: string, numbers: readonly number[]): Promise<Map<number, AccountEntryRecord>> {
  const found = await forReaders(AccountEntry)
    .find({ '_id.cycle': cycle, '_id.entry': { $in: [...numbers] } })
    .toArray();
  return new Map(found.map((entry) => [entry._id.entry, entry]));
}

/** So many entries are read at a time for a file. */
const CHUNK = 1_000;

/** All entries of a cycle in their order, in pieces. */
export async function* entriesOf(cycle: string): AsyncGenerator<AccountEntryRecord[]> {
  for (let after = 0; ; ) {
    const some = await forReaders(AccountEntry)
      .find({ '_id.cycle': cycle, '_id.entry': { $gt: after } }, { sort: { '_id.entry': 1 }, limit: CHUNK })
      .toArray();
    if (some.length > 0) yield some;
    if (some.length < CHUNK) return;
    after = some.at(-1)?._id.entry ?? after;
  }
}

/** An account's sums, computed from its entries. If they differ from the account's own, somebody wrote into the database. */
export async function recountAccount(cycle: string): Promise<Pick<AccountRecord, 'extra' | 'works'>> {
  const found = await forReaders(AccountEntry)
    .aggregate<{ _id: Pick<AccountEntryRecord, 'work' | 'kind'>; amount: number }>([
      { $match: { '_id.cycle': cycle } },
      { $group: { _id: { work: '$work', kind: '$kind' }, amount: { $sum: '$amount' } } },
    ])
    .toArray();
  const works = new Map<number, WorkSums>();
  for (const { _id, amount } of found) {
    const { work, kind } = _id;
    if (work !== undefined) works.set(work, { ...sumsIn({ works: [...works.values()] }, work), work, [kind]: amount });
  }
  const extra = found.find(({ _id }) => _id.kind === 'extra')?.amount ?? 0;
  return { extra, works: [...works.values()].toSorted((one, other) => one.work - other.work) };
}

/** The cycles whose account does not have the sums of its entries. It reads every entry, one cycle after the other. */
export async function wrongAccounts(): Promise<string[]> {
  const wrong: string[] = [];
  for await (const { _id, extra = 0, works } of forReaders(Account).find({}, { sort: { _id: 1 }, projection: { extra: 1, works: 1 } })) {
    const kept = { extra, works: works.toSorted((one, other) => one.work - other.work) };
    if (!isDeepStrictEqual(await recountAccount(_id), kept)) wrong.push(_id);
  }
  return wrong;
}

/** Whether an entry of a work rests on a document. */
export async function showsDocument(cycle: string, work: number, document: string, session: mongo.ClientSession): Promise<boolean> {
  return (await collection(AccountEntry).findOne({ '_id.cycle': cycle, work, document }, { session, projection: { _id: 1 } })) !== null;
}

/** Whether a text is the name of a kind. */
export function isEntryKind(text: string): text is EntryKind {
  return ENTRY_KINDS.some((kind) => kind === text);
}
