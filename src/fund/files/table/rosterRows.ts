import { FIELD_NAMES, fieldOf, isField, ofEach } from '../../people/residentFields.ts';
import type { Refused } from './tableRead.ts';

export interface RosterRows {
  /** The rows of `residents.csv`, its columns alone: each a JSON array in the line that Excel shows, an empty line where the file has an empty row. */
  readonly lines: string;
  /** The columns of the file that are not read. */
  readonly ignored: readonly string[];
}

/** What the columns of `residents.csv` are called in offices' own lists, and in ours. */
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  id: ['编号', '名册编号', '户号', '住户编号', 'roster id', 'no.'],
  card: ['选票卡', '卡号', '选票卡号'],
  ...ofEach((name) => fieldOf(name).headings, FIELD_NAMES),
};

/** `2-3` that Excel took for a day. */
const DAY = /^(\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{1,2})$/;

/** Makes the rows of `residents.csv` of a table. The first row that is not empty names the columns, in Chinese or as in `residents.csv`. */
export function rosterRows(rows: readonly (readonly string[])[]): RosterRows | Refused {
  const begin = rows.findIndex((row) => row.some((cell) => cell.trim() !== ''));
  const heads = rows[begin]?.map((cell) => cell.trim()) ?? [];
  const columns = heads.map((head) => Object.keys(HEADINGS).find((column) => [column, ...(HEADINGS[column] ?? [])].includes(head.toLowerCase())));
  if (!columns.includes('id')) return { refused: heads.length > 0 ? 'noColumns' : 'empty' };
  const kept = columns.flatMap((column, index) => (column === undefined ? [] : [{ column, index }]));
  const lines: string[] = [];
  for (const [at, row] of rows.entries()) {
    if (at === begin) lines.push(JSON.stringify(kept.map(({ column }) => column)));
    else if (kept.every(({ index }) => (row[index] ?? '').trim() === '')) lines.push('');
    else {
      const day = kept.find(({ column, index }) => isField(column) && fieldOf(column).isNoDay && DAY.test((row[index] ?? '').trim()));
      if (day) return { refused: 'date', params: { cell: `${at + 1}` } };
      lines.push(JSON.stringify(kept.map(({ column, index }) => wordFor(column, row[index] ?? ''))));
    }
  }
  return { lines: lines.join('\n'), ignored: heads.filter((head, index) => head !== '' && columns[index] === undefined) };
}

function wordFor(column: string, cell: string): string {
  const text = cell.replace(/[\r\n]+/g, ' ').trim();
  return (isField(column) ? fieldOf(column).called?.[text] : undefined) ?? text;
}
