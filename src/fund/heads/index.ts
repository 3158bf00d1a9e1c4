/**
 * The log of heads: what all ledgers and logs of this cell end with, day by day, in one tree that only grows, signed here and cosigned by witnesses
 * (docs/contract.md: Witnesses). The tree itself is in `src/transparency`.
 */

export { type Held, headsLog, heldNow, hold, knownKey, type LogSettings, type Mark, recoverLog, resumeLog, type TreeHead } from './log.ts';
export { headProofs, publishedCheckpoint, readWatching, tileAt, type Watching } from './readLog.ts';
