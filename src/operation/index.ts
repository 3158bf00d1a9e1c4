/** What keeps the records for years: a copy of everything that is taken without stopping anything, and its way back. */

export { backup } from './backup.ts';
export { doctor, type Finding } from './doctor.ts';
export { restore } from './restore.ts';
