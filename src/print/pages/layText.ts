import type { TextStyle } from '../printed.ts';
import { linesOf } from './linesOf.ts';
import { type Piece, type Place, shift } from './piece.ts';

export const SIZE = 10.5;
const DOT = '·';

/** The lines of a text, each a piece. */
export function layText(text: string, { size = SIZE, bold, grey, align = 'left' }: TextStyle, { pen, width, scale }: Place): Piece[] {
  const weight = bold ? 'bold' : 'regular';
  const own = size * scale;
  const height = pen.leading(own);
  return linesOf(text, width, (piece) => pen.width(piece, own, weight)).map((line) => ({
    height,
    draw: (x, y) => pen.write(line, x + shift(align, width - pen.width(line, own, weight)), y, { size: own, weight, grey: grey === true }),
  }));
}

/** Each item with a dot or its number before it, and its further lines below its first. */
export function layItems({ items, numbered, ...style }: { items: readonly string[]; numbered?: true } & TextStyle, place: Place): Piece[] {
  const { pen, width, scale } = place;
  const size = (style.size ?? SIZE) * scale;
  const signs = items.map((_, index) => (numbered ? `${index + 1}.` : DOT));
  const indent = Math.max(...signs.map((sign) => pen.width(sign, size, 'regular'))) + size * 0.5;
  return items.flatMap((item, index) =>
    layText(item, style, { ...place, width: width - indent }).map((line, at) => ({
      height: line.height,
      draw: (x: number, y: number) => {
        if (at === 0) pen.write(signs[index] ?? DOT, x, y, { size, weight: style.bold ? 'bold' : 'regular' });
        line.draw(x + indent, y);
      },
    })),
  );
}
