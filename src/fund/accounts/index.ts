/** The account of a cycle: what was granted, brought, contracted and paid, each entry with its paper, and what is left. Entries only add. */

export { ENTRY_KINDS, type EntryKind, leftOf, type Sums, totalOf } from './account.ts';
export { addEntry, type EntryRefusal, isDay } from './addEntry.ts';
export { openAccount, withAccount } from './openAccount.ts';
export { sumsOf } from './readAccount.ts';
