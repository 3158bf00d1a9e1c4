import type { Block, Filled, Folded, Lacking, PdfMade, Printed } from '../printed.ts';
import { lay } from './lay.ts';
import { MM, type Pen, pen, typefaces } from './pen.ts';
import { type Piece, type Place, stacked } from './piece.ts';

/** A document as PDF, or why it cannot be one; `allTheSame`: characters that the typefaces lack become 〓. It takes its process for a while. */
export async function pdfOf(printed: Printed, allTheSame: boolean): Promise<PdfMade> {
  const { faceOf } = typefaces();
  const { missing, rare } = beyondFirst(printed, faceOf);
  if (missing.length > 0 && !allTheSame) return { lacking: missing };
  const marked = (text: string) => (missing.length > 0 ? withMarks(text, (character) => faceOf(character) !== undefined) : text);
  const writer = pen(printed, marked, rare);
  const chunks: Buffer[] = [];
  writer.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => writer.doc.once('end', resolve));
  try {
    drawPages(printed, writer);
  } catch (error) {
    if (error instanceof TooLong) return { tooLong: error.text };
    throw error;
  }
  writer.doc.end();
  await ended;
  return { bytes: Buffer.concat(chunks) };
}

const MAX_MISSING = 20;

/** The characters of a document that its first typeface lacks: those that only the second has, and at most twenty that none has, each with a text. */
function beyondFirst(
  { blocks, footer }: Printed,
  faceOf: (character: string) => 0 | 1 | undefined,
): { readonly missing: readonly Lacking[]; readonly rare: ReadonlySet<string> } {
  const missing = new Map<string, string>();
  const rare = new Set<string>();
  const seen = new Set<string>();
  for (const text of textsIn([blocks, footer])) {
    for (const character of text) {
      if (seen.has(character) || !isPrinted(character)) continue;
      seen.add(character);
      const face = faceOf(character);
      if (face === 1) rare.add(character);
      if (face === undefined && missing.size < MAX_MISSING) missing.set(character, text);
    }
  }
  return { missing: [...missing].map(([character, text]) => ({ character, text })), rare };
}

/** What joins or colours other characters, and what only moves on, is not printed itself. */
function isPrinted(character: string): boolean {
  return !/[\s\u200b-\u200f\u2060\ufeff]/u.test(character);
}

/** A text with a mark in the place of each character that the typeface lacks. */
function withMarks(text: string, has: (character: string) => boolean): string {
  return [...text].map((character) => (isPrinted(character) && !has(character) ? MARK : character)).join('');
}

/** What printers put where they have no type. */
const MARK = '〓';

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value instanceof Uint8Array) return;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* textsIn(part);
}

/** The edge of a page that is left white, in millimetres: what every printer can do. */
const MARGIN = 14;
const FOOTER_SIZE = 9;
/** How much larger than wanted type may become in a cell or a sheet's halves where there is room for it, and how much smaller until it fits. */
const SCALES = scales(1.3, 0.5);
/** Scales of what fills a whole sheet. */
const SHEET_SCALES = scales(2.4, 0.5);
/** Scales of parts that fill what is left of a page. */
const FILLED_SCALES = scales(2.4, 1);

function scales(from: number, to: number): number[] {
  return Array.from({ length: Math.round((from - to) * 20) + 1 }, (_, step) => (Math.round(from * 20) - step) / 20);
}

/** Draws a document's pages. Rejects with `TooLong` if something is too large for one page, or for its cell, even in small type. */
function drawPages(printed: Printed, pen: Pen): void {
  const { blocks, margin = MARGIN, footer, onePage, paper } = printed;
  const page = pageOf(paper, margin, footer !== undefined);
  if (onePage) {
    newPage(pen);
    fitted(blocks, { pen, width: page.width, scale: 1 }, page.height, SHEET_SCALES).draw(page.left, page.top);
  } else flow(blocks, page, pen);
  if (footer !== undefined) drawFooters(footer, page, pen);
}

interface Page {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const PAPERS = { A3: [297, 420], A4: [210, 297], A5: [148, 210] } as const;

function pageOf(paper: Printed['paper'], margin: number, hasFooter: boolean): Page {
  const [wide, high] = PAPERS[paper];
  const foot = hasFooter ? 6 : 0;
  return { left: margin * MM, top: margin * MM, width: (wide - 2 * margin) * MM, height: (high - 2 * margin - foot) * MM };
}

function newPage({ doc }: Pen, paper?: Printed['paper']): void {
  doc.addPage(paper && { size: paper, margin: 0 });
}

/** What fills pages, and stands in no other block. */
type Filling = Folded | Filled | Extract<Block, { cells: unknown }>;

function flow(blocks: readonly Block[], page: Page, pen: Pen): void {
  let y = Number.POSITIVE_INFINITY;
  const begin = () => {
    newPage(pen);
    y = page.top;
  };
  const bottom = page.top + page.height + 0.01;
  const place: Place = { pen, width: page.width, scale: 1 };
  for (const group of grouped(blocks)) {
    if (!Array.isArray(group)) {
      if ('cells' in group) drawCells(group, page, pen);
      else if ('filled' in group) drawFilled(group, page, y, pen);
      else drawFolded(group, pen);
      y = Number.POSITIVE_INFINITY;
      continue;
    }
    const pieces = lay(group, place);
    for (const [index, piece] of pieces.entries()) {
      if (piece.endsPage) {
        y = Number.POSITIVE_INFINITY;
        continue;
      }
      if (y + Math.min(keptHeight(pieces, index), page.height) > bottom) {
        if (piece.isRoom && !piece.keeps && y !== Number.POSITIVE_INFINITY) continue;
        begin();
        if (piece.under && piece.under.height + piece.height <= page.height) {
          piece.under.draw(page.left, y);
          y += piece.under.height;
        }
      }
      if (piece.height > page.height) throw new TooLong(piece);
      if (piece.isRoom && y === page.top) continue;
      if (piece.bookmark !== undefined) pen.doc.outline.addItem(piece.bookmark);
      piece.draw(page.left, y);
      y += piece.height;
    }
  }
  if (y === Number.POSITIVE_INFINITY && !blocks.some(isFilling)) begin();
}

function isFilling(block: Block): block is Filling {
  return 'cells' in block || 'inside' in block || 'filled' in block;
}

/** What fills pages alone; all that stands between is laid out together, so that what belongs together is known. */
function grouped(blocks: readonly Block[]): (Filling | Block[])[] {
  const groups: (Filling | Block[])[] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (isFilling(block)) groups.push(block);
    else if (Array.isArray(last)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

/** The height of a piece with what has to stand on the same page. */
function keptHeight(pieces: readonly Piece[], index: number): number {
  let height = 0;
  for (let at = index; at < pieces.length; at += 1) {
    const piece = pieces[at];
    height += piece?.height ?? 0;
    if (!piece?.keeps) return height;
  }
  return height;
}

function drawCells({ cells, columns, rows }: Extract<Block, { cells: unknown }>, page: Page, pen: Pen): void {
  const [width, height] = [page.width / columns, page.height / rows];
  const inner = 4 * MM;
  const place: Place = { pen, width: width - 2 * inner, scale: 1 };
  cells.forEach((cell, index) => {
    const at = index % (columns * rows);
    if (at === 0) {
      newPage(pen);
      drawCuts(columns, rows, page, pen);
    }
    const [x, y] = [page.left + (at % columns) * width + inner, page.top + Math.floor(at / columns) * height + inner];
    fitted(cell, place, height - 2 * inner).draw(x, y);
  });
}

/** The most room between two parts, so that they do not fall apart. */
const WIDEST_GAP = 9 * MM;
const COLUMN_GAP = 8 * MM;

/** `from`: where the page's content ends so far. */
function drawFilled({ filled, columns, head }: Filled, page: Page, from: number, pen: Pen): void {
  const top = stacked(lay(head, { pen, width: page.width, scale: 1 }));
  const begun = page.top + page.height - from > page.height / 4 ? from : Number.POSITIVE_INFINITY;
  const startOf = (nth: number) => (nth === 0 && begun !== Number.POSITIVE_INFINITY ? begun : page.top + (nth === 0 ? 0 : top.height));
  const heightOf = (nth: number) => page.top + page.height - startOf(nth);
  const tries = filled.flatMap((parts) =>
    FILLED_SCALES.flatMap((scale) => columns.map((count) => laidIn(parts, count, { pen, width: page.width, scale }, heightOf))),
  );
  const least = Math.min(...tries.map((sheets) => sheets?.length ?? Number.POSITIVE_INFINITY));
  const best = tries.find((sheets) => sheets?.length === least);
  if (!best) throw new TooLong(stacked((filled[0] ?? []).flatMap((part) => lay(part, { pen, width: page.width / 2, scale: 1 }))));
  for (const [nth, sheet] of best.entries()) {
    if (nth > 0 || begun === Number.POSITIVE_INFINITY) newPage(pen);
    if (nth > 0) top.draw(page.left, page.top);
    const rows = Math.max(...sheet.columns.map((column) => column.length));
    const high = Math.max(...sheet.columns.map(heightOfAll));
    const gap = Math.min(WIDEST_GAP, (heightOf(nth) - high) / Math.max(1, rows));
    for (const [index, column] of sheet.columns.entries()) {
      let y = startOf(nth);
      for (const part of column) {
        part.draw(page.left + index * (sheet.width + COLUMN_GAP), y);
        y += part.height + gap;
      }
    }
  }
}

function heightOfAll(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { height }) => sum + height, 0);
}

interface Sheet {
  readonly width: number;
  readonly columns: readonly (readonly Piece[])[];
}

/** Parts in so many columns, page after page; undefined if one of them is higher than a page. */
function laidIn(parts: Filled['filled'][number], count: number, place: Place, heightOf: (nth: number) => number): Sheet[] | undefined {
  const width = (place.width - COLUMN_GAP * (count - 1)) / count;
  const pieces = parts.map((part) => stacked(lay(part, { ...place, width })));
  const sheets: Sheet[] = [];
  for (let done = 0; done < pieces.length; ) {
    const columns = fullColumns(pieces.slice(done), count, heightOf(sheets.length));
    const taken = columns.flat().length;
    if (taken === 0) return undefined;
    const even = Math.ceil(taken / count);
    const evenly = Array.from({ length: count }, (_, index) => columns.flat().slice(index * even, (index + 1) * even));
    sheets.push({ width, columns: evenly.every((column) => heightOfAll(column) <= heightOf(sheets.length)) ? evenly : columns });
    done += taken;
  }
  return sheets;
}

/** As many of the pieces, in their order, as columns of this height take. */
function fullColumns(pieces: readonly Piece[], count: number, height: number): Piece[][] {
  const columns: Piece[][] = Array.from({ length: count }, () => []);
  let [at, filled] = [0, 0];
  for (const piece of pieces) {
    if (filled + piece.height > height) [at, filled] = [at + 1, 0];
    if (at >= count || piece.height > height) break;
    columns[at]?.push(piece);
    filled += piece.height;
  }
  return columns;
}

/** The room beside a line to fold or cut at. */
const BESIDE = 3 * MM;
/** What sheets to fold are tried on: two on a page, one, one on a larger page. */
const SHEETS = [
  { paper: 'A4', rows: 2 },
  { paper: 'A4', rows: 1 },
  { paper: 'A3', rows: 1 },
] as const;
/** Every printer can do it; a strip to fold needs no more. */
const FOLDED_MARGIN = 6;

function drawFolded({ inside, strips, more, strip: wide }: Folded, pen: Pen): void {
  for (const blocks of inside) {
    for (const { paper, rows } of SHEETS) {
      const page = pageOf(paper, FOLDED_MARGIN, false);
      const strip = page.left + page.width - wide * MM;
      const fold = strip / 2; // the paper's own left edge, then, comes to lie at the strip
      const side = fold - BESIDE - page.left;
      const own = { x: strip + BESIDE, width: wide * MM - BESIDE };
      const height = page.height / rows;
      const [high, top] = [height - 2 * BESIDE, (row: number) => page.top + row * height + BESIDE];
      const halves = halvesOf(blocks, { pen, width: side, scale: 1 }, high);
      const drawn = strips.map((strip) => stacked(lay(strip, { pen, width: own.width, scale: 1 })));
      if (!halves || drawn.some((piece) => piece.height > high)) continue;
      for (const [index, piece] of drawn.entries()) {
        const row = index % rows;
        if (row === 0) {
          newPage(pen, paper);
          drawFolds(fold, strip, rows === 2, pen);
        }
        halves[0].draw(page.left, top(row));
        halves[1].draw(fold + BESIDE, top(row));
        piece.draw(own.x, top(row));
        const again = stacked(lay(more[index] ?? [], { pen, width: own.width, scale: 1 }));
        const times = Math.floor((high - piece.height) / (again.height + BESIDE));
        for (let nth = 1; nth <= times; nth += 1) again.draw(own.x, top(row) + high - nth * again.height - (nth - 1) * BESIDE);
      }
      return;
    }
  }
  throw new TooLong(stacked(lay(inside.at(-1) ?? [], { pen, width: 100 * MM, scale: 1 })));
}

/** What stands on both sides of a fold, in the largest type in which it fits; undefined if it does not in the size that is wanted. */
function halvesOf(blocks: readonly Block[], place: Place, height: number): readonly [Piece, Piece] | undefined {
  for (const scale of SCALES.filter((each) => each >= 1)) {
    const pieces = lay(blocks, { ...place, scale });
    if (inColumns(pieces, height).length > 2) continue;
    const [first = [], second = []] = inColumns(pieces, leastHeight(pieces, height));
    return [stacked(first), stacked(second)];
  }
  return undefined;
}

/** The least height at which pieces go into two columns, so that both are about as long. */
function leastHeight(pieces: readonly Piece[], most: number): number {
  let filled = 0;
  for (const piece of pieces) {
    filled += piece.height;
    if (filled <= most && inColumns(pieces, filled).length <= 2) return filled;
  }
  return most;
}

/** Pieces one after the other in columns of this height. */
function inColumns(pieces: readonly Piece[], height: number): Piece[][] {
  const columns: Piece[][] = [[]];
  let filled = 0;
  for (const piece of pieces) {
    if (filled + piece.height > height) {
      columns.push([]);
      filled = 0;
    }
    columns.at(-1)?.push(piece);
    filled += piece.height;
  }
  return columns;
}

/** The line to fold at, the edge of the strip, and the line to cut at between two sheets. */
function drawFolds(fold: number, strip: number, isHalf: boolean, { doc }: Pen): void {
  const { width, height } = doc.page;
  doc.lineWidth(0.6).dash(6, { space: 3 }).moveTo(fold, 0).lineTo(fold, height).stroke('#777777');
  doc.lineWidth(0.3).undash().moveTo(strip, 0).lineTo(strip, height).stroke('#999999');
  if (isHalf)
    doc
      .dash(2, { space: 2 })
      .moveTo(0, height / 2)
      .lineTo(width, height / 2)
      .stroke('#999999');
  doc.undash();
}

/** Thin lines between the cells, through to the edge of the page, so that a stack can be cut at once. */
function drawCuts(columns: number, rows: number, { left, top, width, height }: Page, { doc }: Pen): void {
  doc.lineWidth(0.3).dash(2, { space: 2 });
  for (let column = 0; column <= columns; column += 1) {
    const x = left + (column * width) / columns;
    doc.moveTo(x, 0).lineTo(x, doc.page.height);
  }
  for (let row = 0; row <= rows; row += 1) {
    const y = top + (row * height) / rows;
    doc.moveTo(0, y).lineTo(doc.page.width, y);
  }
  doc.stroke('#999999').undash();
}

/** Blocks in a place that has its height: in the largest type in which they fit. */
function fitted(blocks: readonly Block[], place: Place, height: number, sizes: readonly number[] = SCALES): Piece {
  for (const scale of sizes) {
    const piece = stacked(lay(blocks, { ...place, scale }));
    if (piece.height <= height) return piece;
  }
  throw new TooLong(stacked(lay(blocks, { ...place, scale: 1 })));
}

/** A piece that has no room; its `text` says which it is. */
class TooLong extends Error {
  readonly text: string;

  constructor({ text = '' }: Piece) {
    super('A text has no room.');
    this.text = text;
  }
}

function drawFooters(footer: string, page: Page, pen: Pen): void {
  const { start, count } = pen.doc.bufferedPageRange();
  const style = { size: FOOTER_SIZE, weight: 'regular', grey: true } as const;
  const y = page.top + page.height + 2 * MM;
  for (let index = start; index < start + count; index += 1) {
    pen.doc.switchToPage(index);
    const number = `${index + 1} / ${count}`;
    pen.write(footer, page.left, y, style);
    pen.write(number, page.left + page.width - pen.width(number, FOOTER_SIZE, 'regular'), y, style);
  }
}
