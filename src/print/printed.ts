/** A document to be printed, as data: what makes one says only what stands in it, in the order of reading. Lengths in millimetres, type in points. */
export interface Printed {
  /** For the window of the reader's program, not printed. */
  readonly title: string;
  readonly language: 'zh-CN' | 'en';
  /** The moment that the file bears; with the same moment the same data gives the same bytes. */
  readonly at: Date;
  readonly paper: 'A3' | 'A4' | 'A5';
  readonly margin?: number;
  /** The room from one line to the next, as a multiple of the type's size: 1.45 if absent, what Chinese needs to be read easily. */
  readonly leading?: number;
  readonly blocks: readonly Block[];
  /** Stands below each page, with the page's number. */
  readonly footer?: string;
  /** Everything stands on one page, which it fills: the type becomes larger or smaller until it does. */
  readonly onePage?: true;
}

export type Block =
  | { readonly heading: string; readonly level?: 1 | 2 | 3 }
  | ({ readonly text: string; readonly href?: string | undefined } & TextStyle)
  /** Each item with a dot before it, or with its number. */
  | ({ readonly items: readonly string[]; readonly numbered?: true } & TextStyle)
  | { readonly table: PrintedTable }
  | { readonly qr: string; readonly side: number; readonly align?: Align }
  | Picture
  | Bars
  /** Beside each other, each with its share of the width; it is not broken over two pages. */
  | { readonly beside: readonly { readonly share: number; readonly blocks: readonly Block[] }[]; readonly middle?: true }
  /** In a frame; it is not broken over two pages. */
  | { readonly box: readonly Block[] }
  /** Beside each other, each with a line to write or sign on. */
  | { readonly lines: readonly string[] }
  | { readonly space: number }
  | { readonly rule: true }
  | { readonly newPage: true }
  /**
   * Cells of one size that fill pages, as many as are needed, with marks where to cut. What is too much for a cell is set smaller.
   */
  | { readonly cells: readonly (readonly Block[])[]; readonly columns: number; readonly rows: number }
  | Filled
  | Folded;

/**
 * Parts in columns, from top to bottom, that fill what is left of the page: the first of some ways to say them that takes the fewest pages, in the number
 * of columns, and the type, that are largest; never smaller than wanted. Each further page begins with `head`. Nothing follows it.
 */
export interface Filled {
  readonly filled: readonly (readonly (readonly Block[])[])[];
  readonly columns: readonly number[];
  readonly head: readonly Block[];
}

/**
 * Sheets that are folded once: what is on both sides of the line then lies inside, and a strip along the right edge, so wide, stays outside. `inside` is
 * the same on each, first the left side and then the right: the first of them that fits, on half an A4, on an A4, or on an A3; each of `strips` is a
 * sheet's own. Type is set larger where there is room, and never smaller.
 */
export interface Folded {
  readonly inside: readonly (readonly Block[])[];
  readonly strips: readonly (readonly Block[])[];
  /** What stands below on each strip, from its foot up, as often as there is room for it. */
  readonly more: readonly (readonly Block[])[];
  readonly strip: number;
}

/** A row each: its name, its sums in words, and below them a bar. Its parts lie upon each other, the widest and lightest first, each as its share of `of`. */
export interface Bars {
  readonly bars: readonly {
    readonly name: string;
    readonly said: string;
    readonly parts: readonly number[];
    readonly href?: string;
  }[];
  readonly of: number;
}

/** A JPEG or PNG, at most so high, and as wide as there is room. */
export interface Picture {
  readonly picture: Uint8Array;
  readonly pixels: { readonly width: number; readonly height: number };
  readonly height: number;
  readonly align?: Align;
}

export interface TextStyle {
  readonly size?: number;
  readonly bold?: true;
  readonly grey?: true;
  readonly align?: Align;
  /** It stands in one line, or not at all. */
  readonly whole?: true;
}

export type Align = 'left' | 'center' | 'right';

/** A row is not broken over two pages, and the heads stand on each page. */
export interface PrintedTable {
  readonly columns: readonly {
    /** Without any head there is no row of heads. */
    readonly head?: string;
    readonly share: number;
    readonly align?: Align;
    readonly bold?: true;
    readonly size?: number;
    /** The size of its notes; four fifths of its own if absent. */
    readonly note?: number;
  }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly size?: number;
  /** The least height of a row: to write in. */
  readonly rowHeight?: number;
  /** Lines only below the rows. */
  readonly open?: true;
  /** The room above and below what stands in a row; 1.1 if absent. */
  readonly room?: number;
}

/** `TICK` is an empty box to tick; a `note` stands below its text, smaller; `href`: where it is from, to be followed on a screen. */
export type Cell = string | typeof TICK | { readonly text: string; readonly note?: string | undefined; readonly href?: string | undefined };

export const TICK = { tick: true } as const;

/** A document as PDF, or why it is none: `tooLong` is the text that has no room. */
export type PdfMade = { readonly bytes: Uint8Array } | { readonly lacking: readonly Lacking[] } | { readonly tooLong: string };

/** A character that the typeface lacks, and a text in which it stands. */
export interface Lacking {
  readonly character: string;
  readonly text: string;
}
