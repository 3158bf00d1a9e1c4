import { parentPort, workerData } from 'node:worker_threads';
import writeExcelFile from 'write-excel-file/node';

/** Runs in a thread (`tableFiles.ts`): writes a table as an XLSX file. Texts stay texts, whatever they begin with. */
const { heads, rows }: { heads: readonly string[]; rows: readonly (readonly (string | number)[])[] } = workerData;
const sheet = [
  heads.map((head) => ({ type: String, value: head, fontWeight: 'bold' as const })),
  ...rows.map((row) => row.map((value) => (typeof value === 'number' ? { type: Number, value } : { type: String, value, format: '@' }))),
];
const written = await writeExcelFile(sheet, { stickyRowsCount: 1, columns: heads.map((_, column) => ({ width: widthOf(column) })) }).toBuffer();
parentPort?.postMessage(written);

/** In characters; a Chinese one is two wide. Some rows show how wide a column is. */
function widthOf(column: number): number {
  const texts = [heads[column] ?? '', ...rows.slice(0, 100).map((row) => String(row[column] ?? ''))];
  const longest = Math.max(...texts.map((text) => [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)));
  return Math.min(60, longest + 2);
}
