/** What residents wrote and was not understood: kept without a sender for thirty days, to learn from; and what somebody at the desk said was meant, for a year. */

export { missesFor, OWN, readMeant, type ShownMiss, sayMeant, UNCLEAR, waitingMisses, withoutNames } from './meant.ts';
export { forgetMisses, keepMisses, MISSES_DAYS, type Missed, readMisses, withoutNumbers } from './miss.ts';
