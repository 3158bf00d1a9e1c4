import type { EntryRecord } from '../records/entry.ts';

/** An entry as everybody sees it, one JSON object a line (contract §5). */
export type LedgerRow = { readonly seq: number; readonly cycle: string; readonly at: string } & (
  | { readonly commitment: string }
  | { readonly sealed: true }
) & {
    readonly previous: string;
    readonly hash: string;
  };

/** What is public of an entry, in the order of the contract's keys. */
export function ledgerRow({ _id: { seq, cycle }, at, commitment, previous, hash }: EntryRecord): LedgerRow {
  return commitment === undefined ? { seq, cycle, at, sealed: true, previous, hash } : { seq, cycle, at, commitment, previous, hash };
}
