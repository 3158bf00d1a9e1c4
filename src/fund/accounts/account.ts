import { model, type mongo, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';

/**
 * What an entry is about. `granted`: what the vote gave a work, and changes of that. `own`: what residents bring themselves. `contracted`: what is
 * promised to the implementer. `paid`: what was paid to them.
 */
export const ENTRY_KINDS = ['granted', 'own', 'contracted', 'paid'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** In whole units of the account's currency. */
export type Sums = Record<EntryKind, number>;

/** One entry of a cycle's account. It is never changed: a correction is an entry of its own. */
export interface AccountEntryRecord {
  /** `entry` counts from 1 in a cycle. */
  _id: { cycle: string; entry: number };
  community: string;
  /** The number of the work, which is its project's. */
  work: number;
  kind: EntryKind;
  /** In whole units; below 0 where it takes something back. */
  amount: number;
  /** The day on its paper, `2027-03-09`. */
  day: string;
  /** The number of its paper: a contract's, an invoice's. */
  paper?: string;
  /** A document of the work that shows the paper (its id). */
  document?: string;
  reason?: string;
  /** The entry that it corrects. */
  corrects?: number;
  by: string;
  at: Date;
  /** An HMAC of the form or file that brought it: it counts once. */
  key?: string;
}

const numbered = { type: Number, required: true };
const entrySchema = new Schema<AccountEntryRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, entry: numbered }, { _id: false }), required: true },
    community: { type: String, required: true },
    work: numbered,
    kind: { type: String, enum: ENTRY_KINDS, required: true },
    amount: numbered,
    day: { type: String, required: true },
    paper: String,
    document: String,
    reason: String,
    corrects: Number,
    by: { type: String, required: true },
    at: { type: Date, required: true },
    key: String,
  },
  { strict: 'throw', versionKey: false, collection: 'accountEntries' },
);
entrySchema.index({ '_id.cycle': 1, '_id.entry': 1 }, { unique: true });
entrySchema.index({ '_id.cycle': 1, work: 1, '_id.entry': 1 });
entrySchema.index({ '_id.cycle': 1, corrects: 1 }, { partialFilterExpression: { corrects: { $exists: true } } });
entrySchema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });

export const AccountEntry = model<AccountEntryRecord>('AccountEntry', entrySchema);

/** The sums of one work. */
export interface WorkSums extends Sums {
  work: number;
}

/**
 * A cycle's account, with the sums of its entries. An entry and the new sums are written in one transaction, so two people who add at once cannot
 * both spend what is left. `recountAccount` computes the sums anew. Reading them costs the same however many entries there are.
 */
export interface AccountRecord {
  /** The cycle. */
  _id: string;
  community: string;
  currency: string;
  /** How many entries there are. */
  entries: number;
  works: WorkSums[];
  /** What was left when it was closed. Nothing is added afterwards. */
  closed?: { left: number; by: string; at: Date };
}

const accountSchema = new Schema<AccountRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    currency: { type: String, required: true },
    entries: numbered,
    works: [{ type: { work: numbered, granted: numbered, own: numbered, contracted: numbered, paid: numbered }, _id: false }],
    closed: { type: { left: numbered, by: { type: String, required: true }, at: { type: Date, required: true } }, _id: false },
  },
  { strict: 'throw', versionKey: false, collection: 'accounts' },
);
accountSchema.index({ community: 1, 'closed.at': 1 });

export const Account = model<AccountRecord>('Account', accountSchema);

/** The sums of several works together. */
export function totalOf(works: readonly Sums[]): Sums {
  const sum = (kind: EntryKind) => works.reduce((total, each) => total + each[kind], 0);
  return { granted: sum('granted'), own: sum('own'), contracted: sum('contracted'), paid: sum('paid') };
}

/** What may still be paid: what was granted and brought, without what was paid. */
export function leftOf({ granted, own, paid }: Sums): number {
  return granted + own - paid;
}

/** A cycle's account as the log names it. */
export function accountSubject(cycle: string): string {
  return `account/${cycle}`;
}

interface Opening {
  readonly cycle: string;
  readonly community: string;
  readonly currency: string;
  /** The winners: the number of the project, and what the vote granted it. */
  readonly granted: readonly { readonly work: number; readonly amount: number }[];
  readonly day: string;
  readonly by: string;
  readonly at: Date;
}

/** Opens a cycle's account with what the vote granted, in the transaction that makes its works. */
export async function openAccount({ cycle, granted, day, by, at, ...account }: Opening, session: mongo.ClientSession): Promise<void> {
  const works = granted.map(({ work, amount }) => ({ work, granted: amount, own: 0, contracted: 0, paid: 0 }));
  await collection(Account).insertOne({ _id: cycle, ...account, entries: works.length, works }, { session });
  if (works.length === 0) return;
  const entries = granted.map(({ work, amount }, index) => ({
    ...{ _id: { cycle, entry: index + 1 }, community: account.community, work, kind: 'granted' as const, amount },
    ...{ day, by, at },
  }));
  await collection(AccountEntry).insertMany(entries, { session });
}

/** Of these cycles, those that have an account. */
export async function withAccount(cycles: readonly string[], session?: mongo.ClientSession): Promise<Set<string>> {
  const found = await collection(Account)
    .find({ _id: { $in: [...cycles] } }, { projection: { _id: 1 }, ...(session && { session }) })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** The greatest amount of an entry: sums stay exact whole numbers. */
const LARGEST = 1_000_000_000_000;
/** In characters. */
const LONGEST_PAPER = 60;

/** An entry as it is added. */
export interface EntryGiven extends Pick<AccountEntryRecord, 'work' | 'kind' | 'amount' | 'day' | 'by' | 'at'> {
  readonly paper?: string;
  readonly document?: string;
  readonly reason?: string;
  readonly corrects?: number;
  readonly key?: string;
}

/**
 * Why an entry is not added. `amount`: it is no whole number, or 0. `day`: it is not a day, or in the future. `paper`: the number is too long.
 * `beyondGrant`: more would be contracted than granted and brought. `beyondContract`: more would be paid than contracted. `negative`: a sum would
 * be below 0. `closed`: the account is closed.
 */
export type EntryRefusal = 'noAccount' | 'noWork' | 'closed' | 'amount' | 'day' | 'paper' | 'beyondGrant' | 'beyondContract' | 'negative';

/** `before` was added under the same key earlier, or `after` are the sums of the entry's work with it. */
export type EntryPlanned =
  | { readonly account: AccountRecord; readonly before: WorkSums; readonly after: WorkSums }
  | { readonly same: number; readonly sums: Sums }
  | { readonly refused: EntryRefusal };

export type EntryAdded = { readonly entry: number; readonly sums: Sums } | { readonly refused: EntryRefusal };

/**
 * Adds an entry in the act's transaction, which also writes the log. `today`: the community's day. An entry whose key was added before is not
 * added again: its number is given. Two people who add at once wait for each other, in whatever process, because both write the account's record.
 */
export async function addEntry(cycle: string, given: EntryGiven, today: string, session: mongo.ClientSession): Promise<EntryAdded> {
  const planned = await planEntry(cycle, given, today, session);
  if ('refused' in planned) return planned;
  if ('same' in planned) return { entry: planned.same, sums: planned.sums };
  const { account, before, after } = planned;
  const entry = account.entries + 1;
  const works = account.works.map((each) => (each === before ? after : each));
  await collection(Account).updateOne({ _id: cycle }, { $set: { entries: entry, works } }, { session });
  await collection(AccountEntry).insertOne({ _id: { cycle, entry }, community: account.community, ...given }, { session });
  return { entry, sums: after };
}

/** What an entry would do, or why it would not be added. */
export async function planEntry(cycle: string, given: EntryGiven, today: string, session?: mongo.ClientSession): Promise<EntryPlanned> {
  const within = session ? { session } : {};
  const account = await collection(Account).findOne({ _id: cycle }, within);
  if (!account) return { refused: 'noAccount' };
  const before = account.works.find(({ work }) => work === given.work);
  if (!before) return { refused: 'noWork' };
  if (given.key !== undefined) {
    const same = await collection(AccountEntry).findOne({ key: given.key }, { ...within, projection: { _id: 1 } });
    if (same) return { same: same._id.entry, sums: before };
  }
  const after: WorkSums = { ...before, [given.kind]: before[given.kind] + given.amount };
  const refused = refusalOf(account, given, today, after);
  return refused ? { refused } : { account, before, after };
}

/** Why an entry cannot be added, if `after` are the sums of its work with it. */
export function refusalOf(
  { closed }: Pick<AccountRecord, 'closed'>,
  { amount, day, paper }: Pick<EntryGiven, 'amount' | 'day' | 'paper'>,
  today: string,
  after: Sums,
): EntryRefusal | undefined {
  if (closed) return 'closed';
  if (!Number.isInteger(amount) || amount === 0 || Math.abs(amount) > LARGEST) return 'amount';
  if (!isDay(day) || day > today) return 'day';
  if (paper !== undefined && [...paper].length > LONGEST_PAPER) return 'paper';
  if (Math.min(after.granted, after.own, after.contracted, after.paid) < 0) return 'negative';
  if (after.contracted > after.granted + after.own) return 'beyondGrant';
  return after.paid > after.contracted ? 'beyondContract' : undefined;
}

/** Whether a text is a day of the calendar, `2027-03-09`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;
}
