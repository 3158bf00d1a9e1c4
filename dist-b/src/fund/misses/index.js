/** What residents wrote and was not understood: kept without a sender for thirty days, to learn from. */
export { forgetMisses, keepMisses, MISSES_DAYS, readMisses, withoutNumbers } from './miss.js';
