import { model, type mongo, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { recordMark } from '../../store/recordMark.ts';
import type { Vault } from '../../store/vault.ts';
import { subject } from '../act/index.ts';
import { findCycle } from '../cycles/index.ts';

/**
 * What an entry of a work is about. `granted`: what the vote gave it, and changes of that. `own`: what residents bring themselves. `contracted`: what
 * is promised to the implementer. `paid`: what was paid to them.
 */
const WORK_KINDS = ['granted', 'own', 'contracted', 'paid'] as const;
/** `extra`: what came to the cycle's fund beyond its budget; it belongs to no work. */
export const ENTRY_KINDS = [...WORK_KINDS, 'extra'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** In whole units of the account's currency. */
export type Sums = Record<(typeof WORK_KINDS)[number], number>;

/** One entry of a cycle's account. It is never changed: a correction is an entry of its own. */
export interface AccountEntryRecord {
  /** `entry` counts from 1 in a cycle. */
  _id: { cycle: string; entry: number };
  community: string;
  /** The number of the work, which is its project's; absent for `extra`. */
  work?: number;
  kind: EntryKind;
  /** In whole units; below 0 where it takes something back. */
  amount: number;
  /** The day on its paper, `2027-03-09`. */
  day: string;
  /** The number of its paper: a contract's, an invoice's. */
  paper?: string;
  /** `paper` as numbers of payments are compared (`paperKey`); only of payments. */
  paperKey?: string;
  /** A document of the work that shows the paper (its id). */
  document?: string;
  reason?: string;
  /** The entry that it corrects. */
  corrects?: number;
  by: string;
  /** The second person, who confirmed it. */
  second?: string;
  at: Date;
  /** An HMAC of the form or file that brought it: it counts once. */
  key?: string;
  /** `recordMark(…)`: the service wrote it. */
  mark?: string;
}

const numbered = { type: Number, required: true };
const entrySchema = new Schema<AccountEntryRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, entry: numbered }, { _id: false }), required: true },
    community: { type: String, required: true },
    work: Number,
    kind: { type: String, enum: ENTRY_KINDS, required: true },
    amount: numbered,
    day: { type: String, required: true },
    paper: String,
    paperKey: String,
    document: String,
    reason: String,
    corrects: Number,
    by: { type: String, required: true },
    second: String,
    at: { type: Date, required: true },
    key: String,
    mark: String,
  },
  { strict: 'throw', versionKey: false, collection: 'accountEntries' },
);
entrySchema.index({ '_id.cycle': 1, '_id.entry': 1 }, { unique: true });
entrySchema.index({ '_id.cycle': 1, work: 1, '_id.entry': 1 });
entrySchema.index({ '_id.cycle': 1, corrects: 1 }, { partialFilterExpression: { corrects: { $exists: true } } });
entrySchema.index({ '_id.cycle': 1, paperKey: 1 }, { partialFilterExpression: { paperKey: { $exists: true } } });
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
  /** What there was to grant when it was opened, and what came beyond that: no more is granted than both together. */
  budget: number;
  extra: number;
  /** How many entries there are. */
  entries: number;
  works: WorkSums[];
  /** What was left when it was closed. Nothing is added afterwards. */
  closed?: { left: number; by: string; at: Date };
  /** `recordMark(…)`: the service wrote it. */
  mark?: string;
}

const accountSchema = new Schema<AccountRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    currency: { type: String, required: true },
    budget: numbered,
    extra: numbered,
    entries: numbered,
    works: [{ type: { work: numbered, granted: numbered, own: numbered, contracted: numbered, paid: numbered }, _id: false }],
    closed: { type: { left: numbered, by: { type: String, required: true }, at: { type: Date, required: true } }, _id: false },
    mark: String,
  },
  { strict: 'throw', versionKey: false, collection: 'accounts' },
);
accountSchema.index({ community: 1, 'closed.at': 1 });

export const Account = model<AccountRecord>('Account', accountSchema);

const NOTHING: Sums = { granted: 0, own: 0, contracted: 0, paid: 0 };

/** The sums of one of an account's works; nothing if it has no such work. */
export function sumsIn({ works }: { readonly works: readonly WorkSums[] }, work: number | undefined): Sums {
  return works.find((sums) => sums.work === work) ?? NOTHING;
}

/** The sums of several works together. */
export function totalOf(works: readonly Sums[]): Sums {
  const sum = (kind: keyof Sums) => works.reduce((total, each) => total + each[kind], 0);
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

/** A cycle's account, as acts are done to it. */
export const onAccount = subject({
  path: '/account/:cycle',
  find: async (_context, community, { cycle = '' }, session) =>
    collection(Account).findOne({ _id: cycle, community }, { ...(session && { session }) }),
  name: ({ _id }: AccountRecord) => accountSubject(_id),
});

/** A cycle's account, for acts that rest on how it stood when it was looked at: how many entries it had. */
export const onAccountSeen = subject({ ...onAccount, revision: ({ entries }) => entries });

interface Opening {
  readonly cycle: string;
  readonly community: string;
  readonly currency: string;
  readonly budget: number;
  /** The winners: the number of the project, and what the vote granted it. */
  readonly granted: readonly { readonly work: number; readonly amount: number }[];
  readonly day: string;
  readonly by: string;
  readonly at: Date;
}

/** Completes the accounts that 0.1.0 opened: it kept no budget in them. Harmless to repeat. */
export async function completeAccounts(): Promise<void> {
  for await (const { _id } of collection(Account).find({ budget: { $exists: false } }, { projection: { _id: 1 } })) {
    const { budget } = (await findCycle(_id)) ?? {};
    if (budget !== undefined) await collection(Account).updateOne({ _id, budget: { $exists: false } }, { $set: { budget, extra: 0 } });
  }
}

/** Opens a cycle's account with what the vote granted, in the transaction that makes its works. */
export async function openAccount(vault: Vault, { cycle, granted, day, by, at, ...account }: Opening, session: mongo.ClientSession): Promise<void> {
  const works = granted.map(({ work, amount }) => ({ work, granted: amount, own: 0, contracted: 0, paid: 0 }));
  const opened = { _id: cycle, ...account, extra: 0, entries: works.length, works };
  await collection(Account).insertOne({ ...opened, mark: recordMark(vault, 'accounts', opened) }, { session });
  if (works.length === 0) return;
  const entries = granted.map(({ work, amount }, index) => ({
    ...{ _id: { cycle, entry: index + 1 }, community: account.community, work, kind: 'granted' as const, amount },
    ...{ day, by, at },
  }));
  await collection(AccountEntry).insertMany(
    entries.map((entry) => ({ ...entry, mark: recordMark(vault, 'accountEntries', entry) })),
    { session },
  );
}

/** Of these cycles, those that have an account. */
export async function withAccount(cycles: readonly string[], session?: mongo.ClientSession): Promise<Set<string>> {
  const found = await collection(Account)
    .find({ _id: { $in: [...cycles] } }, { projection: { _id: 1 }, ...(session && { session }) })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
