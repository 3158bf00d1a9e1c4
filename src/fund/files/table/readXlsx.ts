import { strFromU8, type Unzipped, zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/universal';
import { unzipped } from '../unzipped.ts';
import type { Merged, Refused, TableRead } from './tableRead.ts';

/** What one XLSX file may hold unpacked, in bytes: 30,000 rows are some 20 MB. */
const LARGEST = 64_000_000;

/**
 * Reads the first sheet of an XLSX file as texts. What Excel shows otherwise than it keeps it is refused, because nobody would see what is read: formulas,
 * errors, numbers that are filled up with zeros. A date is taken as its moment in ISO 8601. A zip that unpacks to more than 64 MB, or into more than
 * 1,000 files, is refused before that much is unpacked.
 */
export async function readXlsx(bytes: Uint8Array, mostRows: number): Promise<TableRead> {
  const plain = plainZip(bytes, mostRows);
  if ('refused' in plain) return plain;
  try {
    const cells = await readSheet(plain.zip, 1, { parseNumber: numberText });
    return { rows: cells.map((row) => row.map(textIn)), ...(plain.merged.length > 0 && { merged: plain.merged }) };
  } catch {
    return { refused: 'notXlsx' }; // whatever its reader says of a file that is not whole
  }
}

/** The file with its first sheet alone, not packed: its reader unpacks again, whatever comes out. */
function plainZip(bytes: Uint8Array, mostRows: number): Refused | { readonly zip: ArrayBuffer; readonly merged: readonly Merged[] } {
  const files = unzipped(bytes, LARGEST, (name) => name.endsWith('.xml') || name.endsWith('.rels'));
  if (files === 'tooBig') return { refused: 'tooBig' };
  const sheet = files && firstSheet(files);
  if (!files || !sheet) return { refused: 'notXlsx' };
  const content = strFromU8(sheet.content);
  const rows = content.match(/<(?:\w+:)?row\b/g)?.length ?? 0;
  if (rows > mostRows) return { refused: 'tooMany', params: { rows, most: mostRows } };
  const wrong = unreadable(content, strFromU8(files['xl/styles.xml'] ?? new Uint8Array()));
  if (wrong) return wrong;
  const others = Object.keys(files).filter((name) => /^xl\/worksheets\/[^/]+\.xml$/.test(name) && name !== sheet.name);
  for (const name of others) delete files[name];
  return { zip: new Uint8Array(zipSync(files, { level: 0 })).buffer, merged: mergedIn(content) };
}

/** The part that holds the first sheet, as the workbook names it. */
function firstSheet(files: Unzipped): { readonly name: string; readonly content: Uint8Array } | undefined {
  const [book, relations] = ['xl/workbook.xml', 'xl/_rels/workbook.xml.rels'].map((name) => files[name]);
  if (!book || !relations) return undefined;
  const id = /<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"/.exec(strFromU8(book))?.[1];
  const relation = strFromU8(relations)
    .match(/<Relationship\b[^>]*>/g)
    ?.find((each) => each.includes(`Id="${id}"`));
  const target = /\bTarget="([^"]+)"/.exec(relation ?? '')?.[1];
  if (id === undefined || target === undefined) return undefined;
  const name = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  const content = files[name];
  return content && { name, content };
}

function mergedIn(content: string): Merged[] {
  return [...content.matchAll(/<(?:\w+:)?mergeCell\b[^>]*\bref="([^"]+)"/g)].map(([, cell = '']) => ({
    cell,
    lastRow: Number(/\d+$/.exec(cell)?.[0]),
  }));
}

function unreadable(content: string, styles: string): Refused | undefined {
  const formula = cellBefore(content, /<(?:\w+:)?f[\s>/]/);
  if (formula !== undefined) return { refused: 'formula', params: { cell: formula } };
  const error = /<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([^"]+)"/.exec(content)?.[1];
  if (error !== undefined) return { refused: 'error', params: { cell: error } };
  const filled = filledUp(content, styles);
  return filled && { refused: 'zeros', params: filled };
}

/** A cell that shows `007` and keeps 7, as its format has three zeros: its name, and what it keeps. */
function filledUp(content: string, styles: string): { readonly cell: string; readonly number: string } | undefined {
  const codes = new Map(
    (styles.match(/<(?:\w+:)?numFmt\b[^>]*>/g) ?? []).map((format) => [within(format, 'numFmtId'), within(format, 'formatCode') ?? '']),
  );
  const [used = ''] = /<(?:\w+:)?cellXfs\b[\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(styles) ?? [];
  const digits = (used.match(/<(?:\w+:)?xf\b[^>]*>/g) ?? []).map(
    (format) => /^0{2,}$/.exec(codes.get(within(format, 'numFmtId')) ?? '')?.[0].length ?? 0,
  );
  if (digits.every((length) => length === 0)) return undefined;
  for (const [, cell = '', number = ''] of content.matchAll(/<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?v>(\d+)</g))
    if ((within(cell, 't') ?? 'n') === 'n' && number.length < (digits[Number(within(cell, 's') ?? 0)] ?? 0))
      return { cell: within(cell, 'r') ?? '?', number };
  return undefined;
}

function within(tag: string, attribute: string): string | undefined {
  return new RegExp(`\\s${attribute}="([^"]*)"`).exec(tag)?.[1];
}

/** The name of the cell in which a mark stands. */
function cellBefore(content: string, mark: RegExp): string | undefined {
  const at = content.search(mark);
  if (at < 0) return undefined;
  return (
    content
      .slice(Math.max(0, at - 500), at)
      .match(/\br="([A-Z]+\d+)"/g)
      ?.at(-1)
      ?.slice(3, -1) ?? '?'
  );
}

/** A number as it would be typed: a phone number keeps all its digits, even where Excel writes 1.38E+10. */
function numberText(raw: string): string {
  return /^-?\d+$/.test(raw) ? raw : String(Number(raw));
}

function textIn(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString();
  return cell === null || cell === undefined ? '' : String(cell);
}
