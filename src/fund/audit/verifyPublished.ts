import type { Results } from '../ledger/results.ts';
import type { Sha256 } from '../ledger/sha256.ts';
import type { AuditFile, AuditFiles } from './auditFiles.ts';
import { checkBallots } from './checkBallots.ts';
import { checkClaims } from './checkClaims.ts';
import { checkLedger } from './checkLedger.ts';
import { checkResults } from './checkResults.ts';
import { claimed } from './claimed.ts';
import { readBallot } from './readBallot.ts';
import { readResults } from './readResults.ts';
import { recounted } from './recounted.ts';
import { required } from './required.ts';
import { Wrong } from './wrong.ts';

/** What a check of the published files found: how much was recomputed, or the first thing that is wrong. */
export type Published =
  | {
      readonly ok: true;
      /** The seal with them. */
      readonly entries: number;
      /** Ballots recounted; none where the community shows them to its supervisors only. */
      readonly ballots?: number;
      readonly results: Results;
    }
  | { readonly ok: false; readonly file: AuditFile; readonly line: number; readonly what: string };

/**
 * Redoes what everybody can from what the API publishes (contract §6), by the parts of which `verifyAudit` is made: the chain from the
 * frozen ballot to the seal, that the ballots are ballots, tallies, winners, what is spent. `results.json` is `resultsText` of the API's.
 * Without `ballots.ndjson` the tallies are believed and only what follows from them is recomputed. Pure: it runs in a browser.
 */
export function verifyPublished(files: AuditFiles, sha256: Sha256, onEntry?: () => void): Published {
  try {
    const text = required(files, 'ballot.json');
    const ballot = readBallot(text);
    const rows = checkLedger(sha256, ballot.cycle, text, required(files, 'ledger.ndjson'), onEntry);
    const cast = files['ballots.ndjson'] === undefined ? undefined : checkBallots(ballot, files['ballots.ndjson']);
    const told = required(files, 'results.json');
    const results = readResults(told);
    if (!cast) checkClaims(ballot, rows, results, told);
    checkResults(ballot, rows.at(-1)?.hash ?? '', cast ? recounted(ballot, cast) : claimed(ballot, results), results, told);
    return { ok: true, entries: rows.length, ...(cast && { ballots: cast.length }), results };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, file: error.file, line: error.line, what: error.message };
    throw error;
  }
}
