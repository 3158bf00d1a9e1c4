import { CsvError, parse } from 'csv-parse/sync';
import { readXlsx } from './readXlsx.ts';
import type { Refused, TableRead } from './tableRead.ts';

/** Reads a CSV or XLSX file, as which it was saved by Excel or WPS: what it is, is seen in its content, whatever it is called. */
export async function readTable(bytes: Uint8Array, mostRows: number): Promise<TableRead> {
  if (bytes.length === 0) return { refused: 'empty' };
  if (beginsWith(bytes, 0x50, 0x4b)) return readXlsx(bytes, mostRows);
  if (beginsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return { refused: 'oldExcel' };
  const text = textOf(bytes);
  if (text === undefined) return { refused: 'notText' };
  const read = readCsvText(text);
  if (!('rows' in read)) return read;
  if (read.rows.length > mostRows) return { refused: 'tooMany', params: { rows: read.rows.length, most: mostRows } };
  return shortNumber(read.rows) ?? read;
}

function beginsWith(bytes: Uint8Array, ...begin: readonly number[]): boolean {
  return begin.every((byte, index) => bytes[index] === byte);
}

/** UTF-8, UTF-16 with a mark (Excel's "Unicode text"), else GB18030, in which Excel in China saves CSV. Undefined if it is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  for (const encoding of beginsWith(bytes, 0xff, 0xfe) ? ['utf-16le'] : ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes('\0') ? undefined : text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return undefined;
}

/** What stands between the cells is what the first lines have most of: above them may be a title. */
const FIRST_LINES = 10;

function readCsvText(text: string): TableRead {
  const [, named, rest = text] = /^sep=(.)\r?\n([\s\S]*)$/.exec(text) ?? [];
  const first = rest.split(/\r\n|\n|\r/, FIRST_LINES).join('\n');
  const counts = [',', ';', '\t', '，', '；'].map((sign) => ({ sign, count: first.split(sign).length }));
  const [most] = counts.toSorted((one, other) => other.count - one.count);
  const rows: string[][] = [];
  let before = 0;
  try {
    parse(rest, {
      delimiter: named ?? most?.sign ?? ',',
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines }) => {
        const begin = lines - record.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
        while (before + 1 < begin) {
          rows.push([]);
          before += 1;
        }
        rows.push(record.map(withoutMark));
        before = lines;
        return null;
      },
    });
    return { rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { refused: 'quote', params: { line: rows.length + 1 } };
  }
}

/** The sign that our files, and Excel, put before a text that looks like a formula. */
function withoutMark(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/** A long number that was saved as `1.38E+10`: its last digits are lost. */
function shortNumber(rows: readonly (readonly string[])[]): Refused | undefined {
  const line = rows.findIndex((row) => row.some((cell) => /^\d(\.\d+)?E\+?\d+$/i.test(cell.trim())));
  return line < 0 ? undefined : { refused: 'shortNumber', params: { line: line + 1 } };
}
