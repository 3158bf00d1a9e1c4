import { stringify } from 'csv-stringify/sync';
import { apart } from '../../store/apart.js';
/** How a file is written, by the end of its address. */
export const FILE_KINDS = ['csv', 'xlsx'];
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** 10,000 rows take some two seconds and 100 MiB. */
const LIMITS = { ms: 20_000, mebibytes: 256 };
/**
 * Sends a table as a file, `name` without its extension. No cell is a formula: CSV marks what a spreadsheet would run with `'`, and begins with a BOM, or
 * Excel would read Chinese wrongly; in XLSX a text, a phone number among them, is a cell of text.
 */
export async function sendTable(response, kind, name, table) {
    const content = kind === 'csv' ? await csvOf(table) : await xlsxOf(table);
    response
        .type(kind === 'csv' ? 'text/csv' : XLSX)
        .set('Content-Disposition', `attachment; filename="${name()}.${kind}"`)
        .send(content);
}
async function csvOf({ columns, rows }) {
    const parts = [stringify([columns.map(({ name }) => name)], { bom: true })];
    for await (const some of rows)
        parts.push(stringify([...some], { escape_formulas: true }));
    return parts.join('');
}
async function xlsxOf({ columns, rows }) {
    const all = [];
    for await (const some of rows)
        all.push(...some);
    const written = await apart(import.meta.dirname, 'writeXlsx', { heads: columns.map(({ head }) => head), rows: all }, LIMITS);
    return Buffer.from(written);
}
