import * as z from 'zod';
import type { Sha256 } from '../../../store/vault.ts';
import type { Hash } from '../../../transparency/tree.ts';
import type { FrozenBallot } from '../../cycles/index.ts';
import { type Before, brokenLink, firstPrevious, type LedgerRow, refusePicks } from '../ledger/ledgerRules.ts';
import type { Results } from '../ledger/results.ts';
import { costOf, TALLY_RULES, tally, type Voted } from '../tally/tally.ts';
import { checkProof } from './checkProof.ts';
import { checkSlips, type SlipsChecked } from './checkSlips.ts';
import {
  AuditError,
  type AuditFile,
  type AuditFiles,
  lineOfKey,
  linesOf,
  readBallot,
  readJson,
  readResults,
  resultsText,
  sameLines,
} from './readFiles.ts';

/** The result of a check of the published files: how much was recomputed, or the first thing that is wrong. */
export type Published =
  | {
      readonly ok: true;
      /** The seal is one of them. */
      readonly entries: number;
      /** Ballots recounted; absent if the community shows them to its supervisors only. */
      readonly ballots?: number;
      readonly results: Results;
      /** The slips that were drawn, if there was paper. */
      readonly slips?: SlipsChecked;
      /** Its place in the log of heads, and the signatures that are still to be checked. */
      readonly proof?: ReturnType<typeof checkProof>;
    }
  | { readonly ok: false; readonly file: AuditFile; readonly line: number; readonly what: string };

export interface PublishedOptions {
  /** SHA-256 of bytes: without it `proof.json` is not looked at. */
  readonly hash?: Hash;
  /** Called for each entry of the chain that holds. */
  readonly onEntry?: () => void;
}

/**
 * Repeats what everybody can repeat from the files that the API publishes (docs/contract.md: API), with the same parts as `verifyAudit`: the chain
 * from the frozen ballot to the seal, that the ballots are ballots, tallies, winners, the money spent, the draw of the slips. `results.json` is `resultsText` of the
 * API's results. Without `ballots.ndjson` the tallies are believed, and only what follows from them is recomputed. Pure: it runs in a browser.
 */
export function verifyPublished(files: AuditFiles, sha256: Sha256, { hash, onEntry }: PublishedOptions = {}): Published {
  try {
    const text = required(files, 'ballot.json');
    const ballot = readBallot(text);
    const rows = checkLedger(sha256, ballot.cycle, text, required(files, 'ledger.ndjson'), onEntry);
    const cast = files['ballots.ndjson'] === undefined ? undefined : checkBallots(ballot, files['ballots.ndjson']);
    const told = required(files, 'results.json');
    const results = readResults(told);
    if (!cast) checkClaims(ballot, rows, results, told);
    checkResults(ballot, rows.at(-1)?.hash ?? '', cast ? recounted(ballot, cast) : claimed(ballot, results), results, told);
    const paper = files['slips.json'];
    if (paper === undefined && results.turnout.byChannel.paper) throw new AuditError('slips.json', 1, 'the file is missing');
    const slips = paper === undefined ? undefined : checkSlips(sha256, ballot, results, paper);
    const proved = files['proof.json'];
    const proof = hash && proved !== undefined ? checkProof(hash, proved, { cycle: ballot.cycle, ledger: rows.map((row) => row.hash) }) : undefined;
    return { ok: true, entries: rows.length, ...(cast && { ballots: cast.length }), results, ...(slips && { slips }), ...(proof && { proof }) };
  } catch (error) {
    if (error instanceof AuditError) return { ok: false, file: error.file, line: error.line, what: error.message };
    throw error;
  }
}

/** A file's text; throws `AuditError` if it is missing. */
export function required(files: AuditFiles, name: AuditFile): string {
  const text = files[name];
  if (text === undefined) throw new AuditError(name, 1, 'the file is missing');
  return text;
}

/** The result of the published ballots under the frozen ballot's rule, costs and lot. */
export function recounted({ rule, budget, threshold, projects, lot }: FrozenBallot, ballots: readonly (readonly number[])[]): Counted {
  return { ...tally({ rule, budget, threshold, projects, lot, ballots }), voters: ballots.length };
}

/** The result if there are no ballots. Then the tallies have to be believed. What follows from them is recomputed: the winners, if the rule chooses by votes alone, and the money spent. */
export function claimed(ballot: FrozenBallot, { tallies, winners, turnout: { voters } }: Results): Counted {
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const believed = ballot.projects.map(({ number, cost }) => ({ number, cost, votes: votes.get(number) ?? 0 }));
  const chosen = chosenFrom(ballot, believed) ?? winners;
  const spent = costOf(chosen, believed);
  return { tallies: believed.map(({ number, votes }) => ({ number, votes })), winners: chosen, spent, voters };
}

/** The winners that follow from the votes; undefined if the rule needs the ballots. */
function chosenFrom({ rule, budget, threshold, lot }: FrozenBallot, projects: Voted['projects']): number[] | undefined {
  const chosen = TALLY_RULES[rule];
  return 'byVotes' in chosen ? chosen.byVotes({ budget, projects: projects.filter(({ votes }) => votes >= threshold), lot }) : undefined;
}

const hex = z.string().regex(/^[0-9a-f]{64}$/, 'is no hex SHA-256');
const place = { seq: z.int(), cycle: z.string(), at: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'is no day') };
const link = { previous: hex, hash: hex };
/** A line of `ledger.ndjson`. */
export const ledgerLine: z.ZodType<LedgerRow> = z.union([
  z.strictObject({ ...place, commitment: hex, ...link }),
  z.strictObject({ ...place, sealed: z.literal(true), ...link }),
]);

const LEDGER_FILE = 'ledger.ndjson';

/** Checks the chain from the frozen ballot's bytes to the seal. Gives its rows: row `n` is on line `n + 1`. Throws `AuditError`. */
export function checkLedger(sha256: Sha256, cycle: string, ballot: string, text: string, onEntry?: () => void): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const first = firstPrevious(sha256, cycle, ballot);
  const lines = linesOf(text);
  let before: Before = { seq: 0, hash: first };
  for (const [index, line] of lines.entries()) {
    const row = readJson(ledgerLine, LEDGER_FILE, index + 1, line);
    const broken = brokenLink(sha256, cycle, before, row);
    if (broken && index === 0 && isWholeFrom(sha256, row, lines[1]))
      throw new AuditError('ballot.json', 1, 'is not the ballot on which the ledger stands');
    if (broken) throw new AuditError(LEDGER_FILE, index + 1, broken);
    rows.push(row);
    onEntry?.();
    before = 'sealed' in row ? { ...row, sealed: true } : row;
  }
  if (!before.sealed) throw new AuditError(LEDGER_FILE, rows.length + 1, 'the seal is missing');
  return rows;
}

/** Whether the entry is right in itself and the next entry follows it. If so, what comes before the entry was changed. */
function isWholeFrom(sha256: Sha256, row: LedgerRow, next: string | undefined): boolean {
  const alone = brokenLink(sha256, row.cycle, { seq: 0, hash: row.previous }, row);
  if (alone !== undefined || next === undefined) return alone === undefined;
  const { cycle, previous } = readJson(ledgerLine, LEDGER_FILE, 2, next);
  return cycle === row.cycle && previous === row.hash;
}

const BALLOTS_FILE = 'ballots.ndjson';
const ballotSchema = z.array(z.int());

/** Reads the published ballots and checks that each of them is a ballot. Throws `AuditError`. */
export function checkBallots(ballot: FrozenBallot, text: string): number[][] {
  return linesOf(text).map((line, index) => {
    const picks = readJson(ballotSchema, BALLOTS_FILE, index + 1, line);
    const refused = refusePicks({ projects: ballot.projects, ...ballot.choices }, picks);
    if (refused) throw new AuditError(BALLOTS_FILE, index + 1, `is no ballot (${refused.reason})`);
    if (picks.some((pick, place) => pick < (picks[place - 1] ?? 0))) throw new AuditError(BALLOTS_FILE, index + 1, 'is not in ascending order');
    return picks;
  });
}

const RESULTS_FILE = 'results.json';
/** The result of a count. */
type Counted = Pick<Results, 'tallies' | 'winners' | 'spent'> & { readonly voters: number };

/** The results must be those of the frozen ballot, the seal and the count. Throws `AuditError` at the first line that differs. */
export function checkResults(ballot: FrozenBallot, head: string, { voters, tallies, winners, spent }: Counted, given: Results, text: string): void {
  const { cycle, rule, budget, lot } = ballot;
  const { residents, byChannel } = given.turnout;
  const expected = resultsText({ cycle, rule, budget, turnout: { residents, voters, byChannel }, tallies, winners, spent, lot, head });
  sameLines(RESULTS_FILE, expected, resultsText(given), text, 'counted again');
  const sum = Object.values(byChannel).reduce((all, part) => all + part, 0);
  if (residents < voters) throw new AuditError(RESULTS_FILE, lineOfKey(text, 'residents'), `${voters} voters cannot be among ${residents} residents`);
  if (sum !== voters) throw new AuditError(RESULTS_FILE, lineOfKey(text, 'byChannel'), `byChannel adds up to ${sum}, ${voters} ballots were counted`);
}

/**
 * Checks results whose single ballots are not there: the ledger has so many ballots, so many voters can have given these votes, and these
 * projects can have won. Throws `AuditError`.
 */
export function checkClaims(
  { projects, choices, threshold, budget }: FrozenBallot,
  rows: readonly LedgerRow[],
  results: Results,
  text: string,
): void {
  const { tallies, winners, spent, turnout } = results;
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const sum = tallies.reduce((all, { votes }) => all + votes, 0);
  const fail = (key: keyof Results | 'voters', what: string) => {
    throw new AuditError(RESULTS_FILE, lineOfKey(text, key), what);
  };
  const cast = rows.filter((row) => 'commitment' in row).length;
  if (turnout.voters > cast) fail('voters', `there were no more than the ${cast} ballots of the ledger`);
  const tooMany = tallies.find(({ votes }) => votes > turnout.voters);
  if (tooMany) fail('tallies', `project ${tooMany.number} has more votes than there were voters`);
  if (sum < choices.min * turnout.voters || sum > choices.max * turnout.voters)
    fail('tallies', `${turnout.voters} voters who choose ${choices.min} to ${choices.max} projects do not give ${sum} votes`);
  if (new Set(winners).size < winners.length) fail('winners', 'a project wins twice');
  for (const winner of winners) {
    if (!projects.some(({ number }) => number === winner)) fail('winners', `project ${winner} is not on the ballot`);
    if ((votes.get(winner) ?? 0) < threshold) fail('winners', `project ${winner} wins with fewer votes than the threshold`);
  }
  if (spent > budget) fail('spent', 'is more than the budget');
}
