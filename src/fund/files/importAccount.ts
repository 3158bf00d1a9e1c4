import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { apart } from '../../store/apart.ts';
import { CodedError } from '../../store/codedError.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import {
  type AccountEntryRecord,
  accountSubject,
  addEntry,
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
import { isPayable, worksOfCycle } from '../works/index.ts';
import type { Refused, TableRead } from './table/tableRead.ts';

/** Rows of a file. */
const MOST_ROWS = 10_000;
/** New entries of a file: they are one transaction. */
const MOST_NEW = 1_000;
/** Rows that are told to be wrong. */
const MOST_TOLD = 50;
const LIMITS = { ms: 20_000, mebibytes: 320 };

/** What the columns and kinds are called in the files that people read. */
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  entry: ['entry', '第几笔'],
  day: ['day', '哪一天', '日期'],
  kind: ['kind', '哪一类', '类别'],
  work: ['work', '项目', '几号项目'],
  amount: ['amount', '多少钱', '金额'],
  paper: ['paper', '票据号', "paper's number"],
  reason: ['reason', '为什么', 'why'],
  corrects: ['corrects', '更正第几笔', 'corrects entry'],
};
const KINDS: Readonly<Record<string, string>> = { 批准: 'granted', 自筹: 'own', 合同: 'contracted', 付款: 'paid' };

/**
 * Why a row is not taken. `differs`: the entry of this number says something else; an entry is not changed. `unknown`: there is no entry of this number.
 * `contract`: a contract is signed on the page of its work. `second`: a payment that a second person confirms is made there. `notPayable`: the work is not paid
 * now. `reason`: it takes one.
 */
export type RowRefusal =
  | Exclude<EntryRefusal, 'noAccount'>
  | 'kind'
  | 'differs'
  | 'unknown'
  | 'contract'
  | 'second'
  | 'notPayable'
  | 'reason'
  | 'tooMany';

export type AccountImported =
  /** So many entries were added, or would be, and so many rows were there already. */
  | { readonly added: number; readonly same: number }
  | { readonly refused: 'noAccount' }
  | Refused
  /** Nothing was added. `row`: as Excel counts it. */
  | { readonly problems: readonly { readonly row: number; readonly why: RowRefusal }[] };

interface Row {
  readonly row: number;
  readonly entry: number | undefined;
  readonly given: {
    readonly day: string;
    readonly kind: string;
    readonly work: number;
    readonly amount: number;
    readonly paper: string;
    readonly reason: string;
    readonly corrects: number | undefined;
  };
}

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
    const table = await apart<{ bytes: Uint8Array; mostRows: number }, TableRead>(
      join(import.meta.dirname, 'table'),
      'readRowsFile',
      { bytes, mostRows: MOST_ROWS },
      LIMITS,
    );
    if ('refused' in table) return table;
    const read = rowsOf(table.rows);
    if ('refused' in read) return read;
    const { same, fresh, problems } = await sorted(id, read.rows);
    const states = new Map((await worksOfCycle(id)).map(({ _id, state }) => [_id.number, state]));
    const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
    for (const { row, given } of fresh) {
      const state = states.get(given.work);
      const why = !isEntryKind(given.kind)
        ? 'kind'
        : given.kind === 'contracted'
          ? 'contract'
          : given.kind === 'paid' && actor.kind === 'staff' && given.amount > twoPersonsAbove
            ? 'second'
            : given.kind === 'paid' && given.corrects === undefined && state !== undefined && !isPayable(state)
              ? 'notPayable'
              : (given.kind === 'granted' || given.corrects !== undefined) && given.reason === ''
                ? 'reason'
                : undefined;
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
  fresh: readonly Row[],
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

/** The rows of a table whose first one names the columns. */
function rowsOf(table: readonly (readonly string[])[]): { readonly rows: Row[] } | Refused {
  const begin = table.findIndex((row) => row.some((cell) => cell.trim() !== ''));
  const heads = table[begin]?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const place = (column: string) => heads.findIndex((head) => HEADINGS[column]?.includes(head));
  if (['day', 'kind', 'work', 'amount'].some((column) => place(column) < 0)) return { refused: heads.length > 0 ? 'noColumns' : 'empty' };
  const rows = table.flatMap((cells, index): Row[] => {
    if (index <= begin || cells.every((cell) => cell.trim() === '')) return [];
    const text = (column: string) => cleanText(cells[place(column)] ?? '');
    const kind = text('kind');
    const given = {
      ...{ day: text('day'), kind: KINDS[kind] ?? kind.toLowerCase(), work: whole(text('work')) ?? 0, amount: whole(text('amount')) ?? 0 },
      ...{ paper: text('paper'), reason: text('reason'), corrects: whole(text('corrects')) },
    };
    return [{ row: index + 1, entry: whole(text('entry')), given }];
  });
  return { rows };
}

function whole(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Rows that are entries already, and new ones; what is wrong with the others. */
async function sorted(cycle: string, rows: readonly Row[]): Promise<{ same: number; fresh: Row[]; problems: { row: number; why: RowRefusal }[] }> {
  const numbers = rows.flatMap(({ entry }) => entry ?? []);
  const known = await entriesByNumber(cycle, numbers);
  const problems = rows.flatMap(({ row, entry, given }): { row: number; why: RowRefusal }[] => {
    if (entry === undefined) return [];
    const there = known.get(entry);
    if (!there) return [{ row, why: 'unknown' }];
    return isSame(there, given) ? [] : [{ row, why: 'differs' }];
  });
  return { same: numbers.length - problems.length, fresh: rows.filter(({ entry }) => entry === undefined), problems };
}

function isSame(entry: AccountEntryRecord, { day, kind, work, amount, paper, reason, corrects }: Row['given']): boolean {
  const { paper: itsPaper = '', reason: itsReason = '' } = entry;
  const isAlike = entry.day === day && entry.kind === kind && entry.work === work && entry.amount === amount;
  return isAlike && itsPaper === paper && itsReason === reason && entry.corrects === corrects;
}
