import type { Align } from '../printed.ts';
import type { Pen } from './pen.ts';

/** A piece of a page that is not broken over two: lengths in points. */
export interface Piece {
  readonly height: number;
  /** What it says, to name it where it has no room. */
  readonly text?: string;
  /** `y` is its upper edge. */
  draw(x: number, y: number): void;
  /** The page that it begins also holds what follows. */
  readonly keeps?: true;
  /** Heads of a table, which stand again on the next page as long as pieces follow that have them. */
  readonly under?: Piece;
  /** What the list of contents beside the pages names it. */
  readonly bookmark?: string;
  /** Nothing but room: left out where a page begins. */
  readonly isRoom?: true;
  readonly endsPage?: true;
}

/** Where blocks are laid out. */
export interface Place {
  readonly pen: Pen;
  readonly width: number;
  /** Type and room are so many times as large as they were wanted. */
  readonly scale: number;
}

/** Pieces that stay together. */
export function stacked(pieces: readonly Piece[]): Piece {
  const height = pieces.reduce((sum, piece) => sum + piece.height, 0);
  const draw = (x: number, y: number) => {
    let top = y;
    for (const piece of pieces) {
      piece.draw(x, top);
      top += piece.height;
    }
  };
  return { height, draw, ...named(pieces) };
}

/** What a piece that holds others is called: by the longest text in them, which is what has no room, and by the first heading. */
export function named(pieces: readonly Piece[]): Pick<Piece, 'text' | 'bookmark'> {
  const [longest] = pieces.flatMap(({ text }) => text ?? []).toSorted((one, other) => other.length - one.length);
  const bookmark = pieces.find((piece) => piece.bookmark !== undefined)?.bookmark;
  return { ...(longest !== undefined && { text: longest }), ...(bookmark !== undefined && { bookmark }) };
}

export function room(height: number): Piece {
  return { height, draw: () => undefined, isRoom: true };
}

export function shift(align: Align, free: number): number {
  return align === 'left' ? 0 : align === 'right' ? free : free / 2;
}
