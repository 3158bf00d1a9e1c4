/** Acts that wait for a second person (docs/contract.md: The console). They change nothing before that person confirms them. */
export { askSecond, dropSeconds, forgetSeconds, lapseSeconds } from './askSecond.js';
export { confirmSecond, refuseSecond } from './decideSecond.js';
export { readSecond, readSeconds, waitingSeconds } from './readSeconds.js';
export { needsSecond, runOf, WAITING_ACTS } from './waitingActs.js';
