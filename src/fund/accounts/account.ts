import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { recordMark } from '../../store/recordMark.ts';
import { each, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
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
export const AccountEntry = records(
  'accountEntries',
  {
    /** `entry` counts from 1 in a cycle. */
    _id: { cycle: String, entry: Number },
    community: String,
    /** The number of the work, which is its project's; absent for `extra`. */
    work: optional(Number),
    kind: oneOf(ENTRY_KINDS),
    /** In whole units; below 0 where it takes something back. */
    amount: Number,
    /** The day on its paper, `2027-03-09`. */
    day: String,
    /** The number of its paper: a contract's, an invoice's. */
    paper: optional(String),
    /** `paper` as numbers of payments are compared (`paperKey`); only of payments. */
    paperKey: optional(String),
    /** A document of the work that shows the paper (its id). */
    document: optional(String),
    reason: optional(String),
    /** The entry that it corrects. */
    corrects: optional(Number),
    by: String,
    /** The second person, who confirmed it. */
    second: optional(String),
    at: Date,
    /** An HMAC of the form or file that brought it: it counts once. */
    key: optional(String),
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [
    index({ '_id.cycle': 1, '_id.entry': 1 }, { unique: true }),
    index({ '_id.cycle': 1, work: 1, '_id.entry': 1 }),
    index({ '_id.cycle': 1, corrects: 1 }, { partialFilterExpression: { corrects: { $exists: true } } }),
    index({ '_id.cycle': 1, paperKey: 1 }, { partialFilterExpression: { paperKey: { $exists: true } } }),
    index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } }),
  ],
);
export type AccountEntryRecord = RecordOf<typeof AccountEntry>;

/** The sums of one work. */
export type WorkSums = AccountRecord['works'][number];

/**
 * A cycle's account, with the sums of its entries. An entry and the new sums are written in one transaction, so two people who add at once cannot
 * both spend what is left. `recountAccount` computes the sums anew. Reading them costs the same however many entries there are.
 */
export const Account = records(
  'accounts',
  {
    /** The cycle. */
    _id: String,
    community: String,
    currency: String,
    /** What there was to grant when it was opened, and what came beyond that: no more is granted than both together. */
    budget: Number,
    extra: Number,
    /** How many entries there are. */
    entries: Number,
    works: [{ work: Number, ...each(WORK_KINDS, Number) }],
    /** What was left when it was closed. Nothing is added afterwards. */
    closed: optional({ left: Number, by: String, at: Date }),
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [index({ community: 1, 'closed.at': 1 })],
);
export type AccountRecord = RecordOf<typeof Account>;

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
