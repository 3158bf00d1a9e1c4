/** A community's files: read, checked and written into the rooms that own the records. */

export { exportCommunity } from './exportCommunity.ts';
export { type AccountImported, importAccount } from './importAccount.ts';
export { importCommunity } from './importCommunity.ts';
export { importRoster, MOST_ROWS, previewRoster, type RosterPreview, uploadRoster } from './importResidents.ts';
export { leaveCell, settleInCell } from './moveCommunity.ts';
export { type CyclePlan, type Planned, planCycle } from './planCycle.ts';
export { type ResidentRow, readResidents } from './readResidents.ts';
export { readStaff } from './readStaff.ts';
export { type BallotChange, type BallotSet, ballotMark, type ProjectGiven, setBallot, tryBallot } from './setBallot.ts';
export { forgetUploads } from './upload.ts';
