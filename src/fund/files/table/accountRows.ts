import { cleanText } from '../../../store/text.ts';
import { MOMENT, type Refused } from './tableRead.ts';

/** A row of an account's file. */
export interface AccountRow {
  readonly row: number;
  readonly entry: number | undefined;
  /** What of it could not be read. */
  readonly unread: 'number' | 'date' | undefined;
  readonly given: {
    readonly day: string;
    readonly kind: string;
    /** Absent for what belongs to no work. */
    readonly work: number | undefined;
    readonly amount: number;
    readonly paper: string;
    readonly reason: string;
    readonly corrects: number | undefined;
  };
}

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
const KINDS: Readonly<Record<string, string>> = { 批准: 'granted', 自筹: 'own', 合同: 'contracted', 付款: 'paid', 追加: 'extra' };

/** The rows of a table whose first one names the columns. */
export function accountRows(table: readonly (readonly string[])[]): { readonly rows: AccountRow[] } | Refused {
  const begin = table.findIndex((row) => row.some((cell) => cell.trim() !== ''));
  const heads = table[begin]?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const place = (column: string) => heads.findIndex((head) => HEADINGS[column]?.includes(head));
  if (['day', 'kind', 'work', 'amount'].some((column) => place(column) < 0)) return { refused: heads.length > 0 ? 'noColumns' : 'empty' };
  const rows = table.flatMap((cells, index): AccountRow[] => {
    if (index <= begin || cells.every((cell) => cell.trim() === '')) return [];
    const text = (column: string) => cleanText(cells[place(column)] ?? '');
    const kind = text('kind');
    const given = {
      ...{
        day: dayIn(text('day')),
        kind: KINDS[kind] ?? kind.toLowerCase(),
        work: text('work') === '' ? undefined : (wholeNumber(text('work')) ?? 0),
      },
      ...{ amount: wholeNumber(text('amount').replace(/[,，]/g, '')) ?? 0 },
      ...{ paper: text('paper'), reason: text('reason'), corrects: wholeNumber(text('corrects')) },
    };
    const isNumber = ['entry', 'corrects'].every((column) => text(column) === '' || wholeNumber(text(column)) !== undefined);
    const unread = isNumber ? ([given.paper, given.reason].some((each) => MOMENT.test(each)) ? 'date' : undefined) : 'number';
    return [{ row: index + 1, entry: wholeNumber(text('entry')), unread, given }];
  });
  return { rows };
}

/** A day as spreadsheets save it, `2026/2/1`, or keep it, in the form of the account, `2026-02-01`; anything else as it is. */
function dayIn(text: string): string {
  if (MOMENT.test(text)) return text.slice(0, 10);
  const [, year, month = '', day = ''] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
