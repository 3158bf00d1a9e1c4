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

/** The rows of a table, an empty one where the file has an empty one: a row's number is the one that Excel shows. */
export type TableRead = { readonly rows: readonly (readonly string[])[] } | Refused;
