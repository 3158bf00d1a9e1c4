import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { apart } from '../../store/apart.ts';
import { CodedError } from '../../store/codedError.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import {
  type AccountEntryRecord,
  accountSubject,
  addEntry,
  correctedEntries,
  type EntryRefusal,
  entriesByNumber,
  entryOf,
  isEntryKind,
  publicAccount,
} from '../accounts/index.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { findCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { decidesHere, isPayable, worksOfCycle } from '../works/index.ts';
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
 * itself, and takes back no more than it says. `contract`: a contract is signed on the page of its work. `second`: a payment that a second person confirms is
 * made there. `notPayable`: the work is not paid now. `noPaper`: a payment has the number of its paper. `isStaff`: nobody pays themselves. `reason`: it takes one.
 */
export type RowRefusal =
  | Exclude<EntryRefusal, 'noAccount'>
  | 'kind'
  | 'differs'
  | 'unknown'
  | 'number'
  | 'date'
  | 'corrects'
  | 'contract'
  | 'second'
  | 'notPayable'
  | 'noPaper'
  | 'isStaff'
  | 'reason'
  | 'tooMany';

export type AccountImported =
  /** So many entries were added, or would be, and so many rows were there already. */
  | { readonly added: number; readonly same: number }
  | { readonly refused: 'noAccount' }
  | Refused
  /** Nothing was added. `row`: as Excel counts it. */
  | { readonly problems: readonly { readonly row: number; readonly why: RowRefusal }[] };

/**
 * Adds the entries of an account's file, CSV or XLSX, all or none: rows without a number are new; one with a number has to say what that entry says, so that a
 * file that was exported can be imported again without a difference. The same file twice adds its entries once. `isTry`: only looks. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function importAccount(world: World): (file: { cycle: string; bytes: Uint8Array; isTry: boolean; actor: Actor }) => Promise<AccountImported> {
  return async ({ cycle: id, bytes, isTry, actor }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noAccount' };
    const { community } = cycle;
    const acting = checkRight(actor, 'importAccount', community);
    if (!(await publicAccount(id))) return { refused: 'noAccount' };
    const table = await apart<{ bytes: Uint8Array; mostRows: number; of: 'account' }, TableRead>(
      join(import.meta.dirname, 'table'),
      'readUploaded',
      { bytes, mostRows: MOST_ROWS, of: 'account' },
      LIMITS,
    );
    if ('refused' in table) return table;
    const read = accountRows(table.rows);
    if ('refused' in read) return read;
    const { same, fresh, problems } = await sorted(id, read.rows);
    const refused = await newRowRefusal(world, { cycle: id, community, actor }, fresh);
    for (const { row, given } of fresh) {
      const why = refused(given);
      if (why) problems.push({ row, why });
    }
    if (fresh.length > MOST_NEW) problems.push({ row: fresh[MOST_NEW]?.row ?? 0, why: 'tooMany' });
    if (problems.length > 0) return { problems: problems.slice(0, MOST_TOLD) };
    if (fresh.length === 0) return { added: 0, same };

    const hash = createHash('sha256').update(bytes).digest('hex');
    const today = await todayIn(world, community);
    try {
      return await withLog(world)(community, async (session, write) => {
        const added = await addAll(world, { cycle: id, actor, hash, today }, fresh, session);
        if (isTry) throw new Undone({ added: fresh.length, same });
        const amounts = fresh.map(({ given }) => given.amount);
        const once = world.vault.hmac('act', id, hash, 'importAccount');
        await write({ ...acting, subject: accountSubject(id), once, detail: { after: { entry: added, added: fresh.length, amount: sum(amounts) } } });
        return { added: fresh.length, same };
      });
    } catch (error) {
      if (error instanceof Undone) return error.outcome;
      throw error;
    }
  };
}

/** Why a new row is not taken, as the acts of the console would refuse it; what the account itself refuses is seen as it is added. */
async function newRowRefusal(
  world: World,
  { cycle, community, actor }: { readonly cycle: string; readonly community: string; readonly actor: Actor },
  rows: readonly AccountRow[],
): Promise<(given: AccountRow['given']) => RowRefusal | undefined> {
  const works = new Map((await worksOfCycle(cycle)).map((work) => [work._id.number, work]));
  const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
  const ofStaff = new Set<number>();
  for (const number of new Set(rows.filter(({ given }) => given.kind === 'paid').map(({ given }) => given.work))) {
    const implementer = works.get(number)?.chosen?.implementer;
    if (implementer !== undefined && (await decidesHere(world, community, implementer))) ofStaff.add(number);
  }
  const corrected = await correctedEntries(
    cycle,
    rows.flatMap(({ given }) => given.corrects ?? []),
  );
  return ({ kind, work, amount, paper, reason, corrects }) => {
    if (!isEntryKind(kind)) return 'kind';
    if (kind === 'contracted') return 'contract';
    if (kind === 'paid' && actor.kind === 'staff' && amount > twoPersonsAbove) return 'second';
    if (kind === 'paid' && amount > 0 && ofStaff.has(work)) return 'isStaff';
    if (corrects === undefined && amount < 0 && kind !== 'granted') return 'corrects';
    const state = works.get(work)?.state;
    if (kind === 'paid' && corrects === undefined && state !== undefined && !isPayable(state)) return 'notPayable';
    if (kind === 'paid' && corrects === undefined && paper === '') return 'noPaper';
    if (corrects === undefined) return kind === 'granted' && reason === '' ? 'reason' : undefined;
    const entry = corrected.get(corrects);
    if (!entry || entry.work !== work || entry.kind !== kind) return 'corrects';
    entry.now += amount;
    if (entry.now < 0 && kind !== 'granted') return 'corrects';
    return reason === '' ? 'reason' : undefined;
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** Undoes what was begun, and says what to answer. */
class Undone extends CodedError {
  readonly outcome: AccountImported;
  constructor(outcome: AccountImported) {
    super('undone', 'Nothing was added.');
    this.outcome = outcome;
  }
}

/** Adds new entries one by one: each has to hold with those before it. Gives the number of the first. */
async function addAll(
  world: World,
  { cycle, actor, hash, today }: { cycle: string; actor: Actor; hash: string; today: string },
  fresh: readonly AccountRow[],
  session: mongo.ClientSession,
): Promise<number> {
  let first = 0;
  for (const { row, given } of fresh) {
    const { kind, corrects, ...rest } = given;
    if (!isEntryKind(kind)) throw new Undone({ problems: [{ row, why: 'kind' }] });
    const entry = entryOf(world, actor, 'importAccount', {
      ...rest,
      kind,
      ...(corrects !== undefined && { corrects }),
      key: `${cycle} ${hash} ${row}`,
    });
    const outcome = await addEntry(cycle, entry, today, session);
    if ('refused' in outcome && outcome.refused !== 'noAccount') throw new Undone({ problems: [{ row, why: outcome.refused }] });
    if ('entry' in outcome && first === 0) first = outcome.entry;
  }
  return first;
}

/** Rows that are entries already, and new ones; what is wrong with the others. */
async function sorted(
  cycle: string,
  rows: readonly AccountRow[],
): Promise<{ same: number; fresh: AccountRow[]; problems: { row: number; why: RowRefusal }[] }> {
  const numbers = rows.flatMap(({ entry }) => entry ?? []);
  const known = await entriesByNumber(cycle, numbers);
  const problems = rows.flatMap(({ row, entry, unread, given }): { row: number; why: RowRefusal }[] => {
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
