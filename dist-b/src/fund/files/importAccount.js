import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { apart } from '../../store/apart.js';
import { CodedError } from '../../store/codedError.js';
import { cleanText, maskNumbers } from '../../store/text.js';
import { accountSubject, addEntry, correctedEntries, entriesByNumber, entryOf, isEntryKind, publicAccount, } from '../accounts/index.js';
import { findCommunity, todayIn } from '../communities/index.js';
import { findCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { decidesHere, isPayable, worksOfCycle } from '../works/index.js';
/** Rows of a file. */
const MOST_ROWS = 10_000;
/** New entries of a file: they are one transaction. */
const MOST_NEW = 1_000;
/** Rows that are told to be wrong. */
const MOST_TOLD = 50;
const LIMITS = { ms: 20_000, mebibytes: 320 };
/** What the columns and kinds are called in the files that people read. */
const HEADINGS = {
    entry: ['entry', '第几笔'],
    day: ['day', '哪一天', '日期'],
    kind: ['kind', '哪一类', '类别'],
    work: ['work', '项目', '几号项目'],
    amount: ['amount', '多少钱', '金额'],
    paper: ['paper', '票据号', "paper's number"],
    reason: ['reason', '为什么', 'why'],
    corrects: ['corrects', '更正第几笔', 'corrects entry'],
};
const KINDS = { 批准: 'granted', 自筹: 'own', 合同: 'contracted', 付款: 'paid' };
/**
 * Adds the entries of an account's file, CSV or XLSX, all or none: rows without a number are new; one with a number has to say what that entry says, so that a
 * file that was exported can be imported again without a difference. The same file twice adds its entries once. `isTry`: only looks. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function importAccount(world) {
    return async ({ cycle: id, bytes, isTry, actor }) => {
        const cycle = await findCycle(id);
        if (!cycle)
            return { refused: 'noAccount' };
        const { community } = cycle;
        const acting = checkRight(actor, 'importAccount', community);
        if (!(await publicAccount(id)))
            return { refused: 'noAccount' };
        const table = await apart(join(import.meta.dirname, 'table'), 'readRowsFile', { bytes, mostRows: MOST_ROWS }, LIMITS);
        if ('refused' in table)
            return table;
        const read = rowsOf(table.rows);
        if ('refused' in read)
            return read;
        const { same, fresh, problems } = await sorted(id, read.rows);
        const refused = await newRowRefusal(world, { cycle: id, community, actor }, fresh);
        for (const { row, given } of fresh) {
            const why = refused(given);
            if (why)
                problems.push({ row, why });
        }
        if (fresh.length > MOST_NEW)
            problems.push({ row: fresh[MOST_NEW]?.row ?? 0, why: 'tooMany' });
        if (problems.length > 0)
            return { problems: problems.slice(0, MOST_TOLD) };
        if (fresh.length === 0)
            return { added: 0, same };
        const hash = createHash('sha256').update(bytes).digest('hex');
        const today = await todayIn(world, community);
        try {
            return await withLog(world)(community, async (session, write) => {
                const added = await addAll(world, { cycle: id, actor, hash, today }, fresh, session);
                if (isTry)
                    throw new Undone({ added: fresh.length, same });
                const amounts = fresh.map(({ given }) => given.amount);
                const once = world.vault.hmac('act', id, hash, 'importAccount');
                await write({ ...acting, subject: accountSubject(id), once, detail: { after: { entry: added, added: fresh.length, amount: sum(amounts) } } });
                return { added: fresh.length, same };
            });
        }
        catch (error) {
            if (error instanceof Undone)
                return error.outcome;
            throw error;
        }
    };
}
/** Why a new row is not taken, as the acts of the console would refuse it; what the account itself refuses is seen as it is added. */
async function newRowRefusal(world, { cycle, community, actor }, rows) {
    const works = new Map((await worksOfCycle(cycle)).map((work) => [work._id.number, work]));
    const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
    const ofStaff = new Set();
    for (const number of new Set(rows.filter(({ given }) => given.kind === 'paid').map(({ given }) => given.work))) {
        const implementer = works.get(number)?.chosen?.implementer;
        if (implementer !== undefined && (await decidesHere(world, community, implementer)))
            ofStaff.add(number);
    }
    const corrected = await correctedEntries(cycle, rows.flatMap(({ given }) => given.corrects ?? []));
    return ({ kind, work, amount, paper, reason, corrects }) => {
        if (!isEntryKind(kind))
            return 'kind';
        if (kind === 'contracted')
            return 'contract';
        if (kind === 'paid' && actor.kind === 'staff' && amount > twoPersonsAbove)
            return 'second';
        if (kind === 'paid' && amount > 0 && ofStaff.has(work))
            return 'isStaff';
        if (corrects === undefined && amount < 0 && kind !== 'granted')
            return 'corrects';
        const state = works.get(work)?.state;
        if (kind === 'paid' && corrects === undefined && state !== undefined && !isPayable(state))
            return 'notPayable';
        if (kind === 'paid' && corrects === undefined && paper === '')
            return 'noPaper';
        if (corrects === undefined)
            return kind === 'granted' && reason === '' ? 'reason' : undefined;
        const entry = corrected.get(corrects);
        if (!entry || entry.work !== work || entry.kind !== kind)
            return 'corrects';
        entry.now += amount;
        if (entry.now < 0 && kind !== 'granted')
            return 'corrects';
        return reason === '' ? 'reason' : undefined;
    };
}
function sum(amounts) {
    return amounts.reduce((total, amount) => total + amount, 0);
}
/** Undoes what was begun, and says what to answer. */
class Undone extends CodedError {
    outcome;
    constructor(outcome) {
        super('undone', 'Nothing was added.');
        this.outcome = outcome;
    }
}
/** Adds new entries one by one: each has to hold with those before it. Gives the number of the first. */
async function addAll(world, { cycle, actor, hash, today }, fresh, session) {
    let first = 0;
    for (const { row, given } of fresh) {
        const { kind, corrects, ...rest } = given;
        if (!isEntryKind(kind))
            throw new Undone({ problems: [{ row, why: 'kind' }] });
        const entry = entryOf(world, actor, 'importAccount', {
            ...rest,
            kind,
            ...(corrects !== undefined && { corrects }),
            key: `${cycle} ${hash} ${row}`,
        });
        const outcome = await addEntry(cycle, entry, today, session);
        if ('refused' in outcome && outcome.refused !== 'noAccount')
            throw new Undone({ problems: [{ row, why: outcome.refused }] });
        if ('entry' in outcome && first === 0)
            first = outcome.entry;
    }
    return first;
}
/** The rows of a table whose first one names the columns. */
function rowsOf(table) {
    const begin = table.findIndex((row) => row.some((cell) => cell.trim() !== ''));
    const heads = table[begin]?.map((cell) => cell.trim().toLowerCase()) ?? [];
    const place = (column) => heads.findIndex((head) => HEADINGS[column]?.includes(head));
    if (['day', 'kind', 'work', 'amount'].some((column) => place(column) < 0))
        return { refused: heads.length > 0 ? 'noColumns' : 'empty' };
    const rows = table.flatMap((cells, index) => {
        if (index <= begin || cells.every((cell) => cell.trim() === ''))
            return [];
        const text = (column) => cleanText(cells[place(column)] ?? '');
        const kind = text('kind');
        const given = {
            ...{ day: dayIn(text('day')), kind: KINDS[kind] ?? kind.toLowerCase(), work: whole(text('work')) ?? 0 },
            ...{ amount: whole(text('amount').replace(/[,，]/g, '')) ?? 0 },
            ...{ paper: text('paper'), reason: text('reason'), corrects: whole(text('corrects')) },
        };
        const isNumber = ['entry', 'corrects'].every((column) => text(column) === '' || whole(text(column)) !== undefined);
        const unread = isNumber ? ([given.paper, given.reason].some((each) => MOMENT.test(each)) ? 'date' : undefined) : 'number';
        return [{ row: index + 1, entry: whole(text('entry')), unread, given }];
    });
    return { rows };
}
/** A cell that a spreadsheet keeps as a date (`readXlsx`). */
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** A day as spreadsheets save it, `2026/2/1`, or keep it, in the form of the account, `2026-02-01`; anything else as it is. */
function dayIn(text) {
    if (MOMENT.test(text))
        return text.slice(0, 10);
    const [, year, month = '', day = ''] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
    return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
function whole(text) {
    return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
/** Rows that are entries already, and new ones; what is wrong with the others. */
async function sorted(cycle, rows) {
    const numbers = rows.flatMap(({ entry }) => entry ?? []);
    const known = await entriesByNumber(cycle, numbers);
    const problems = rows.flatMap(({ row, entry, unread, given }) => {
        if (unread)
            return [{ row, why: unread }];
        if (entry === undefined)
            return [];
        const there = known.get(entry);
        if (!there)
            return [{ row, why: 'unknown' }];
        return isSame(there, given) ? [] : [{ row, why: 'differs' }];
    });
    return { same: numbers.length - problems.length, fresh: rows.filter(({ entry, unread }) => entry === undefined && !unread), problems };
}
/** Whether an entry says what its row says; in the file that is public the numbers in a reason are masked. */
function isSame(entry, { day, kind, work, amount, paper, reason, corrects }) {
    const { paper: itsPaper = '', reason: itsReason = '' } = entry;
    const isAlike = entry.day === day && entry.kind === kind && entry.work === work && entry.amount === amount;
    const isSaid = itsReason === reason || maskNumbers(itsReason) === reason;
    return isAlike && isSaid && itsPaper === paper && entry.corrects === corrects;
}
