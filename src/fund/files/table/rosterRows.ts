import { FIELD_NAMES, fieldOf, isField, ofEach } from '../../people/residentFields.ts';
import { columnName, MOMENT, type Refused, type TableRead } from './tableRead.ts';

export interface RosterRows {
  /** The rows of `residents.csv`, its columns alone: each a JSON array in the line that Excel shows, an empty line where the file has an empty row. */
  readonly lines: string;
  /** The columns of the file that are not read. */
  readonly ignored: readonly string[];
}

/** What the columns of `residents.csv` are called in offices' own lists, and in ours; the first is the best. The running number of a list is nobody's id. */
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  id: ['编号', '名册编号', '户号', '住户编号', 'rosterid', 'no.'],
  card: ['选票卡', '卡号', '选票卡号'],
  ...ofEach((name) => fieldOf(name).headings, FIELD_NAMES),
};

/** `2-3` that Excel took for a day. */
const DAY = /^(\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{1,2})$/;
/** Above the names of the columns may be a title and notes. */
const MOST_ABOVE = 20;

/**
 * Makes the rows of `residents.csv` of a table. Of its first rows the one that names most columns is that of their names, in Chinese or as in `residents.csv`; what
 * stands above is left out. A list without ids has a column of empty ones (`withIds`).
 */
export function rosterRows({ rows, merged = [] }: Extract<TableRead, { readonly rows: unknown }>): RosterRows | Refused {
  const { begin, columns } = headsIn(rows);
  const kept = columns.flatMap((column, index) => (column === undefined ? [] : [{ column, index }]));
  const names = kept.map(({ column }) => column);
  if (!names.includes('id') && !names.includes('name')) return { refused: rows.some(isFilled) ? 'noColumns' : 'empty' };
  const across = merged.find(({ lastRow }) => lastRow > begin);
  if (across) return { refused: 'merged', params: { cell: across.cell } };
  const made = names.includes('id') ? [] : [''];
  const lines: string[] = [];
  for (const [at, row] of rows.entries()) {
    const cells = kept.map(({ index }) => row[index] ?? '');
    if (at === begin) lines.push(JSON.stringify([...names, ...made.map(() => 'id')]));
    else if (at < begin || !isFilled(cells)) lines.push('');
    else {
      const day = kept.find(({ column, index }) => MOMENT.test(row[index] ?? '') || (hasNoDay(column) && DAY.test((row[index] ?? '').trim())));
      if (day) return { refused: 'date', params: { cell: `${columnName(day.index)}${at + 1}` } };
      lines.push(JSON.stringify([...kept.map(({ column, index }) => wordFor(column, row[index] ?? '')), ...made]));
    }
  }
  return {
    lines: lines.join('\n'),
    ignored: (rows[begin] ?? []).map((cell) => cell.trim()).filter((head, index) => head !== '' && columns[index] === undefined),
  };
}

/** The row that names the columns, and what each is; two of a kind are one, that with the better name. */
function headsIn(rows: readonly (readonly string[])[]): { readonly begin: number; readonly columns: readonly (string | undefined)[] } {
  const named = rows.slice(0, MOST_ABOVE).map((row, begin) => ({ begin, columns: columnsIn(row) }));
  const counted = named.map((each) => ({ ...each, count: each.columns.filter((column) => column !== undefined).length }));
  const [best] = counted.toSorted((one, other) => other.count - one.count);
  return best ?? { begin: 0, columns: [] };
}

function columnsIn(row: readonly string[]): (string | undefined)[] {
  const heads = row.map(headIn);
  const placeOf = new Map(
    Object.entries(HEADINGS).map(([column, names]) => [column, [column, ...names].map((name) => heads.indexOf(name)).find((place) => place >= 0)]),
  );
  return row.map((_, place) => [...placeOf].find(([, found]) => found === place)?.[0]);
}

/** A heading without what is only about it: `姓 名`, `联系电话（手机）`, `门牌号*`. */
function headIn(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/\(.*?\)|[\s:*]/g, '')
    .toLowerCase();
}

function isFilled(row: readonly string[]): boolean {
  return row.some((cell) => cell.trim() !== '');
}

function hasNoDay(column: string): boolean {
  return isField(column) && fieldOf(column).isNoDay === true;
}

function wordFor(column: string, cell: string): string {
  const text = cell.replace(/[\r\n]+/g, ' ').trim();
  return (isField(column) ? fieldOf(column).called?.[text] : undefined) ?? text;
}
