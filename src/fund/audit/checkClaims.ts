import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { LedgerRow } from '../ledger/ledgerRow.ts';
import type { Results } from '../ledger/results.ts';
import { lineOfKey } from './lineOfKey.ts';
import { Wrong } from './wrong.ts';

const FILE = 'results.json';

/**
 * What must hold of results whose single ballots are not there: the ledger has so many ballots, so many voters can have given such votes,
 * and such projects can have won. Throws `Wrong`.
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
    throw new Wrong(FILE, lineOfKey(text, key), what);
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
