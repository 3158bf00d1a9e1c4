/** The account of a cycle: what was granted, brought, contracted and paid, each entry with its paper, and what is left. Entries only add. */

export {
  Account,
  AccountEntry,
  type AccountEntryRecord,
  accountSubject,
  addEntry,
  type EntryRefusal,
  isDay,
  leftOf,
  openAccount,
  planEntry,
  type Sums,
  type WorkSums,
  withAccount,
} from './account.ts';
export { addOwn, changeGrant, closeAccount, correctEntry, detailOf, entryOf } from './changeAccount.ts';
export {
  type AccountRead,
  correctedEntries,
  entriesBefore,
  entriesByNumber,
  entriesOf,
  firstWithAccount,
  isEntryKind,
  openAccounts,
  publicAccount,
  readAccount,
  showsDocument,
  sumsOf,
  wrongAccounts,
} from './readAccount.ts';
