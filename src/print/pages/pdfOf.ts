import { CodedError } from '../../store/codedError.ts';
import type { Block, Folded, Lacking, PdfMade, Printed } from '../printed.ts';
import { lay } from './lay.ts';
import { MM, type Pen, pen, typeface } from './pen.ts';
import { type Piece, type Place, room, stacked } from './piece.ts';

/** A document as PDF, or why it cannot be one; `allTheSame`: characters that the typeface lacks become 〓. It takes its process for a while. */
export async function pdfOf(printed: Printed, allTheSame: boolean): Promise<PdfMade> {
  const { has } = typeface();
  const missing = lacking(printed, has);
  if (missing.length > 0 && !allTheSame) return { lacking: missing };
  const writer = pen(printed, (text) => (missing.length > 0 ? withMarks(text, has) : text));
  const chunks: Buffer[] = [];
  writer.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => writer.doc.once('end', resolve));
  try {
    drawPages(printed, writer);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'does-not-fit') return { tooLong: error.message };
    throw error;
  }
  writer.doc.end();
  await ended;
  return { bytes: Buffer.concat(chunks) };
}

const MOST = 20;

/** The characters of a document that the typeface lacks, at most twenty. */
function lacking({ blocks, footer }: Printed, has: (character: string) => boolean): Lacking[] {
  const found = new Map<string, string>();
  for (const text of textsIn([blocks, footer])) {
    for (const character of text)
      if (isPrinted(character) && !has(character) && found.size < MOST) found.set(character, found.get(character) ?? text);
  }
  return [...found].map(([character, text]) => ({ character, text }));
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
const FOOTER_SIZE = 8;
/** How much larger than wanted type may become where there is room for it, and how much smaller until it fits. */
const SCALES = [1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];

/** Draws a document's pages. Rejects with `does-not-fit` if something is too large for one page, or for its cell, even in small type. */
function drawPages(printed: Printed, pen: Pen): void {
  const { blocks, margin = MARGIN, footer, onePage, paper } = printed;
  const page = pageOf(paper, margin, footer !== undefined);
  if (onePage) {
    newPage(pen);
    fitted(blocks, { pen, width: page.width, scale: 1 }, page.height).draw(page.left, page.top);
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

function newPage({ doc }: Pen): void {
  doc.addPage();
}

function flow(blocks: readonly Block[], page: Page, pen: Pen): void {
  let y = Number.POSITIVE_INFINITY;
  const begin = () => {
    newPage(pen);
    y = page.top;
  };
  const bottom = page.top + page.height + 0.01;
  const place: Place = { pen, width: page.width, scale: 1 };
  for (const group of grouped(blocks)) {
    const [block] = group;
    if (block && fillsPages(block)) {
      if ('cells' in block) drawCells(block, page, pen);
      else drawFolded(block, page, pen);
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
        if (piece.isRoom && y !== Number.POSITIVE_INFINITY) continue;
        begin();
        if (piece.under && piece.under.height + piece.height <= page.height) {
          piece.under.draw(page.left, y);
          y += piece.under.height;
        }
      }
      if (piece.height > page.height) throw doesNotFit();
      if (piece.isRoom && y === page.top) continue;
      piece.draw(page.left, y);
      y += piece.height;
    }
  }
  if (y === Number.POSITIVE_INFINITY && !blocks.some(fillsPages)) begin();
}

function fillsPages(block: Block): block is Folded | Extract<Block, { cells: unknown }> {
  return 'cells' in block || 'inside' in block;
}

/** Blocks that are laid out together: lines to sign on with what stands before them, all others alone. */
function grouped(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const group = [block];
    let before = 'lines' in block ? groups.at(-1) : undefined;
    while (before && !before.some((each) => fillsPages(each) || 'newPage' in each)) {
      group.unshift(...before);
      groups.pop();
      before = before.every((each) => 'space' in each) ? groups.at(-1) : undefined;
    }
    groups.push(group);
  }
  return groups;
}

/** The height of a piece with what has to stand on the same page. A heading keeps two lines of what follows, at about 16 mm. */
function keptHeight(pieces: readonly Piece[], index: number): number {
  let height = 0;
  for (let at = index; at < pieces.length; at += 1) {
    const piece = pieces[at];
    height += piece?.height ?? 0;
    if (!piece?.keeps) return height;
  }
  return height + 16 * MM;
}

function drawCells({ cells, below, columns, rows }: Extract<Block, { cells: unknown }>, page: Page, pen: Pen): void {
  const [width, height] = [page.width / columns, page.height / rows];
  const inner = 4 * MM;
  const place: Place = { pen, width: width - 2 * inner, scale: 1 };
  // laid out once in each size, as it is the same in every cell
  const belows = new Map(SCALES.map((scale) => [scale, stacked(lay(below, { ...place, scale }))]));
  cells.forEach((cell, index) => {
    const at = index % (columns * rows);
    if (at === 0) {
      newPage(pen);
      drawCuts(columns, rows, page, pen);
    }
    const [x, y] = [page.left + (at % columns) * width + inner, page.top + Math.floor(at / columns) * height + inner];
    fitted(cell, place, height - 2 * inner, belows).draw(x, y);
  });
}

/** The room beside a line to fold or cut at. */
const BESIDE = 3 * MM;

function drawFolded({ inside, strips, strip: wide }: Folded, page: Page, pen: Pen): void {
  const strip = page.left + page.width - wide * MM;
  const fold = strip / 2; // the paper's own left edge, then, comes to lie at the strip
  const side = fold - BESIDE - page.left;
  const own = { x: strip + BESIDE, width: wide * MM - BESIDE };
  for (const rows of [2, 1]) {
    const height = page.height / rows;
    const [high, top] = [height - 2 * BESIDE, (row: number) => page.top + row * height + BESIDE];
    const halves = halvesOf(inside, { pen, width: side, scale: 1 }, high);
    const drawn = strips.map((blocks) => stacked(lay(blocks, { pen, width: own.width, scale: 1 })));
    if (!halves || drawn.some((piece) => piece.height > high)) continue;
    for (const [index, piece] of drawn.entries()) {
      const row = index % rows;
      if (row === 0) {
        newPage(pen);
        drawFolds(fold, strip, rows === 2, pen);
      }
      halves[0].draw(page.left, top(row));
      halves[1].draw(fold + BESIDE, top(row));
      piece.draw(own.x, top(row));
    }
    return;
  }
  throw doesNotFit();
}

/** What stands on both sides of a fold, in the largest type in which it fits; undefined if it does not in the size that is wanted. */
function halvesOf(blocks: readonly Block[], place: Place, height: number): readonly [Piece, Piece] | undefined {
  for (const scale of SCALES.filter((each) => each >= 1)) {
    const pieces = lay(blocks, { ...place, scale });
    let [filled, at] = [0, 0];
    for (; at < pieces.length && filled + (pieces[at]?.height ?? 0) <= height; at += 1) filled += pieces[at]?.height ?? 0;
    const halves = [stacked(pieces.slice(0, at)), stacked(pieces.slice(at))] as const;
    if (halves[1].height <= height) return halves;
  }
  return undefined;
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

/** Blocks in a place that has its height, and what stands below them in each size: in the largest type in which they fit. */
function fitted(blocks: readonly Block[], place: Place, height: number, belows?: ReadonlyMap<number, Piece>): Piece {
  for (const scale of SCALES) {
    const below = belows?.get(scale) ?? room(0);
    if (below.height > height) continue;
    const piece = stacked([...lay(blocks, { ...place, scale }), below]);
    if (piece.height <= height) return piece;
  }
  throw doesNotFit();
}

function doesNotFit(): CodedError {
  return new CodedError('does-not-fit', 'Something is too long for its place on the page: shorten titles and details, or print fewer at once.');
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
