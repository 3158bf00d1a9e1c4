/** The files with which anybody can repeat a count. They are written for the supervisors and checked offline. */

export { type HeadProofs, type Included, proofText } from './checkProof.ts';
export { drawSlips, FOUND, type Found, listHash, type SlipAudit, type SlipDraw, slipsText } from './checkSlips.ts';
export { AUDIT_FILES, type AuditFile, type AuditFiles, linesOf } from './readFiles.ts';
export { type Verified, type VerifyOptions, verifyAudit } from './verifyAudit.ts';
export { writeAudit } from './writeAudit.ts';
