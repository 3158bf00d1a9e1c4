/** Ballots from the opening of the vote to the result: casting, the chained ledger, its seal, the count and the published files. */
export { ballotOf, itemsOf } from './cast/ballotOf.js';
export { cast, castBallot } from './cast/cast.js';
export { castAtKiosk } from './cast/castAtKiosk.js';
export { openBallot } from './cast/openBallot.js';
export { ballotByKey, checkReceipt, myPicks, votedAmong } from './cast/ownBallot.js';
export { refusePicks } from './cast/refusePicks.js';
export { voidBallot } from './cast/voidBallot.js';
export { lastBallots } from './ledger/chain.js';
export { checkLedger, countLedger, resultsOf } from './ledger/count.js';
export { cycleKeys, decryptSecret, Entry, hasBallots, ledgerHeads, placesOf, receiptByCode, voidedIn } from './ledger/entry.js';
export { finishedHead, ledgerOf } from './ledger/ledgerOf.js';
export { publishedFiles } from './ledger/publishedFiles.js';
export { results, turnout } from './ledger/results.js';
export { sealDue } from './ledger/sealDue.js';
export { ledgerBatches } from './ledger/writeEntries.js';
export { keepTurnoutShares, turnoutShares } from './turnout/turnoutShares.js';
export { renewVoterCounts, voterCounts } from './turnout/voterCounts.js';
