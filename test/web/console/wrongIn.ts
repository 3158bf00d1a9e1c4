import { parse } from 'csv-parse/sync';
import { XMLValidator } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { textsOf } from '../../support/pdf.ts';

/** What a browser gets of the whole policy: scripts, styles and requests of this host alone, nothing inline. */
const POLICY =
  "default-src 'none';script-src 'self';worker-src 'self';style-src 'self';connect-src 'self';media-src 'self';img-src 'self' data:;form-action 'self';base-uri 'none';frame-ancestors 'none'";
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const INLINE = /\s(?:on\w+|style)\s*=/i;

/** An answer as it is looked at. */
export interface Looked {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  /** What somebody reads in it, as text: of a table's file its cells, of a PDF what a reader's program finds. Empty of pictures and sounds. */
  readonly text: string;
  /** What may run where somebody opens it, and what keeps it where it should not stay. Empty if nothing is wrong. */
  readonly wrong: readonly string[];
}

/** Opens an answer, whatever it is. */
export async function looked(path: string, answer: Response): Promise<Looked> {
  const { status, headers } = answer;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const { text, wrong } = await opened(type, bytes);
  return { path, status, type, headers, text, wrong: [...wrong, ...wrongHeaders(path, type, headers)] };
}

async function opened(type: string, bytes: Uint8Array): Promise<{ readonly text: string; readonly wrong: readonly string[] }> {
  if (type.startsWith('image/') || type.startsWith('audio/')) return { text: '', wrong: [] };
  if (type === XLSX) return openedXlsx(bytes);
  if (type === 'application/pdf') {
    const text = bytes.length < 100 ? '' : (await textsOf(bytes)).flat().map((each) => each.text);
    return { text: [text].flat().join('\n'), wrong: [] };
  }
  const text = strFromU8(bytes);
  return { text, wrong: (WRONGS[type] ?? (() => []))(text) };
}

const WRONGS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'text/html': wrongHtml,
  'text/csv': (text) => parse(text, { bom: true, relax_column_count: true }).flat().filter(isFormula),
  'text/calendar': (text) =>
    text
      .split(/\r?\n/)
      .filter((line) => !/^(?: |[A-Z-]+[:;])/.test(line) && line !== '')
      .concat(text.match(/^X-EVIL.*/gm) ?? []),
  'application/atom+xml': wrongXml,
};

function wrongHtml(text: string): string[] {
  const tags = text.match(/<[a-z][^>]*>/gi) ?? [];
  const inline = tags.filter((tag) => INLINE.test(tag.replaceAll(/"[^"]*"/g, '""')));
  const scripts = tags.filter((tag) => /^<script/i.test(tag) && !/\ssrc="\/assets\//.test(tag));
  const run = text.match(/(?:href|src|action)="\s*(?:javascript|vbscript|data:text)[^"]*/gi) ?? [];
  const unescaped = text.match(/(?<!&lt;img src=x )onerror=xss|<img src=x|<u>|\u202e/g) ?? [];
  return [...inline, ...scripts, ...run, ...unescaped];
}

function wrongXml(text: string): string[] {
  const is = XMLValidator.validate(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of these
  const none = text.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u202e]/g) ?? [];
  return [...(is === true ? [] : [is.err.msg]), ...none.map((character) => `\\u${character.charCodeAt(0).toString(16)}`)];
}

async function openedXlsx(bytes: Uint8Array): Promise<{ readonly text: string; readonly wrong: readonly string[] }> {
  const parts = Object.entries(unzipSync(bytes)).filter(([name]) => /\.(?:xml|rels)$/.test(name));
  const wrong = parts.flatMap(([name, part]) => {
    const text = strFromU8(part);
    return [...wrongXml(text), ...(text.match(/<f[ >]|<hyperlink/g) ?? [])].map((what) => `${name}: ${what}`);
  });
  const rows = await readSheet(Buffer.from(bytes));
  return { text: rows.map((row) => row.join('\t')).join('\n'), wrong };
}

/** A cell that a spreadsheet would take for a formula. */
function isFormula(cell: unknown): boolean {
  return typeof cell === 'string' && /^[=+\-@\t\r＝＋－＠]/.test(cell) && !/^-?[\d.]+$/.test(cell);
}

function wrongHeaders(path: string, type: string, headers: Headers): string[] {
  const own = path.startsWith('/console');
  const file = headers.get('content-disposition');
  return [
    ...(type === 'text/html' && headers.get('content-security-policy') !== POLICY ? [`policy ${headers.get('content-security-policy')}`] : []),
    ...(own && headers.get('cache-control') !== 'no-store' ? [`kept ${headers.get('cache-control')}`] : []),
    ...(type !== '' && headers.get('x-content-type-options') !== 'nosniff' ? ['sniffed'] : []),
    ...(own && headers.get('x-frame-options') !== 'DENY' ? ['framed'] : []),
    ...(file !== null && !/^(?:attachment|inline); filename="[\w.-]+"$/.test(file) ? [file] : []),
    ...(headers.has('x-evil') ? ['a header of their own'] : []),
  ];
}
