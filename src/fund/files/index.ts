/** A community's files: read, checked and written into the rooms that own the records. */

export { importCommunity } from './importCommunity.ts';
export { type ResidentRow, readResidents } from './readResidents.ts';
