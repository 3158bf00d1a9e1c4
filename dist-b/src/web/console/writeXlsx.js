import writeExcelFile from 'write-excel-file/node';
import { answerApart } from '../../store/apart.js';
/** Runs apart (`tableFiles.ts`): writes a table as an XLSX file. Texts stay texts, whatever they begin with. */
answerApart(({ heads, rows }) => {
    const sheet = [
        heads.map((head) => ({ type: String, value: head, fontWeight: 'bold' })),
        ...rows.map((row) => row.map((value) => (typeof value === 'number' ? { type: Number, value } : { type: String, value, format: '@' }))),
    ];
    return writeExcelFile(sheet, { stickyRowsCount: 1, columns: heads.map((_, column) => ({ width: widthOf(heads, rows, column) })) }).toBuffer();
});
/** In characters; a Chinese one is two wide. Some rows show how wide a column is. */
function widthOf(heads, rows, column) {
    const texts = [heads[column] ?? '', ...rows.slice(0, 100).map((row) => String(row[column] ?? ''))];
    const longest = Math.max(...texts.map((text) => [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)));
    return Math.min(60, longest + 2);
}
