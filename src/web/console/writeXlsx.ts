import writeExcelFile from 'write-excel-file/node';
import { answerIsolated } from '../../store/runIsolated.ts';

export interface Sheet {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Runs apart (`tableFiles.ts`): writes a table as an XLSX file. Texts stay texts, whatever they begin with. */
answerIsolated(({ heads, rows }: Sheet) => {
  const sheet = [
    heads.map((head) => ({ type: String, value: head, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map((value) => (typeof value === 'number' ? { type: Number, value } : { type: String, value, format: '@' }))),
  ];
  return writeExcelFile(sheet, { stickyRowsCount: 1, columns: heads.map((_, column) => ({ width: widthOf(heads, rows, column) })) }).toBuffer();
});

/** In characters; a Chinese one is two wide. Some rows show how wide a column is. */
function widthOf(heads: Sheet['heads'], rows: Sheet['rows'], column: number): number {
  const texts = [heads[column] ?? '', ...rows.slice(0, 100).map((row) => String(row[column] ?? ''))];
  const longest = Math.max(...texts.map((text) => [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)));
  return Math.min(60, longest + 2);
}
