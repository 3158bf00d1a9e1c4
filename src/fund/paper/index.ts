/**
 * Paper and the hall: slips, the tables at which they are handed in, keying them twice, their way into the ledger; ballots that a helper enters beside their
 * voter, and those that are cast on a hall's tablet.
 */

export { acceptBatch } from './acceptBatch.ts';
export { BATCH_STATES, Batch, type BatchState, isGenuineBatch } from './batch.ts';
export { Assist, type Assisted, type AssistedBallot, castAssisted, castAtKiosk, type TellReceipt } from './castInPerson.ts';
export {
  type Compared,
  type Comparing,
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
export { type Handing, type Marked, type Marking, markSlip, UNDO_MS, type Undone, undoMark } from './markSlip.ts';
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
} from './readPaper.ts';
export { hasSlips, isGenuineSlip, MOST_SLIPS, newSlips, OUTCOMES, type Outcome, printedSerial, Slip, type SlipsMade, slipBallot } from './slip.ts';
export {
  closeTable,
  dropTablePicture,
  isGenuineTable,
  keepTablePicture,
  openTable,
  readTablePictures,
  Table,
  type TableClosed,
  type TableOpened,
  type TableValidated,
  validateTable,
} from './tables.ts';
