/**
 * The account of a cycle: what there is to grant, what was granted, brought, contracted and paid, each entry with its paper, and what is left. Entries
 * only add. The acts that enter something lie in the room `works`, whose works they are about.
 */

export {
  Account,
  AccountEntry,
  type AccountEntryRecord,
  accountSubject,
  completeAccounts,
  ENTRY_KINDS,
  type EntryKind,
  leftOf,
  onAccount,
  openAccount,
  type Sums,
  sumsIn,
  type WorkSums,
  withAccount,
} from './account.ts';
export {
  addEntry,
  detailOf,
  ENTRY_REFUSALS,
  type EntryGiven,
  type EntryRefusal,
  type EntryWritten,
  entryKey,
  entryOf,
  entryUnder,
  LONGEST_PAPER,
  planEntry,
} from './addEntry.ts';
export { closeAccount } from './closeAccount.ts';
export {
  type AccountRead,
  correctedEntry,
  enteredAlone,
  entriesBefore,
  entriesByNumber,
  entriesOf,
  entriesOfDays,
  findEntry,
  firstWithAccount,
  isEntryKind,
  openAccounts,
  paidOn,
  publicAccount,
  readAccount,
  showsDocument,
  sumsOf,
  wrongAccounts,
} from './readAccount.ts';
