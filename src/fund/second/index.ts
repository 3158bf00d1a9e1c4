/** Acts that wait for a second person (docs/contract.md: The console). They change nothing before that person confirms them. */

export { askSecond, dropSeconds, forgetSeconds, lapseSeconds, type Waiting } from './askSecond.ts';
export { type Confirmation, confirmSecond, refuseSecond } from './decideSecond.ts';
export { type ListedSecond, readSecond, readSeconds, waitingSeconds } from './readSeconds.ts';
export { needsSecond, type Runs, runOf, WAITING_ACTS } from './waitingActs.ts';
