import { type QRCode, create as qrCode } from 'qrcode';
import type { Align, Bars, Block, Picture, PrintedTable, TextStyle } from '../printed.ts';
import { layItems, layText, SIZE } from './layText.ts';
import { MM } from './pen.ts';
import { named, type Piece, type Place, room, shift, stacked } from './piece.ts';

/** The room around a table with lines, in points. */
const AROUND = 1.2 * MM;
const HEADINGS = { 1: 20, 2: 14, 3: 11.5 } as const;

/** Lays blocks out: what becomes of each, in its order. Lines to sign on keep what stands before them on their page. */
export function lay(blocks: readonly Block[], place: Place): Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks) {
    if ('lines' in block) keepLast(pieces);
    pieces.push(...layBlock(block, place));
  }
  return pieces;
}

/** Keeps the last piece, and the room below it, with what follows. */
function keepLast(pieces: Piece[]): void {
  for (let at = pieces.length - 1; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (!piece || piece.endsPage) return;
    pieces[at] = { ...piece, keeps: true };
    if (!piece.isRoom) return;
  }
}

function layBlock(block: Block, place: Place): Piece[] {
  const { pen, scale } = place;
  if ('heading' in block) {
    const size = HEADINGS[block.level ?? 1];
    const lines = layText(block.heading, { size, bold: true }, place);
    const marked = lines.map((line, index): Piece => ({ ...line, keeps: true, ...(index === 0 && { bookmark: block.heading }) }));
    return [room(size * 0.4 * scale), ...marked, { ...room(size * 0.25 * scale), keeps: true }];
  }
  if ('text' in block) return linked(layText(block.text, block, place), block.href, place);
  if ('items' in block) return layItems(block, place);
  if ('table' in block)
    return block.table.open
      ? layTable(block.table, place)
      : [{ ...room(AROUND * scale), keeps: true }, ...layTable(block.table, place), room(AROUND * scale)];
  if ('qr' in block) return [qrPiece(block.qr, block.side * MM * scale, block.align, place)];
  if ('picture' in block) return [picturePiece(block, place)];
  if ('bars' in block) return block.bars.flatMap((row) => [barPiece(row, block.of, place), room(1.6 * MM * scale)]);
  if ('beside' in block) {
    const total = block.beside.reduce((sum, { share }) => sum + share, 0);
    const gap = 4 * MM * scale;
    const free = place.width - gap * (block.beside.length - 1);
    const parts = block.beside.map(({ share, blocks }) => {
      const width = (free * share) / total;
      return { width, piece: stacked(lay(blocks, { ...place, width })) };
    });
    return [besidePiece(parts, gap, block.middle === true)];
  }
  if ('box' in block) {
    const inner = 3 * MM * scale;
    const held = stacked(lay(block.box, { ...place, width: place.width - 2 * inner }));
    const height = held.height + 2 * inner;
    const draw = (x: number, y: number) => {
      pen.doc.lineWidth(0.8).rect(x, y, place.width, height).stroke('black');
      held.draw(x + inner, y + inner);
    };
    return [{ height, draw }];
  }
  if ('lines' in block) return [signLines(block.lines, place)];
  if ('space' in block) return [room(block.space * MM * scale)];
  if ('rule' in block) {
    const draw = (x: number, y: number) =>
      void pen.doc
        .lineWidth(0.6)
        .moveTo(x, y)
        .lineTo(x + place.width, y)
        .stroke('black');
    return [room(1.2 * MM * scale), { height: 0.6, draw }, room(1.2 * MM * scale)];
  }
  if ('newPage' in block) return [{ ...room(0), endsPage: true }];
  throw new TypeError('Cells, folded sheets and parts that fill pages stand in no other block.');
}

/** Lines that lead to an address where one reads them on a screen. */
function linked(lines: readonly Piece[], href: string | undefined, { pen, width }: Place): Piece[] {
  if (href === undefined) return [...lines];
  return lines.map((line) => ({
    ...line,
    draw: (x, y) => {
      line.draw(x, y);
      pen.doc.link(x, y, width, line.height, href);
    },
  }));
}

/** A code as squares: it stays sharp at any size. Around it stay four squares of white, as readers need. */
function qrPiece(content: string, side: number, align: Align = 'left', { pen, width }: Place): Piece {
  const QUIET = 4;
  const draw = (left: number, top: number) => {
    const { size, data } = sturdiest(content);
    const square = side / (size + 2 * QUIET);
    const [x, y] = [left + shift(align, width - side) + QUIET * square, top + QUIET * square];
    pen.doc.fillColor('black');
    for (let row = 0; row < size; row += 1) {
      for (let from = 0; from < size; from += 1) {
        let to = from;
        while (to < size && data[row * size + to]) to += 1;
        if (to > from) pen.doc.rect(x + from * square, y + row * square, (to - from) * square, square);
        from = to;
      }
    }
    pen.doc.fill();
  };
  return { height: side, draw };
}

/** The squares of a code that bears as much dirt as it can without more of them. */
function sturdiest(content: string): QRCode['modules'] {
  const [least, ...more] = (['M', 'Q', 'H'] as const).map((errorCorrectionLevel) => qrCode(content, { errorCorrectionLevel }).modules);
  if (!least) throw new TypeError('There is at least one level.');
  return more.findLast(({ size }) => size === least.size) ?? least;
}

function picturePiece({ picture, pixels, height, align = 'left' }: Picture, { pen, width, scale }: Place): Piece {
  const factor = Math.min((height * MM * scale) / pixels.height, width / pixels.width);
  const [wide, high] = [pixels.width * factor, pixels.height * factor];
  const bytes = Buffer.from(picture);
  return { height: high, draw: (x, y) => void pen.doc.image(bytes, x + shift(align, width - wide), y, { width: wide, height: high }) };
}

/** Grey enough apart to be told apart on any printer: what was given, what of it is contracted, what of that is paid. */
const SHADES = ['#cccccc', '#888888', '#222222'] as const;

function barPiece({ name, said, parts, href }: Bars['bars'][number], whole: number, place: Place): Piece {
  const { pen, width, scale } = place;
  const isShort = pen.width(name, SIZE * scale, 'bold') + pen.width(said, SIZE * scale, 'regular') + 4 * MM * scale < width;
  const [title, sums] = [linked(layText(name, { bold: true }, place), href, place), layText(said, { align: isShort ? 'right' : 'left' }, place)];
  const words = isShort
    ? besidePiece(
        [title, sums].map((lines) => ({ width: 0, piece: stacked(lines) })),
        0,
        false,
      )
    : stacked([...title, ...sums]);
  const [gap, high] = [0.6 * MM * scale, 2.8 * MM * scale];
  const draw = (x: number, y: number) => {
    words.draw(x, y);
    const top = y + words.height + gap;
    for (const [index, part] of parts.entries()) {
      const shade = parts.length === 1 ? SHADES[1] : (SHADES[index] ?? SHADES[0]);
      pen.doc.rect(x, top, width * Math.min(1, Math.max(0, part / Math.max(1, whole))), high).fill(shade);
    }
    pen.doc.lineWidth(0.4).rect(x, top, width, high).stroke('#555555');
  };
  return { height: words.height + gap + high, draw };
}

function signLines(labels: readonly string[], { pen, width, scale }: Place): Piece {
  const size = SIZE * scale;
  const each = width / labels.length;
  const height = 11 * MM * scale;
  const draw = (x: number, y: number) => {
    labels.forEach((label, index) => {
      const left = x + each * index;
      const base = y + height - pen.leading(size);
      pen.write(label, left, base, { size, weight: 'regular' });
      const from = left + pen.width(label, size, 'regular') + 2 * MM;
      const line = base + pen.leading(size) * 0.85;
      pen.doc
        .lineWidth(0.6)
        .moveTo(from, line)
        .lineTo(left + each - 4 * MM, line)
        .stroke('black');
    });
  };
  return { height, draw };
}

function besidePiece(parts: readonly { width: number; piece: Piece }[], gap: number, middle: boolean): Piece {
  const height = Math.max(...parts.map(({ piece }) => piece.height));
  const draw = (x: number, y: number) => {
    let left = x;
    for (const { width, piece } of parts) {
      piece.draw(left, middle ? y + (height - piece.height) / 2 : y);
      left += width + gap;
    }
  };
  return { height, draw, ...named(parts.map(({ piece }) => piece)) };
}

/** How large a note is, as a multiple of the text above it. */
const NOTE = 0.8;

/** The rows of a table, each a piece under the heads. */
function layTable({ columns, rows, size = SIZE, rowHeight = 0, open, room: free = 1.1 }: PrintedTable, place: Place): Piece[] {
  const { pen, scale } = place;
  const total = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (place.width * share) / total);
  const [side, above] = [(open ? 0.8 : 1.8) * MM * scale, free * MM * scale];

  const rowOf = (cells: PrintedTable['rows'][number], isHead: boolean): Piece => {
    const held = columns.map((column, index): Piece => {
      const width = (widths[index] ?? 0) - 2 * side;
      const cell = cells[index] ?? '';
      const align = column.align ?? 'left';
      if (typeof cell !== 'string' && 'tick' in cell) return tickPiece((column.size ?? size) * scale, width, align, place);
      const { text, note = '', href } = typeof cell === 'string' ? { text: cell, href: undefined } : cell;
      const isBold = isHead || column.bold || note !== '';
      const own = isHead ? size : (column.size ?? size);
      const style: TextStyle = { size: own, align, ...(isBold && { bold: true }) };
      const lines = linked(layText(text, style, { ...place, width }), href, { ...place, width });
      return stacked(note === '' ? lines : [...lines, ...layText(note, { size: column.note ?? own * NOTE, align }, { ...place, width })]);
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
    return { height, draw, ...named(held) };
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
