/** What keeps the records for years: a copy of everything that is taken without stopping anything, its way back, and another SECRET. */

export { backup } from './backup.ts';
export { doctor, type Finding } from './doctor.ts';
export { restore } from './restore.ts';
export { rotate } from './rotate.ts';
