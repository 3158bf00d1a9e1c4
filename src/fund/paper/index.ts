/**
 * Paper and the hall: slips, the tables at which they are handed in, keying them twice, their way into the ledger; ballots that a helper enters beside their
 * voter, and those that are cast on a hall's tablet.
 */

export { acceptBatch } from './acceptBatch.ts';
export { BATCH_STATES, Batch, type BatchState, isGenuineBatch } from './batch.ts';
export { Assist, castAssisted, castAtKiosk } from './castInPerson.ts';
export {
  compareSlip,
  type DrawnSlip,
  type ReadSlipAudit,
  readSlipAudit,
  SlipList,
  slipAudit,
  slipAuditSoFar,
} from './compareSlips.ts';
export { isDatedBack } from './datedBack.ts';
export { enterAccepted, enterLateJoined, enterRest } from './enterBatch.ts';
export {
  type BatchOpened,
  finishKeying,
  type Keyed,
  type Keying,
  keySlip,
  MOST_IN_BATCH,
  openBatch,
} from './keySlips.ts';
export { forgetPaper, handedInLast, isGenuineMark, Mark, votedOrHandedIn } from './mark.ts';
export { type Handing, handsIn, markSlip, UNDO_MS, undoMark } from './markSlip.ts';
export { openKiosk } from './openKiosk.ts';
export { type OpenTable, openTables, type PaperWaits, type PublicPaper, publicPaper, waitingPaper } from './paperState.ts';
export {
  type ManyAssists,
  type OddSlips,
  type ReadBatch,
  type ReadTable,
  readBatch,
  readBatches,
  readHelpers,
  readManyAssists,
  readMarks,
  readOddSlips,
  readOneTable,
  readTables,
  readTablesToKey,
} from './readPaper.ts';
export { hasSlips, isGenuineSlip, makeSlips, OUTCOMES, type Outcome, printedSerial, Slip, slipBallot } from './slip.ts';
export {
  closeTable,
  dropTablePicture,
  isGenuineTable,
  keepTablePicture,
  openTable,
  readTablePictures,
  Table,
  validateTable,
} from './tables.ts';
export { typedSlip } from './typedSlip.ts';
