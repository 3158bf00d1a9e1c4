import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { z } from 'zod';
import { CodedError } from '../../store/codedError.ts';
import { runIsolated } from '../../store/runIsolated.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import {
  type AccountEntryRecord,
  addEntry,
  correctedEntry,
  type EntryKind,
  type EntryRefusal,
  entriesByNumber,
  entryOf,
  isEntryKind,
  onAccount,
} from '../accounts/index.ts';
import { act, done, given, mistaken } from '../act/index.ts';
import { todayIn } from '../communities/index.ts';
import type { Acting } from '../log/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { findWork, followMoney, isMuchAlone, lookAtPayment, type PaymentRefusal, payoutRefusal } from '../works/index.ts';
import { type AccountRow, accountRows } from './table/accountRows.ts';
import type { Refused, TableRead } from './table/tableRead.ts';

/** Rows of a file. */
const MOST_ROWS = 10_000;
/** New entries of a file: they are one transaction. */
const MOST_NEW = 1_000;
/** Rows that are told to be wrong. */
const MOST_TOLD = 50;
const LIMITS = { ms: 20_000, mebibytes: 320 };

/**
 * Why a row is not taken. `differs`: the entry of this number says something else; an entry is not changed. `unknown`: there is no entry of this number.
 * `number`: what should name an entry is no number. `date`: a spreadsheet made a date of a paper's number. `corrects`: what takes something back corrects an entry of the same work and kind, which is no correction
 * itself, and takes back no more than it says. `contract`: a contract is signed on the page of its work. `second`: what a second person confirms is entered in the
 * console. `reason`: it takes one.
 */
export type RowRefusal =
  | Exclude<EntryRefusal, 'noAccount'>
  | PaymentRefusal
  | 'kind'
  | 'differs'
  | 'unknown'
  | 'number'
  | 'date'
  | 'corrects'
  | 'contract'
  | 'second'
  | 'reason'
  | 'tooMany';

interface WrongRow {
  readonly row: number;
  readonly why: RowRefusal;
}

/**
 * Adds the entries of an account's file, CSV or XLSX, all or none: rows without a number are new; one with a number has to say what that entry says, so that a
 * file that was exported can be imported again without a difference. It enters nothing that its acts would refuse, or let wait for a second person. The same
 * file twice adds its entries once. `is`: `add`, or it only looks. Gives how many entries were added, or would be, and how many rows were there already; each row
 * that is not taken is a mistake, by its number as Excel counts it.
 */
export const importAccount = act({
  name: 'account.import',
  may: DAILY_WORK,
  on: onAccount,
  input: z.strictObject({
    file: given(z.custom<AccountFile>((read) => typeof read === 'object' && read !== null)),
    is: given(z.enum(['add', 'try'])),
  }),
  refusals: {},
  async run({ world, session, on: { _id: cycle, community }, input: { file, is }, actor, acting }) {
    const { same, fresh, problems } = await sorted(cycle, file.rows);
    if (fresh.length > MOST_NEW) problems.push({ row: fresh[MOST_NEW]?.row ?? 0, why: 'tooMany' });
    if (fresh.length === 0) return problems.length > 0 ? mistaken(problemTexts(problems)) : done({ added: 0, same });
    const today = await todayIn(world, community);
    const adding = { cycle, acting, hash: file.hash, today, isAlone: actor.kind === 'staff' };
    const { first, wrong } = await addAll(world, adding, fresh.slice(0, MOST_NEW), session);
    const all = [...problems, ...wrong].toSorted((one, other) => one.row - other.row);
    if (all.length > 0) return mistaken(problemTexts(all));
    const result = { added: fresh.length, same };
    if (is === 'try') throw new OnlyLooked(result);
    const amount = fresh.reduce((sum, { given }) => sum + given.amount, 0);
    const once = world.vault.hmac('act', cycle, file.hash, 'importAccount');
    return done(result, { once, after: { entry: first, added: fresh.length, amount } });
  },
  async around(_, transact) {
    try {
      return await transact();
    } catch (error) {
      if (error instanceof OnlyLooked) return { is: 'done', result: error.result };
      throw error;
    }
  },
});

/** Undoes what was begun, because somebody only looks. */
class OnlyLooked extends CodedError {
  readonly result: { readonly added: number; readonly same: number };
  constructor(result: OnlyLooked['result']) {
    super('only-looked', 'Nothing was added.');
    this.result = result;
  }
}

/** The first rows that are not taken, each with why. */
function problemTexts(problems: readonly WrongRow[]): Record<string, string> {
  return Object.fromEntries(problems.slice(0, MOST_TOLD).map(({ row, why }) => [`file.${row}`, why]));
}

/** A file of an account, as it was read, with a hash that names it. */
interface AccountFile {
  readonly rows: readonly AccountRow[];
  readonly hash: string;
}

/** What a file of an account says, CSV or XLSX, or why it cannot be read. */
export async function readAccountFile(bytes: Uint8Array): Promise<AccountFile | Refused> {
  const table = await runIsolated<{ bytes: Uint8Array; mostRows: number; of: 'account' }, TableRead>(
    join(import.meta.dirname, 'table'),
    'readUploaded',
    { bytes, mostRows: MOST_ROWS, of: 'account' },
    LIMITS,
  );
  if ('refused' in table) return table;
  const read = accountRows(table.rows);
  return 'refused' in read ? read : { rows: read.rows, hash: createHash('sha256').update(bytes).digest('hex') };
}

interface Adding {
  readonly cycle: string;
  readonly acting: Acting;
  /** Of the file. */
  readonly hash: string;
  readonly today: string;
  /** Who imports enters nothing that takes a second person. */
  readonly isAlone: boolean;
}

/** Adds new entries one by one: each has to hold with those before it. Gives the number of the first, and the rows that are not taken. */
async function addAll(
  world: World,
  adding: Adding,
  fresh: readonly AccountRow[],
  session: mongo.ClientSession,
): Promise<{ readonly first: number; readonly wrong: readonly WrongRow[] }> {
  const { cycle, acting, hash, today } = adding;
  const wrong: WrongRow[] = [];
  let first = 0;
  for (const { row, given } of fresh) {
    const { kind, work, corrects, ...rest } = given;
    const why = isEntryKind(kind) ? await rowRefusal(world, adding, { ...given, kind }, session) : 'kind';
    if (why || !isEntryKind(kind)) {
      wrong.push({ row, why: why ?? 'kind' });
      continue;
    }
    const of = { ...(work !== undefined && { work }), ...(corrects !== undefined && { corrects }) };
    const entry = entryOf(world, acting, cycle, { ...rest, kind, ...of, key: `${hash} ${row}` });
    const outcome = await addEntry(world.vault, cycle, entry, today, session);
    if ('refused' in outcome) {
      if (outcome.refused !== 'noAccount') wrong.push({ row, why: outcome.refused });
      continue;
    }
    await followMoney(world, { acting, cycle, today }, entry, outcome.sums, session);
    if (first === 0) first = outcome.entry;
  }
  return { first, wrong };
}

/** Why a new row is not taken, as the acts of the console would refuse it. What the account itself refuses is seen as it is added. */
async function rowRefusal(
  world: World,
  { cycle, isAlone }: Adding,
  { kind, work: number, amount, paper, reason, corrects }: AccountRow['given'] & { readonly kind: EntryKind },
  session: mongo.ClientSession,
): Promise<RowRefusal | undefined> {
  if (kind === 'contracted') return 'contract';
  if (isAlone && (kind === 'granted' || kind === 'extra' || corrects !== undefined)) return 'second';
  if (corrects === undefined && amount < 0 && kind !== 'granted') return 'corrects';
  if (corrects !== undefined) {
    const corrected = await correctedEntry(cycle, corrects, session);
    const isSuch = corrected?.entry.work === number && corrected?.entry.kind === kind && corrected.entry.corrects === undefined;
    if (!corrected || !isSuch || (corrected.now + amount < 0 && kind !== 'granted')) return 'corrects';
  }
  if (reason === '' && (kind === 'granted' || kind === 'extra' || corrects !== undefined)) return 'reason';
  if (kind === 'extra' && paper === '') return 'noPaper';
  const work = number === undefined ? null : await findWork(cycle, number, session);
  if (!work) return kind === 'extra' ? undefined : 'noWork';
  if (kind === 'own') return isAlone && (await isMuchAlone(world, work, kind, amount, session)) ? 'second' : undefined;
  if (kind !== 'paid') return undefined;
  if (corrects !== undefined) return amount > 0 ? payoutRefusal(world, work, amount, session) : undefined;
  const looked = await lookAtPayment(world, work, { amount, paper, reason }, session);
  if ('refused' in looked) return looked.refused;
  return isAlone && looked.isMuch ? 'second' : undefined;
}

/** Rows that are entries already, and new ones; what is wrong with the others. */
async function sorted(cycle: string, rows: readonly AccountRow[]): Promise<{ same: number; fresh: AccountRow[]; problems: WrongRow[] }> {
  const numbers = rows.flatMap(({ entry }) => entry ?? []);
  const known = await entriesByNumber(cycle, numbers);
  const problems = rows.flatMap(({ row, entry, unread, given }): WrongRow[] => {
    if (unread) return [{ row, why: unread }];
    if (entry === undefined) return [];
    const there = known.get(entry);
    if (!there) return [{ row, why: 'unknown' }];
    return isSame(there, given) ? [] : [{ row, why: 'differs' }];
  });
  return { same: numbers.length - problems.length, fresh: rows.filter(({ entry, unread }) => entry === undefined && !unread), problems };
}

/** Whether an entry says what its row says; in the file that is public the numbers in a reason are masked. */
function isSame(entry: AccountEntryRecord, { day, kind, work, amount, paper, reason, corrects }: AccountRow['given']): boolean {
  const { paper: itsPaper = '', reason: itsReason = '' } = entry;
  const isAlike = entry.day === day && entry.kind === kind && entry.work === work && entry.amount === amount;
  const isSaid = itsReason === reason || maskNumbers(itsReason) === reason;
  return isAlike && isSaid && itsPaper === paper && entry.corrects === corrects;
}
