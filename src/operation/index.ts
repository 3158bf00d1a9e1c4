/** What keeps the records for years: a copy of everything that is taken without stopping anything, and its way back. */

export { type Backup, backup } from './backup.ts';
export { doctor, type Finding } from './doctor.ts';
export { type Restored, restore } from './restore.ts';
