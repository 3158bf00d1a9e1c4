/** The files with which anybody redoes a count, written for the supervisors and checked offline. */

export { AUDIT_FILES, type AuditFile, type AuditFiles, linesOf } from './readFiles.ts';
export { type Verified, verifyAudit } from './verifyAudit.ts';
export { writeAudit } from './writeAudit.ts';
