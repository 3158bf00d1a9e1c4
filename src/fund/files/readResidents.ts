import { phone } from '../../contacts/phone.ts';
import type { Problem } from '../../store/codedError.ts';
import { cleanText } from '../../store/text.ts';
import { LANGUAGES } from '../communities/index.ts';
import { isCard, ROLES } from '../people/index.ts';
import { doubledColumns, firstLineOf, readCsv, unknownColumns } from './readCsv.ts';

/** The columns that `residents.csv` may have. */
export const COLUMNS = ['id', 'name', 'phone', 'card', 'building', 'language', 'role'] as const;
export type Column = (typeof COLUMNS)[number];

/** One row of `residents.csv`. An empty cell is left out. */
export interface ResidentRow {
  readonly line: number;
  readonly id: string;
  readonly name?: string;
  /** E.164. */
  readonly phone?: string;
  /** Nine digits. */
  readonly card?: string;
  readonly building?: string;
  readonly language?: string;
  readonly role: (typeof ROLES)[number];
}

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
  const [header, ...body] = records;
  const unread = problem ? [problem] : [];
  if (!header) {
    const missing = { file, line: 1, what: 'there must be a first line with the names of the columns' };
    return { columns: [], rows: [], problems: problem ? unread : [missing], isWhole: false };
  }
  const names = header.record.map((name) => name.trim());
  const wrongHeader = headerProblems(names).map((what) => ({ file, line: firstLineOf(header), what }));
  if (wrongHeader.length > 0) return { columns: [], rows: [], problems: [...wrongHeader, ...unread], isWhole: false };

  const columns = names.flatMap((name) => COLUMNS.filter((column) => column === name));
  const problems: Problem[] = [];
  const rows = body.flatMap((parsedRow): ResidentRow[] => {
    const line = firstLineOf(parsedRow);
    const read = rowOf(parsedRow.record, columns, near);
    problems.push(...read.wrong.map((what) => ({ file, line, what })));
    return read.row ? [{ line, ...read.row }] : [];
  });
  const found = [...problems, ...doubled(file, rows, 'id'), ...doubled(file, rows, 'card'), ...unread];
  return { columns, rows, problems: found, isWhole: !problem && rows.length === body.length };
}

function rowOf(
  record: readonly string[],
  columns: readonly Column[],
  near: string | undefined,
): { row?: Omit<ResidentRow, 'line'>; wrong: string[] } {
  if (record.length !== columns.length) return { wrong: [`there are ${record.length} cells for ${columns.length} columns`] };
  const cell: Partial<Record<Column, string>> = Object.fromEntries(columns.map((column, index) => [column, cleanText(record[index] ?? '')]));
  const { id, name, building, language } = cell;
  const card = cell.card?.replace(/[\s-]/g, '');
  const number = cell.phone ? phone(cell.phone, near) : undefined;
  const role = ROLES.find((role) => role === (cell.role || 'resident'));
  const wrong = [
    ...(id ? [] : ['id is missing']),
    ...LENGTHS.flatMap(([column, max]) => ([...(cell[column] ?? '')].length > max ? [`${column} must have at most ${max} characters`] : [])),
    ...(cell.phone && !number ? ['phone is not a phone number'] : []),
    ...cardProblems(card),
    ...(language && !LANGUAGES.some((known) => known === language) ? [`language must be one of ${LANGUAGES.join(', ')}`] : []),
    ...(role ? [] : [`role must be one of ${ROLES.join(', ')}`]),
  ];
  if (!id) return { wrong };
  return {
    row: {
      id,
      ...(name && { name }),
      ...(number && { phone: number }),
      ...(card && { card }),
      ...(building && { building }),
      ...(language && { language }),
      role: role ?? 'resident',
    },
    wrong,
  };
}

function cardProblems(card: string | undefined): string[] {
  if (!card || isCard(card)) return [];
  if (/^\d{8}$/.test(card))
    return ['card has eight digits, cards have nine: leave the cell empty and make a new one with "npm run residents -- cards"'];
  return ['card is mistyped: it has nine digits, not beginning with 0, the last a check digit'];
}

const LENGTHS = [
  ['id', 64],
  ['name', 60],
  ['building', 60],
] as const;

/** A problem for each row whose id or card stands in an earlier row. */
function doubled(file: string, rows: readonly ResidentRow[], column: 'id' | 'card'): Problem[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, [column]: value }) => {
    const before = value === undefined ? undefined : first.get(value);
    if (value !== undefined && before === undefined) first.set(value, line);
    return before === undefined ? [] : [{ file, line, what: `${column} is in line ${before} already` }];
  });
}

function headerProblems(names: readonly string[]): string[] {
  return [...unknownColumns(names, COLUMNS), ...doubledColumns(names), ...(names.includes('id') ? [] : ['column id is missing'])];
}
