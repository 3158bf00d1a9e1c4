import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import { runIsolated } from '../../store/runIsolated.ts';
import type { Sheet } from './writeXlsx.ts';

/** Some rows of a table, in their order. */
type Some = readonly (readonly (string | number)[])[];

/** A table as a file holds it. */
export interface Table {
  /** The columns' names in CSV, for programs, and their headings in XLSX, for people. */
  readonly columns: readonly { readonly name: string; readonly head: string }[];
  readonly rows: Iterable<Some> | AsyncIterable<Some>;
}

/** How a file is written, by the end of its address. */
export const FILE_KINDS = ['csv', 'xlsx'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** 10,000 rows take some two seconds and 100 MiB. */
const LIMITS = { ms: 20_000, mebibytes: 256 };

/**
 * Sends a table as a file, `name` without its extension. No cell is a formula: CSV marks what a spreadsheet would run with `'`, and begins with a BOM, or
 * Excel would read Chinese wrongly; in XLSX a text, a phone number among them, is a cell of text.
 */
export async function sendTable(response: Response, kind: FileKind, name: () => string, table: Table): Promise<void> {
  const content = kind === 'csv' ? await csvOf(table) : await xlsxOf(table);
  response
    .type(kind === 'csv' ? 'text/csv' : XLSX)
    .set('Content-Disposition', `attachment; filename="${name()}.${kind}"`)
    .send(content);
}

async function csvOf({ columns, rows }: Table): Promise<string> {
  const parts = [stringify([columns.map(({ name }) => name)], { bom: true })];
  for await (const some of rows) parts.push(stringify([...some], { escape_formulas: true }));
  return parts.join('');
}

async function xlsxOf({ columns, rows }: Table): Promise<Buffer> {
  const all: (readonly (string | number)[])[] = [];
  for await (const some of rows) all.push(...some);
  const written = await runIsolated<Sheet, Uint8Array>(
    import.meta.dirname,
    'writeXlsx',
    { heads: columns.map(({ head }) => head), rows: all },
    LIMITS,
  );
  return Buffer.from(written);
}
