/** Why a file is not read; the console has a sentence for each. */
export type Unread =
  | 'empty'
  | 'notText'
  | 'oldExcel'
  | 'notXlsx'
  | 'tooBig'
  | 'tooMany'
  | 'merged'
  | 'formula'
  | 'date'
  | 'error'
  | 'zeros'
  | 'quote'
  | 'shortNumber'
  | 'noColumns';

export interface Refused {
  readonly refused: Unread;
  readonly params?: Readonly<Record<string, string | number>>;
}

/**
 * The rows of a table, an empty one where the file has an empty one: a row's number is the one that Excel shows. `merged`: cells that are one on the page, and
 * the last row that they reach.
 */
export type TableRead = { readonly rows: readonly (readonly string[])[]; readonly merged?: readonly Merged[] } | Refused;

export interface Merged {
  readonly cell: string;
  readonly lastRow: number;
}

/** A cell that a spreadsheet keeps as a date (`readXlsx`). */
export const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `A` to `Z`, then `AA`. */
export function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}
