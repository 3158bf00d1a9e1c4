/** What keeps the records for years: a copy of everything that is taken without stopping anything, its way back, another SECRET, and a move to another cell. */

export { backup } from './backup.ts';
export { asMetrics, doctor } from './doctor/doctor.ts';
export type { Finding } from './doctor/finding.ts';
export { follow } from './follow.ts';
export { move, moveBack } from './move/move.ts';
export { restore } from './restore.ts';
export { rotate } from './rotate.ts';
