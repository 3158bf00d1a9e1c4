/**
 * The log: one entry for each act of staff and each command, chained by hashes, one chain a community (docs/contract.md: The log). Whoever changes
 * something for a community does it inside `withLog`.
 */

export type { Detail } from './chain.ts';
export { dropDetails, isGenuineEntry, LogEntry, type LogEntryRecord, logHeads, namedBeside, openingOf, SERVICE_NAME } from './logEntry.ts';
export {
  type ActDone,
  actCounts,
  actsPage,
  actsSince,
  checkLogOf,
  type LogWanted,
  lastSeq,
  logHashBefore,
  logHead,
  logPage,
  type OpenedLogRow,
  readLog,
  timesDone,
} from './readLog.ts';
export { type Acting, type Confirmed, type WriteLog, withLog } from './withLog.ts';
