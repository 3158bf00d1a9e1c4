/**
 * Paper and the hall: slips, the tables at which they are handed in, keying them twice, their way into the ledger; ballots that a helper enters beside their
 * voter.
 */
export { acceptBatch } from './acceptBatch.js';
export { BATCH_STATES } from './batch.js';
export { castAssisted } from './castAssisted.js';
export { compareSlip, readSlipAudit, slipAudit, } from './compareSlips.js';
export { enterAccepted, enterLateJoined, enterRest } from './enterBatch.js';
export { forgetPaper, handedInLast, votedOrHandedIn } from './handedIn.js';
export { finishKeying, keySlip, MOST_IN_BATCH, openBatch, } from './keySlips.js';
export { markSlip, UNDO_MS, undoMark } from './markSlip.js';
export { hasSlips, MOST_SLIPS, newSlips, printedSerial, slipBallot } from './newSlips.js';
export { readOddSlips } from './oddSlips.js';
export { publicPaper, readBatch, readBatches, readHelpers, readManyAssists, readMarks, readTables, waitingPaper, } from './readPaper.js';
export { OUTCOMES } from './slip.js';
export { closeTable, dropTablePicture, keepTablePicture, openTable, readTablePictures, validateTable, } from './tables.js';
