/** A community's files: read, checked and written into the rooms that own the records. */

export { exportCommunity } from './exportCommunity.ts';
export { importCommunity } from './importCommunity.ts';
export { type ResidentRow, readResidents } from './readResidents.ts';
export { readStaff } from './readStaff.ts';
