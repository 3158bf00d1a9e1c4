import type { TextStyle } from '../printed.ts';
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

/**
 * Breaks a text into lines that are at most `most` wide. A line begins with no closing sign and ends with no opening one; a word, a number with its
 * measure (`12月1日`, `48,000元`), a time and a dash stay whole unless they are longer than a line. A newline begins a new line, and what is joined by
 * no-break spaces stays together. The rules: GB/T 15834 5.1, and the clreq of W3C, "line breaking".
 */
export function linesOf(text: string, most: number, widthOf: (piece: string) => number): string[] {
  return text.split('\n').flatMap((paragraph) => linesOfParagraph(paragraph, most, widthOf));
}

function linesOfParagraph(paragraph: string, most: number, widthOf: (piece: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  const end = () => {
    lines.push(line.trimEnd());
    line = '';
    width = 0;
  };
  for (const piece of paragraph.match(PIECES) ?? []) {
    const own = widthOf(piece);
    if (width + own > most && piece.trim() !== '') {
      if (line.trim() !== '') end();
      for (const part of own > most ? (piece.match(CHARACTERS) ?? []) : [piece]) {
        const partWidth = widthOf(part);
        if (width + partWidth > most && line !== '') end();
        line += part;
        width += partWidth;
      }
    } else if (line !== '' || piece.trim() !== '') {
      line += piece;
      width += own;
    }
  }
  end();
  return lines;
}

const OPENING = '“‘（《〈【「『〔［｛([{';
const CLOSING = '”’）》〉】」』〕］｝)\\]},，.。、;；:：!！?？·％%‰℃°…—～';
const CHINESE = '\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef“”‘’…—·\\u{20000}-\\u{3ffff}';
const MEASURES = '年月日号时点分秒元万亿个名人户栋楼层页张份票条次项届天周';
/** A run without Chinese in it: a word, a number, a time, an address. */
const RUN = `[^ \\t${CHINESE}]+`;
const PIECES = new RegExp(
  `[ \\t]+|[${OPENING}]*(?:(?:(?:${RUN})?\\d[${MEASURES}]+)+(?:\\d[^ \\t${CHINESE}]*)?|${RUN}|—+|…+|[^ \\t])[${CLOSING}]*`,
  'gu',
);
/** Where a piece that is longer than a line may be broken. */
const CHARACTERS = new RegExp(`[${OPENING}]*[^][${CLOSING}]*`, 'gu');
