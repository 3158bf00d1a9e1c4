/** The account of a cycle: what was granted, brought, contracted and paid, each entry with its paper, and what is left. Entries only add. */
export { Account, AccountEntry, accountSubject, leftOf, openAccount, withAccount, } from './account.js';
export { addEntry, isDay, planEntry } from './addEntry.js';
export { addOwn, changeGrant, closeAccount, correctEntry, detailOf, entryOf } from './changeAccount.js';
export { correctedEntries, entriesBefore, entriesByNumber, entriesOf, firstWithAccount, isEntryKind, openAccounts, publicAccount, readAccount, showsDocument, sumsOf, wrongAccounts, } from './readAccount.js';
