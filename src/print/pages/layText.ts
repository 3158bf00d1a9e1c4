import type { TextStyle } from '../printed.ts';
import { type Piece, type Place, shift } from './piece.ts';

export const SIZE = 10.5;
const DOT = '·';

/** The lines of a text, each a piece. Its first two stay on one page, and so do its last two. */
export function layText(text: string, { size = SIZE, bold, grey, align = 'left', whole }: TextStyle, { pen, width, scale }: Place): Piece[] {
  const weight = bold ? 'bold' : 'regular';
  const own = size * scale;
  const height = pen.leading(own);
  const lines = linesOf(text, width, (piece) => pen.width(piece, own, weight));
  return lines.map((line, index) => ({
    height: whole && lines.length > 1 ? Number.POSITIVE_INFINITY : height,
    text: line,
    ...(index < lines.length - 1 && (index === 0 || index === lines.length - 2) && { keeps: true as const }),
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
      ...line,
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
  const lines: Line[] = [{ pieces: [], width: 0 }];
  for (const piece of paragraph.match(PIECES) ?? []) {
    const own = widthOf(piece);
    const parts = own > most ? (piece.match(CHARACTERS) ?? []) : [piece];
    for (const part of parts) {
      const [line, width] = [lines.at(-1), widthOf(part)];
      const isBlank = part.trim() === '';
      const isNew = !line || (line.width + width > most && !isBlank && line.pieces.length > 0);
      if (isNew) lines.push({ pieces: [part], width });
      else if (!isBlank || line.pieces.length > 0) {
        line.pieces.push(part);
        line.width += width;
      }
    }
  }
  fillLast(lines, most, widthOf);
  return lines.map(({ pieces }) => pieces.join('').trimEnd());
}

interface Line {
  readonly pieces: string[];
  width: number;
}

/** A last line of one character gets the piece before it as well, as long as something stays behind. */
function fillLast(lines: readonly Line[], most: number, widthOf: (piece: string) => number): void {
  const [before, last] = [lines.at(-2), lines.at(-1)];
  const moved = before?.pieces.at(-1);
  if (!before || !last || moved === undefined || before.pieces.length < 2 || !isLonely(last.pieces.join(''))) return;
  const width = widthOf(moved);
  if (last.width + width > most) return;
  before.pieces.pop();
  before.width -= width;
  last.pieces.unshift(moved);
  last.width += width;
  if (moved.trim() === '') fillLast(lines, most, widthOf);
}

/** One Chinese character, whatever signs stand behind it. */
function isLonely(text: string): boolean {
  return new RegExp(`^[${CHINESE}][${CLOSING}]*$`, 'u').test(text.trim());
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
