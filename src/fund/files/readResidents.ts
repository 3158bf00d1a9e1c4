import { setImmediate as rest } from 'node:timers/promises';
import { phone } from '../../contacts/phone.ts';
import type { Problem, Why } from '../../store/codedError.ts';
import { cleanText } from '../../store/text.ts';
import { FIELD_NAMES, type FieldName, fieldOf, isCard, type ResidentFields, ROLES } from '../people/index.ts';
import { type CsvRow, doubledColumns, firstLineOf, readCsv, unknownColumns } from './readCsv.ts';

/** The columns that `residents.csv` may have. */
export const COLUMNS = ['id', ...FIELD_NAMES, 'card'] as const;
export type Column = (typeof COLUMNS)[number];

/** One row of `residents.csv`. An empty cell is left out. */
export type ResidentRow = ResidentFields & {
  readonly line: number;
  /** Empty in an uploaded list that has none for somebody (`withIds`). */
  readonly id: string;
  /** Nine digits. */
  readonly card?: string | undefined;
};

export interface ResidentsRead {
  readonly columns: readonly Column[];
  readonly rows: readonly ResidentRow[];
  readonly problems: readonly Problem[];
  /** Every line could be read. If not, rows may be missing. */
  readonly isWhole: boolean;
}

/** Reads `residents.csv` (docs/contract.md: Files). A phone without a country code is taken to be of the same country as `near`, the community's own number. */
export function readResidents(file: string, text: string, near: string | undefined): ResidentsRead {
  const { records, problem } = readCsv(file, text);
  const steps = reading(file, records, near, problem);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** Reads the rows of `residents.csv`, beside other work. Of somebody with a name the id may be missing. */
export async function readInPauses(file: string, records: Iterable<CsvRow>, near: string | undefined): Promise<ResidentsRead> {
  const steps = reading(file, records, near, undefined, true);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % 50 === 0) await rest();
  }
}

/** Yields after each row. `problem`: what follows the rows could not be read. */
function* reading(
  file: string,
  records: Iterable<CsvRow>,
  near: string | undefined,
  problem?: Problem,
  mayLackId = false,
): Generator<void, ResidentsRead> {
  const unread = problem ? [problem] : [];
  const problems: Problem[] = [];
  const rows: ResidentRow[] = [];
  let columns: readonly Column[] | undefined;
  let count = 0;
  for (const parsedRow of records) {
    const line = firstLineOf(parsedRow);
    if (!columns) {
      const names = parsedRow.record.map((name) => name.trim());
      const wrongHeader = headerProblems(names).map((what) => ({ file, line, what }));
      if (wrongHeader.length > 0) return { columns: [], rows: [], problems: [...wrongHeader, ...unread], isWhole: false };
      columns = names.flatMap((name) => COLUMNS.filter((column) => column === name));
      continue;
    }
    count += 1;
    const read = rowOf(parsedRow.record, columns, near, mayLackId);
    problems.push(...read.wrong.map((wrong) => ({ file, line, ...wrong })));
    if (read.row) rows.push({ line, ...read.row });
    yield;
  }
  if (!columns) {
    const missing: Problem = { file, line: 1, what: 'there must be a first line with the names of the columns', why: { key: 'noColumns' } };
    return { columns: [], rows: [], problems: problem ? unread : [missing], isWhole: false };
  }
  const found = [...problems, ...(yield* doubled(file, rows, 'id')), ...(yield* doubled(file, rows, 'card')), ...unread];
  return { columns, rows, problems: found, isWhole: !problem && rows.length === count };
}

function rowOf(
  record: readonly string[],
  columns: readonly Column[],
  near: string | undefined,
  mayLackId: boolean,
): { row?: Omit<ResidentRow, 'line'>; wrong: Wrong[] } {
  if (record.length !== columns.length) return { wrong: [{ what: `there are ${record.length} cells for ${columns.length} columns` }] };
  const cell: Partial<Record<Column, string>> = Object.fromEntries(columns.map((column, index) => [column, cleanText(record[index] ?? '')]));
  const id = cell.id || (mayLackId && cell.name ? '' : undefined);
  const card = cell.card?.replace(/[\s-]/g, '');
  const given = FIELD_NAMES.flatMap((name) => (cell[name] ? [{ name, value: readField(name, cell[name], near) }] : []));
  const wrong: Wrong[] = [
    ...(id === undefined ? [{ what: 'id is missing', why: { key: 'noId' as const } }] : tooLong('id', id, LONGEST_ID)),
    ...cardProblems(card),
    ...given.flatMap(({ name, value }) => (value === undefined ? fieldProblems(name, cell[name] ?? '') : [])),
  ];
  if (id === undefined) return { wrong };
  const { role, ...fields } = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  return { row: { id, ...fields, ...(card && { card }), role: ROLES.find((each) => each === role) ?? 'resident' }, wrong };
}

/** What is typed of a field, clean and not empty, as the roster keeps it; undefined if it is no such thing. */
export function readField(name: FieldName, text: string, near: string | undefined): string | undefined {
  const { longest, values } = fieldOf(name);
  if (values) return values.find((value) => value === text);
  return longest === undefined ? phone(text, near) : [...text].length <= longest ? text : undefined;
}

function fieldProblems(name: FieldName, text: string): Wrong[] {
  const { longest, values } = fieldOf(name);
  if (longest !== undefined) return tooLong(name, text, longest);
  const key = BAD[name];
  return [{ what: values ? `${name} must be one of ${values.join(', ')}` : `${name} is not a phone number`, ...(key && { why: { key } }) }];
}

const BAD: Readonly<Partial<Record<FieldName, Why['key']>>> = { phone: 'badPhone', language: 'badLanguage', role: 'badRole' };

function tooLong(column: Column, text: string, max: number): Wrong[] {
  if ([...text].length <= max) return [];
  return [{ what: `${column} must have at most ${max} characters`, why: { key: 'tooLong', params: { column, max } } }];
}

const LONGEST_ID = 64;

type Wrong = Pick<Problem, 'what'> & { readonly why?: Why };

function cardProblems(card: string | undefined): Wrong[] {
  if (!card || isCard(card)) return [];
  const what = /^\d{8}$/.test(card)
    ? 'card has eight digits, cards have nine: leave the cell empty and make a new one with "npm run residents -- cards"'
    : 'card is mistyped: it has nine digits, not beginning with 0, the last a check digit';
  return [{ what, why: { key: 'badCard' } }];
}

/** A problem for each row whose id or card stands in an earlier row. Yields after each row. */
function* doubled(file: string, rows: readonly ResidentRow[], column: 'id' | 'card'): Generator<void, Problem[]> {
  const first = new Map<string, number>();
  const problems: Problem[] = [];
  for (const { line, [column]: value } of rows) {
    yield;
    if (!value) continue;
    const before = first.get(value);
    if (before === undefined) first.set(value, line);
    else problems.push({ file, line, what: `${column} is in line ${before} already`, why: { key: 'doubled', params: { column, before } } });
  }
  return problems;
}

function headerProblems(names: readonly string[]): string[] {
  return [...unknownColumns(names, COLUMNS), ...doubledColumns(names), ...(names.includes('id') ? [] : ['column id is missing'])];
}
