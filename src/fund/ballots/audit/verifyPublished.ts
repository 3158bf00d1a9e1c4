import type { Sha256 } from '../../../store/vault.ts';
import type { FrozenBallot } from '../../cycles/index.ts';
import type { Results } from '../ledger/results.ts';
import { tally } from '../tally/tally.ts';
import { costOf, TALLY_RULES, type Voted } from '../tally/tallyRules.ts';
import { checkSlips, type SlipsChecked } from './checkSlips.ts';
import { type Counted, checkBallots, checkClaims, checkLedger, checkResults } from './checks.ts';
import { AuditError, type AuditFile, type AuditFiles, readBallot, readResults } from './readFiles.ts';

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
    }
  | { readonly ok: false; readonly file: AuditFile; readonly line: number; readonly what: string };

/**
 * Repeats what everybody can repeat from the files that the API publishes (docs/contract.md: API), with the same parts as `verifyAudit`: the chain
 * from the frozen ballot to the seal, that the ballots are ballots, tallies, winners, the money spent, the draw of the slips. `results.json` is `resultsText` of the
 * API's results. Without `ballots.ndjson` the tallies are believed, and only what follows from them is recomputed. Pure: it runs in a browser.
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
    const paper = files['slips.json'];
    if (paper === undefined && results.turnout.byChannel.paper) throw new AuditError('slips.json', 1, 'the file is missing');
    const slips = paper === undefined ? undefined : checkSlips(sha256, ballot, results, paper);
    return { ok: true, entries: rows.length, ...(cast && { ballots: cast.length }), results, ...(slips && { slips }) };
  } catch (error) {
    if (error instanceof AuditError) return { ok: false, file: error.file, line: error.line, what: error.message };
    throw error;
  }
}

/** A file's text; throws `Wrong` if it is missing. */
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
