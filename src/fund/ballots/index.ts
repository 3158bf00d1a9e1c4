/** Ballots from the opening of the vote to the result: casting, the chained ledger, its seal, the count and the published files. */

export { type Cast, cast, castBallot } from './cast/cast.ts';
export { ballotOf, itemsOf, type OpenBallot, type Opened, openBallot } from './cast/openBallot.ts';
export { ballotByKey, type CheckedReceipt, checkReceipt, type MyPicks, myPicks, votedAmong } from './cast/ownBallot.ts';
export { type Voided, voidBallot } from './cast/voidBallot.ts';
export { checkLedger, countLedger, resultsOf } from './ledger/count.ts';
export { cutLedgers } from './ledger/cutLedgers.ts';
export { cycleKeys, decryptSecret, Entry, type EntryRecord, placesOf } from './ledger/entry.ts';
export { eveningHead, ledgerHead } from './ledger/eveningHead.ts';
export { ledgerRoom } from './ledger/knownLedgers.ts';
export { ledgerBatches } from './ledger/ledger.ts';
export { hasBallots, ledgerHeads, ledgerOf, receiptByCode, voidedIn } from './ledger/ledgerOf.ts';
export { type CastRefusal, type LedgerRow, lastBallots, type PicksRefusal, refusePicks } from './ledger/ledgerRules.ts';
export {
  markOfFile,
  markOfPart,
  PublishedFile,
  type PublishedFileRecord,
  type PublishedFiles,
  type PublishedName,
  PublishedPart,
  publishedFiles,
} from './ledger/publishedFiles.ts';
export { type Results, renewVoterCounts, results, turnout, voterCounts } from './ledger/results.ts';
export { sealDue, sealsOverdue } from './ledger/sealDue.ts';
export { moveCycle, passedOver } from './moveCycle.ts';
export { inTens, LEAST } from './turnout/inTens.ts';
export { type DaysShare, keepTurnoutShares, type Share, type TurnoutShares, turnoutShares } from './turnout/turnoutShares.ts';
export { turnoutStep } from './turnout/turnoutStep.ts';
