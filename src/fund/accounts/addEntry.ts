import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { lookOf, plainLetters } from '../../store/lookalike.ts';
import { markedOn, recordMark } from '../../store/recordMark.ts';
import { cleanText } from '../../store/text.ts';
import type { Vault } from '../../store/vault.ts';
import { isDayWithin, yearsFrom } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import type { Acting } from '../log/index.ts';
import { Account, AccountEntry, type AccountEntryRecord, type AccountRecord, type Sums, sumsIn, totalOf } from './account.ts';

/** The greatest amount of an entry: sums stay exact whole numbers. */
const LARGEST = 1_000_000_000_000;
/** In characters. */
export const LONGEST_PAPER = 60;

/** An entry as it is added. */
export type EntryGiven = Readonly<Omit<AccountEntryRecord, '_id' | 'community'>>;

/**
 * Why an entry is not added. `amount`: it is no whole number, or 0. `day`: it is to come, or cannot be (`firstDay`). `paper`: the number is too long.
 * `beyondFund`: more would be granted than the budget and what came beyond it. `beyondGrant`: more would be contracted than granted and brought.
 * `beyondContract`: more would be paid than contracted. `negative`: a sum would be below 0. `closed`: the account is closed.
 */
export type EntryRefusal =
  | 'noAccount'
  | 'noWork'
  | 'closed'
  | 'amount'
  | 'day'
  | 'paper'
  | 'beyondFund'
  | 'beyondGrant'
  | 'beyondContract'
  | 'negative';

/** What acts refuse who add an entry, with the fields that it is about. */
export const ENTRY_REFUSALS = {
  noAccount: null,
  noWork: null,
  closed: null,
  amount: 'amount',
  day: 'day',
  paper: 'paper',
  beyondFund: 'amount',
  beyondGrant: 'amount',
  beyondContract: 'amount',
  negative: 'amount',
} as const satisfies Record<EntryRefusal, string | null>;

/** It was added under the same key earlier (`same`), or `after` is the account with it. `sums`: those of the entry's work then. */
export type EntryPlanned =
  | { readonly account: AccountRecord; readonly after: Fund; readonly sums: Sums }
  | { readonly same: number; readonly sums: Sums }
  | { readonly refused: EntryRefusal };

export type EntryAdded = { readonly entry: number; readonly sums: Sums } | { readonly refused: EntryRefusal };

/**
 * Adds an entry in the act's transaction, which also writes the log. `today`: the community's day. An entry whose key was added before is not
 * added again: its number is given. Two people who add at once wait for each other, in whatever process, because both write the account's record.
 */
export async function addEntry(vault: Vault, cycle: string, given: EntryGiven, today: string, session: mongo.ClientSession): Promise<EntryAdded> {
  const planned = await planEntry(cycle, given, today, session);
  if ('refused' in planned) return planned;
  if ('same' in planned) return { entry: planned.same, sums: planned.sums };
  const { account, after, sums } = planned;
  const entry = account.entries + 1;
  const change = { entries: entry, extra: after.extra, works: after.works };
  await collection(Account).updateOne({ _id: cycle }, { $set: { ...change, ...markedOn(vault, 'accounts', account, change) } }, { session });
  const added = { _id: { cycle, entry }, community: account.community, ...given };
  await collection(AccountEntry).insertOne({ ...added, mark: recordMark(vault, 'accountEntries', added) }, { session });
  return { entry, sums };
}

/** What an entry would do, or why it would not be added. */
export async function planEntry(cycle: string, given: EntryGiven, today: string, session?: mongo.ClientSession): Promise<EntryPlanned> {
  const within = session ? { session } : {};
  const account = await collection(Account).findOne({ _id: cycle }, within);
  if (!account) return { refused: 'noAccount' };
  if (given.key !== undefined) {
    const same = await entryUnder(given.key, session);
    if (same !== undefined) return { same, sums: sumsIn(account, given.work) };
  }
  const after = withEntry(account, given);
  if (!after) return { refused: 'noWork' };
  const refused =
    refusalOf(account, given, after) ?? (isDayWithin(given.day, await firstDay(cycle, given, today, session), today) ? undefined : 'day');
  return refused ? { refused } : { account, after, sums: sumsIn(after, given.work) };
}

/** The first day that an entry may bear: a payment's is that of the work's contract; a paper of anything else is from a year before the account was opened at most. */
async function firstDay(cycle: string, { kind, work }: EntryGiven, today: string, session?: mongo.ClientSession): Promise<string> {
  const contract = kind === 'paid' && work !== undefined ? { work, kind: 'contracted' as const } : undefined;
  const sort = { '_id.entry': 1 } as const;
  const first = await collection(AccountEntry).findOne(
    { '_id.cycle': cycle, ...contract },
    { ...(session && { session }), sort, projection: { day: 1 } },
  );
  const day = first?.day ?? today;
  return contract ? day : yearsFrom(day, -1);
}

/** The number of the entry that a form or file brought, by its key (`entryKey`); undefined if it brought none yet. */
export async function entryUnder(key: string, session?: mongo.ClientSession): Promise<number | undefined> {
  const found = await collection(AccountEntry).findOne({ key }, { ...(session && { session }), projection: { _id: 1 } });
  return found?._id.entry;
}

/** What the rules of an account are about. */
export type Fund = Pick<AccountRecord, 'budget' | 'extra' | 'works'>;

/** The account with an entry; undefined if it has no such work. */
export function withEntry({ budget, extra, works }: Fund, { kind, work, amount }: Pick<EntryGiven, 'kind' | 'work' | 'amount'>): Fund | undefined {
  if (kind === 'extra') return work === undefined ? { budget, extra: extra + amount, works } : undefined;
  if (!works.some((sums) => sums.work === work)) return undefined;
  return { budget, extra, works: works.map((sums) => (sums.work === work ? { ...sums, [kind]: sums[kind] + amount } : sums)) };
}

/** Why an entry cannot be added, whatever its day, if `after` is the account with it. */
export function refusalOf(
  { closed }: Pick<AccountRecord, 'closed'>,
  { kind, work, amount, paper }: Pick<EntryGiven, 'kind' | 'work' | 'amount' | 'paper'>,
  after: Fund,
): EntryRefusal | undefined {
  if (closed) return 'closed';
  if (!Number.isInteger(amount) || amount === 0 || Math.abs(amount) > LARGEST) return 'amount';
  if (paper !== undefined && [...paper].length > LONGEST_PAPER) return 'paper';
  const { granted, own, contracted, paid } = sumsIn(after, work);
  if (Math.min(granted, own, contracted, paid, after.extra) < 0) return 'negative';
  const takes = (kind === 'granted' && amount > 0) || (kind === 'extra' && amount < 0);
  if (takes && !(totalOf(after.works).granted <= after.budget + after.extra)) return 'beyondFund';
  if (contracted > granted + own) return 'beyondGrant';
  return paid > contracted ? 'beyondContract' : undefined;
}

/** An entry as somebody writes it. */
export interface EntryWritten extends Omit<EntryGiven, 'by' | 'second' | 'at' | 'paperKey' | 'key'> {
  /** Names the form in its cycle: what is sent twice counts once. */
  readonly key: string;
}

/** An entry of who adds it by an act, with what it counts under. */
export function entryOf(
  { vault, now }: World,
  { by, act, confirmed }: Pick<Acting, 'by' | 'act' | 'confirmed'>,
  cycle: string,
  { paper, reason, key, ...entry }: EntryWritten,
): EntryGiven {
  const number = cleanText(paper ?? '');
  return {
    ...entry,
    ...(number && { paper: number }),
    ...(number && entry.kind === 'paid' && { paperKey: paperKey(number) }),
    ...(reason && { reason: cleanText(reason) }),
    ...{ by, ...(confirmed && { second: confirmed.by }), at: now(), key: entryKey(vault, cycle, act, key) },
  };
}

/** What a form counts under: once in its cycle, for an act as the log calls it. */
export function entryKey(vault: World['vault'], cycle: string, act: string, key: string): string {
  return vault.hmac('act', cycle, act, key);
}

/**
 * A paper's number as it is compared: however wide it is written, in whatever case, in letters that look alike (`lookOf`), with whatever stands between its
 * letters and digits, with or without zeros before and words such as 发票 about it.
 */
export function paperKey(number: string): string {
  const plain = plainLetters(number);
  const bare = lookOf(plain.replace(/发票|收据|票据|凭证|号码|编号|[第号]|\b(?:invoice|receipt|number|no)(?![a-z])/g, ' ')).replace(
    /\d+/g,
    (digits) => digits.replace(/^0+(?=\d)/, ''),
  );
  return bare.replace(/[^\p{L}\p{N}]/gu, '') || plain;
}

/** What the log says of an entry. */
export function detailOf(entry: number, { kind, work, amount, day, paper, corrects, reason }: EntryGiven) {
  const after = { entry, kind, work, amount, day, ...(paper && { paper }), ...(corrects !== undefined && { corrects }) };
  return { after, ...(reason !== undefined && { reason }) };
}
