/** A community's files: read, checked and written into the rooms that own the records. */

export {
  type BallotChange,
  ballotMistakes,
  type CyclePlan,
  type DatesPlan,
  type ProjectGiven,
  planCycle,
  setBallot,
  tryBallot,
} from './changeCycle.ts';
export { IMPORTING } from './changedHere.ts';
export { EXPORTING, exportCommunity } from './exportCommunity.ts';
export { importAccount, readAccountFile } from './importAccount.ts';
export { type Imported, importCommunity } from './importCommunity.ts';
export { type Doors, importRoster, MOST_ROWS, previewRoster, type RosterPreview, uploadRoster } from './importResidents.ts';
export { importResidents } from './importRows.ts';
export { LEAVING, leaveCell, SETTLING, settleInCell } from './moveCommunity.ts';
export { type BallotRead, readBallot } from './readBallot.ts';
export { type ResidentRow, readResidents } from './readResidents.ts';
export { readStaff } from './readStaff.ts';
export { forgetUploads } from './upload.ts';
export { zipped } from './zipped.ts';
