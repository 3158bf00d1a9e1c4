/** A community's files: read, checked and written into the rooms that own the records. */
export { exportCommunity } from './exportCommunity.js';
export { importAccount } from './importAccount.js';
export { importCommunity } from './importCommunity.js';
export { importRoster, MOST_ROWS, previewRoster, uploadRoster } from './importResidents.js';
export { leaveCell, settleInCell } from './moveCommunity.js';
export { planCycle } from './planCycle.js';
export { readResidents } from './readResidents.js';
export { readStaff } from './readStaff.js';
export { ballotMark, setBallot, tryBallot } from './setBallot.js';
export { forgetUploads } from './upload.js';
