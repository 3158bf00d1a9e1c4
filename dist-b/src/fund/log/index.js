/**
 * The log: one entry for each act of staff and each command, chained by hashes, one chain a community (docs/contract.md: The log). Whoever changes
 * something for a community does it inside `withLog`.
 */
export { dropDetails, logHeads } from './logEntry.js';
export { actsPage, actsSince, checkLogOf, lastSeq, logHead, logPage, readLog } from './readLog.js';
export { withLog } from './withLog.js';
