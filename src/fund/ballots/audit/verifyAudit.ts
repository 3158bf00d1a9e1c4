import * as z from 'zod';
import type { Sha256 } from '../../../store/vault.ts';
import type { ToCheck, VerifierKey } from '../../../transparency/noteText.ts';
import type { Hash } from '../../../transparency/tree.ts';
import type { FrozenBallot } from '../../cycles/index.ts';
import { commitment, type LedgerRow, lastBallots, refusePicks } from '../ledger/ledgerRules.ts';
import type { Results } from '../ledger/results.ts';
import { writePabulib } from '../pabulib/election.ts';
import { readPabulib } from '../pabulib/readPabulib.ts';
import { checkLog, type EntryNoted, headsLogged, type LogChecked, logHashes, slipsLogged } from './checkLog.ts';
import { checkKept, checkProof, type ProofChecked } from './checkProof.ts';
import { checkSlips, type SlipsChecked } from './checkSlips.ts';
import { cycleElection, type Setting } from './cycleElection.ts';
import { AuditError, type AuditFile, type AuditFiles, lineOfKey, linesOf, readBallot, readJson, readResults } from './readFiles.ts';
import { checkBallots, checkClaims, checkLedger, checkResults, claimed, recounted, required } from './verifyPublished.ts';

/** The result of a verification: how much was recomputed, or the first thing that is wrong. */
export type Verified =
  | {
      readonly ok: true;
      readonly cycle: string;
      readonly entries: number;
      /** Ballots recounted; absent if the community shows them to its supervisors only. */
      readonly ballots?: number;
      /** Whether every commitment was opened. */
      readonly opened: boolean;
      /** The seal's hash. */
      readonly head: string;
      /** The audit of the paper, if there was any. */
      readonly slips?: SlipsChecked;
      /** The log of the community's staff, if it is there. */
      readonly log?: LogChecked;
      /** Its place in the log of heads, if `proof.json` is there. */
      readonly proof?: ProofChecked;
      /** So many heads that a witness has kept are in the chains. */
      readonly kept?: number;
    }
  | { readonly ok: false; readonly file: AuditFile; readonly line: number; readonly what: string };

export interface VerifyOptions {
  /** An entry that somebody wrote down earlier: it must be in the chain. */
  readonly entry?: EntryNoted;
  /** An entry of the log that somebody wrote down earlier: it must be in its chain. */
  readonly logEntry?: EntryNoted;
  /** SHA-256 of bytes, and whether an Ed25519 signature holds: without them `proof.json` is not looked at. */
  readonly signatures?: { readonly hash: Hash; readonly holds: (signature: ToCheck) => boolean };
  /** Witnesses that must have cosigned the checkpoint of `proof.json`. */
  readonly witnesses?: readonly VerifierKey[];
  /** Heads of this community that a witness has kept, as leaves one behind the other. */
  readonly kept?: string;
  /** Called for each entry of the chain that holds. */
  readonly onEntry?: () => void;
}

/**
 * Repeats a whole audit from its files alone (docs/contract.md: Commands, `verify`): the chain from the frozen ballot to the seal, the openings
 * if they are there, that each voter's last ballot counts, that the ballots and `cycle.pb` are right, tallies and winners.
 * Pure, and runs in a browser: SHA-256 is passed in.
 */
export function verifyAudit(files: AuditFiles, sha256: Sha256, options: VerifyOptions = {}): Verified {
  try {
    return verified(withoutMarks(files), sha256, options);
  } catch (error) {
    if (error instanceof AuditError) return { ok: false, file: error.file, line: error.line, what: error.message };
    throw error;
  }
}

/** The files without the byte order mark that some editors put first. Of `ballot.json` each byte counts. */
function withoutMarks(files: AuditFiles): AuditFiles {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, name === 'ballot.json' ? text : text?.replace(/^\uFEFF/, '')]));
}

function verified(files: AuditFiles, sha256: Sha256, { entry, logEntry, signatures, witnesses, kept, onEntry }: VerifyOptions): Verified {
  const text = required(files, 'ballot.json');
  const ballot = readBallot(text);
  const rows = checkLedger(sha256, ballot.cycle, text, required(files, 'ledger.ndjson'), onEntry);
  const head = rows.at(-1)?.hash ?? '';
  if (entry && !rows.some(({ seq, hash }) => hash === entry.hash && seq === (entry.seq ?? seq)))
    throw new AuditError(
      'ledger.ndjson',
      entry.seq ?? rows.length,
      `${entry.seq === undefined ? 'ends without' : 'is not'} the entry that was given with --head`,
    );
  const missing = headsLogged(files['log.ndjson'] ?? '', ballot.cycle).find((logged) => !rows.some(({ hash }) => hash === logged.head));
  if (missing) throw new AuditError('ledger.ndjson', rows.length, `ends without the entry that line ${missing.line} of log.ndjson bears`);
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
  } else if (files['cycle.pb'] !== undefined) throw new AuditError('cycle.pb', 1, 'is here, but ballots.ndjson is not');
  const paper = files['slips.json'];
  const logged = files['log.ndjson'] === undefined ? undefined : slipsLogged(files['log.ndjson'], ballot.cycle);
  if (paper === undefined && (logged?.listed || given.turnout.byChannel.paper)) throw new AuditError('slips.json', 1, 'the file is missing');
  const slips = paper === undefined ? undefined : checkSlips(sha256, ballot, given, paper, logged);
  const log = logEntry || files['log.ndjson'] !== undefined ? checkLog(sha256, required(files, 'log.ndjson'), logEntry) : undefined;
  const logText = files['log.ndjson'];
  const chains = { cycle: ballot.cycle, ledger: rows.map(({ hash }) => hash), log: logText === undefined ? undefined : logHashes(logText) };
  const proof = signatures && (files['proof.json'] !== undefined || witnesses?.length) ? proved(required(files, 'proof.json')) : undefined;
  const found = kept === undefined ? undefined : checkKept(kept, chains);
  return {
    ok: true,
    cycle: ballot.cycle,
    entries: rows.length,
    ballots: published?.length,
    opened: counted !== undefined,
    head,
    ...(slips && { slips }),
    ...(log && { log }),
    ...(proof && { proof }),
    ...(found !== undefined && { kept: found }),
  };

  function proved(text: string): ProofChecked | undefined {
    if (!signatures) return undefined;
    const { checked, signatures: made } = checkProof(signatures.hash, text, { ...chains, demanded: witnesses });
    const wrong = made.find((signature) => !signatures.holds(signature));
    if (wrong) throw new AuditError('proof.json', lineOfKey(text, 'checkpoint'), `bears a signature of ${wrong.key.name} that does not hold`);
    return checked;
  }
}

/** Without the openings: if results and `cycle.pb` agree with each other and not with the published ballots, the ballots are wrong. Throws `AuditError` at the ballot that differs. */
function blameBallots(ballot: FrozenBallot, published: readonly number[][], witness: readonly number[][] | undefined, { tallies }: Results): void {
  if (!witness) return;
  const agrees = (ballots: readonly number[][]) => JSON.stringify(votesFor(ballot, ballots)) === JSON.stringify(tallies);
  if (agrees(published) || !agrees(witness)) return;
  const changed = published.findIndex((picks, index) => `${picks}` !== `${witness[index]}`);
  throw new AuditError('ballots.ndjson', (changed < 0 ? published.length : changed) + 1, 'is neither what cycle.pb says nor what the results count');
}

function votesFor({ projects }: FrozenBallot, ballots: readonly number[][]): Results['tallies'] {
  const votes = new Map(projects.map(({ number }) => [number, 0]));
  for (const picks of ballots) for (const pick of new Set(picks)) votes.set(pick, (votes.get(pick) ?? 0) + 1);
  return projects.map(({ number }) => ({ number, votes: votes.get(number) ?? 0 }));
}

const BALLOTS_FILE = 'ballots.ndjson';

/**
 * The published ballots must be those that the openings count, in any order. `witness` has the same ballots in another file.
 * Throws `AuditError`: if `witness` agrees with the count, at the line that differs from it, else at the first ballot too many.
 */
function checkCounted(counted: readonly number[][], published: readonly number[][], witness: readonly number[][] | undefined): void {
  const tooMany = firstTooMany(counted, published);
  if (tooMany === undefined) return;
  const changed =
    witness && firstTooMany(counted, witness) === undefined ? published.findIndex((picks, index) => `${picks}` !== `${witness[index]}`) : -1;
  const line = changed < 0 ? tooMany : changed;
  throw new AuditError(
    BALLOTS_FILE,
    line + 1,
    line < published.length ? 'is not among the ballots that the openings count' : 'a ballot that the openings count is missing',
  );
}

/** The index of the first ballot that is there more often than it was counted; an index past the end if one is missing. */
function firstTooMany(counted: readonly number[][], ballots: readonly number[][]): number | undefined {
  const left = new Map<string, number>();
  for (const picks of counted) left.set(`${picks}`, (left.get(`${picks}`) ?? 0) + 1);
  for (const [index, picks] of ballots.entries()) {
    const rest = left.get(`${picks}`) ?? 0;
    if (rest === 0) return index;
    left.set(`${picks}`, rest - 1);
  }
  return ballots.length < counted.length ? ballots.length : undefined;
}

const OPENINGS_FILE = 'openings.ndjson';
const openingSchema = z.strictObject({
  seq: z.int(),
  salt: z.string().regex(/^[0-9a-f]{32}$/, 'is no 16 bytes in hex'),
  voter: z.string().regex(/^[0-9a-f]{64}$/, 'is no pseudonym'),
  picks: z.array(z.int()),
});

/** Opens every commitment and counts the last ballot of each voter; gives the picks that count. Throws `AuditError`. */
function checkOpenings(sha256: Sha256, ballot: FrozenBallot, rows: readonly LedgerRow[], text: string): number[][] {
  const lines = linesOf(text);
  const committed = rows.flatMap((row) => ('commitment' in row ? row : []));
  const opened = lines.map((line, index) => {
    const opening = readJson(openingSchema, OPENINGS_FILE, index + 1, line);
    const row = committed[index];
    if (opening.seq !== row?.seq) throw new AuditError(OPENINGS_FILE, index + 1, `opens entry ${opening.seq}, ${row?.seq ?? 'none'} was to come`);
    if (commitment(sha256, opening) !== row.commitment)
      throw new AuditError(OPENINGS_FILE, index + 1, `does not open the commitment of entry ${row.seq}`);
    const refused = opening.picks.length > 0 && refusePicks({ projects: ballot.projects, ...ballot.choices }, opening.picks);
    if (refused) throw new AuditError(OPENINGS_FILE, index + 1, `the picks are no ballot (${refused.reason})`);
    return opening;
  });
  const missing = committed[opened.length];
  if (missing) throw new AuditError(OPENINGS_FILE, opened.length + 1, `the opening of entry ${missing.seq} is missing`);
  return lastBallots(opened).map(({ picks }) => picks);
}

const PABULIB_FILE = 'cycle.pb';

/** `cycle.pb` must say, line by line and cell by cell, what the other files say. Throws `AuditError` at the first line that does not. */
function checkPabulib(expected: string, found: string): void {
  const lines = linesOf(expected);
  const others = linesOf(found);
  for (let index = 0; index < Math.max(lines.length, others.length); index++) {
    if (isSameRow(lines[index], others[index])) continue;
    throw new AuditError(PABULIB_FILE, index + 1, `is ${others[index] ?? 'missing'}, by the other files it is ${lines[index] ?? 'nothing'}`);
  }
}

function isSameRow(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  return one !== undefined && other !== undefined && JSON.stringify(cellsOf(one)) === JSON.stringify(cellsOf(other));
}

/** The cells of a line, with or without quotes. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"(?=;|$)|([^;]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
}

const FILE = 'cycle.pb';

/**
 * The facts that `cycle.pb` alone has and that have to be believed: the community, its country, and the vote's last day, which must not be
 * before the ledger's last ballot. The first day must be that of the first entry. Throws `AuditError`.
 */
function settingIn(text: string, rows: readonly LedgerRow[]): Setting {
  const table = linesOf(text).map(cellsOf);
  const index = (key: string) => table.findIndex(([cell]) => cell === key);
  const cellOf = (key: string) => table[index(key)]?.[1] ?? '';
  const from = rows.at(0)?.at ?? '';
  const last = rows.findLast((row) => 'commitment' in row)?.at ?? from;
  const [, day, month, year] = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(cellOf('date_end')) ?? [];
  const to = day ? `${year}-${month}-${day}` : last;
  if (to < last) throw new AuditError(FILE, index('date_end') + 1, `date_end is before the last ballot of the ledger, ${last}`);
  return { community: cellOf('unit'), country: cellOf('country'), from, to };
}

/** The ballots in `cycle.pb` with our numbers; undefined if the file cannot be read, which its own check reports. */
function votesOf(text: string | undefined): number[][] | undefined {
  try {
    if (text === undefined) return undefined;
    const { projects, votes } = readPabulib(text);
    const ids = new Map(projects.map(({ number, id }) => [number, Number(id)]));
    return votes.map(({ picks }) => picks.map((pick) => ids.get(pick) ?? 0));
  } catch {
    return undefined;
  }
}
