/** The files with which anybody can repeat a count. They are written for the supervisors and checked offline. */
export { drawSlips, FOUND, listHash, slipsText } from './checkSlips.js';
export { AUDIT_FILES, linesOf } from './readFiles.js';
export { verifyAudit } from './verifyAudit.js';
export { writeAudit } from './writeAudit.js';
