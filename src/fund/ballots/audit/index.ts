/** The files with which anybody can repeat a count. They are written for the supervisors and checked offline. */

export { type HeadProofs, type Included, proofSchema, proofText } from './checkProof.ts';
export { drawSlips, FOUND, type Found, listHash, type SlipAudit, type SlipDraw, slipsSchema, slipsText } from './checkSlips.ts';
export { AUDIT_FILES, type AuditFile, type AuditFiles, ballotSchema, linesOf, resultsSchema } from './readFiles.ts';
export { type Verified, type VerifyOptions, verifyAudit } from './verifyAudit.ts';
export { ledgerLine } from './verifyPublished.ts';
export { writeAudit } from './writeAudit.ts';
