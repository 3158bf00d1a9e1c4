import type { Align, PrintedTable, TextStyle } from '../printed.ts';
import { layText, SIZE } from './layText.ts';
import { MM } from './pen.ts';
import { type Piece, type Place, shift, stacked } from './piece.ts';

/** How large a note is, as a multiple of the text above it. */
const NOTE = 0.78;

/** The rows of a table, each a piece under the heads. */
export function layTable({ columns, rows, size = SIZE, rowHeight = 0, open }: PrintedTable, place: Place): Piece[] {
  const { pen, scale } = place;
  const total = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (place.width * share) / total);
  const [side, above] = [(open ? 0.8 : 1.8) * MM * scale, 1.1 * MM * scale];

  const rowOf = (cells: PrintedTable['rows'][number], isHead: boolean): Piece => {
    const held = columns.map((column, index): Piece => {
      const width = (widths[index] ?? 0) - 2 * side;
      const cell = cells[index] ?? '';
      const align = column.align ?? 'left';
      if (typeof cell !== 'string' && 'tick' in cell) return tickPiece((column.size ?? size) * scale, width, align, place);
      const { text, note = '' } = typeof cell === 'string' ? { text: cell } : cell;
      const isBold = isHead || column.bold || typeof cell !== 'string';
      const own = isHead ? size : (column.size ?? size);
      const style: TextStyle = { size: own, align, ...(isBold && { bold: true }) };
      const lines = layText(text, style, { ...place, width });
      return stacked(note === '' ? lines : [...lines, ...layText(note, { size: own * NOTE, align }, { ...place, width })]);
    });
    const height = Math.max(rowHeight * MM * scale, Math.max(...held.map((piece) => piece.height)) + 2 * above);
    const draw = (x: number, y: number) => {
      pen.doc.lineWidth(0.5);
      let left = x;
      for (const [index, piece] of held.entries()) {
        const width = widths[index] ?? 0;
        if (!open) pen.doc.rect(left, y, width, height).stroke('black');
        piece.draw(left + side, y + (height - piece.height) / 2);
        left += width;
      }
      if (open)
        pen.doc
          .moveTo(x, y + height)
          .lineTo(left, y + height)
          .stroke('#888888');
    };
    return { height, draw };
  };

  const heads = columns.some(({ head }) => head)
    ? rowOf(
        columns.map(({ head = '' }) => head),
        true,
      )
    : undefined;
  const body = rows.map((row): Piece => ({ ...rowOf(row, false), ...(heads && { under: heads }) }));
  return heads ? [{ ...heads, keeps: true }, ...body] : body;
}

/** A box to tick, as wide as the type beside it is high. */
function tickPiece(size: number, width: number, align: Align, { pen }: Place): Piece {
  const side = size * 1.05;
  return {
    height: side,
    draw: (x, y) =>
      void pen.doc
        .lineWidth(1.1)
        .rect(x + shift(align, width - side), y, side, side)
        .stroke('black'),
  };
}
