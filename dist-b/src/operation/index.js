/** What keeps the records for years: a copy of everything that is taken without stopping anything, its way back, another SECRET, and a move to another cell. */
export { backup } from './backup.js';
export { doctor } from './doctor.js';
export { move, moveBack } from './move/move.js';
export { restore } from './restore.js';
export { rotate } from './rotate.js';
