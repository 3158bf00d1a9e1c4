import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import type { Sha256 } from '../ledger/sha256.ts';
import { cycleElection } from '../pabulib/cycleElection.ts';
import { writePabulib } from '../pabulib/writePabulib.ts';
import type { AuditFile, AuditFiles } from './auditFiles.ts';
import { checkBallots } from './checkBallots.ts';
import { checkClaims } from './checkClaims.ts';
import { checkCounted } from './checkCounted.ts';
import { checkLedger } from './checkLedger.ts';
import { checkOpenings } from './checkOpenings.ts';
import { checkPabulib } from './checkPabulib.ts';
import { checkResults } from './checkResults.ts';
import { claimed } from './claimed.ts';
import { readBallot } from './readBallot.ts';
import { readResults } from './readResults.ts';
import { recounted } from './recounted.ts';
import { required } from './required.ts';
import { settingIn } from './settingIn.ts';
import { votesOf } from './votesOf.ts';
import { Wrong } from './wrong.ts';

/** What a verification found: how much was recomputed, or the first thing that is wrong. */
export type Verified =
  | {
      readonly ok: true;
      readonly cycle: string;
      readonly entries: number;
      /** Ballots recounted; none where the community shows them to its supervisors only. */
      readonly ballots?: number;
      /** Whether every commitment was opened. */
      readonly opened: boolean;
      /** The seal's hash. */
      readonly head: string;
    }
  | { readonly ok: false; readonly file: AuditFile; readonly line: number; readonly what: string };

export interface VerifyOptions {
  /** An entry that somebody wrote down earlier: it must be in the chain. */
  readonly entry?: { readonly seq: number; readonly hash: string };
  /** Called for each entry of the chain that holds. */
  readonly onEntry?: () => void;
}

/**
 * Redoes a whole audit from its files alone (contract §1, `verify`): the chain from the frozen ballot to the seal, the openings if they
 * are there, last-ballot-counts, that the ballots and `cycle.pb` are what they say, tallies and winners.
 * Pure, and runs in a browser: SHA-256 is passed in.
 */
export function verifyAudit(files: AuditFiles, sha256: Sha256, options: VerifyOptions = {}): Verified {
  try {
    return verified(files, sha256, options);
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, file: error.file, line: error.line, what: error.message };
    throw error;
  }
}

function verified(files: AuditFiles, sha256: Sha256, { entry, onEntry }: VerifyOptions): Verified {
  const text = required(files, 'ballot.json');
  const ballot = readBallot(text);
  const rows = checkLedger(sha256, ballot.cycle, text, required(files, 'ledger.ndjson'), onEntry);
  const head = rows.at(-1)?.hash ?? '';
  if (entry && rows[entry.seq - 1]?.hash !== entry.hash) throw new Wrong('ledger.ndjson', entry.seq, 'is not the entry that was given with --head');
  const openings = files['openings.ndjson'];
  const counted = openings === undefined ? undefined : checkOpenings(sha256, ballot, rows, openings);
  const published = counted || files['ballots.ndjson'] !== undefined ? checkBallots(ballot, required(files, 'ballots.ndjson')) : undefined;
  const results = required(files, 'results.json');
  const given = readResults(results);
  if (published) {
    const witness = votesOf(files['cycle.pb']);
    if (counted) checkCounted(counted, published, witness);
    else blameBallots(ballot, published, witness, given);
  }
  if (!published) checkClaims(ballot, rows, given, results);
  checkResults(ballot, head, published ? recounted(ballot, published) : claimed(ballot, given), given, results);
  if (published) {
    const pabulib = required(files, 'cycle.pb');
    checkPabulib(writePabulib(cycleElection(ballot, settingIn(pabulib, rows), published, given)), pabulib);
  } else if (files['cycle.pb'] !== undefined) throw new Wrong('cycle.pb', 1, 'is here, but ballots.ndjson is not');
  return { ok: true, cycle: ballot.cycle, entries: rows.length, ballots: published?.length, opened: counted !== undefined, head };
}

/** Without the openings, results and `cycle.pb` together speak against the published ballots. Throws `Wrong` at the ballot that differs. */
function blameBallots(ballot: FrozenBallot, published: readonly number[][], witness: readonly number[][] | undefined, { tallies }: Results): void {
  if (!witness) return;
  const agrees = (ballots: readonly number[][]) => JSON.stringify(votesFor(ballot, ballots)) === JSON.stringify(tallies);
  if (agrees(published) || !agrees(witness)) return;
  const changed = published.findIndex((picks, index) => `${picks}` !== `${witness[index]}`);
  throw new Wrong('ballots.ndjson', (changed < 0 ? published.length : changed) + 1, 'is neither what cycle.pb says nor what the results count');
}

function votesFor({ projects }: FrozenBallot, ballots: readonly number[][]): Results['tallies'] {
  const votes = new Map(projects.map(({ number }) => [number, 0]));
  for (const picks of ballots) for (const pick of new Set(picks)) votes.set(pick, (votes.get(pick) ?? 0) + 1);
  return projects.map(({ number }) => ({ number, votes: votes.get(number) ?? 0 }));
}
