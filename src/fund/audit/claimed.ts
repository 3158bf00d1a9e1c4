import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import { greedy } from '../tally/greedy.ts';
import type { Counted } from './checkResults.ts';

/** Without the ballots the tallies have to be believed; what follows from them is recomputed: winners by the greedy rules, what is spent. */
export function claimed(ballot: FrozenBallot, { tallies, winners, turnout: { voters } }: Results): Counted {
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const believed = ballot.projects.map(({ number, cost }) => ({ number, cost, votes: votes.get(number) ?? 0 }));
  const isGreedy = ballot.rule === 'greedy' || ballot.rule === 'greedy-no-skip';
  const chosen = isGreedy ? chosenFrom(ballot, believed) : winners;
  const spent = believed.reduce((sum, { number, cost }) => (chosen.includes(number) ? sum + cost : sum), 0);
  return { tallies: believed.map(({ number, votes }) => ({ number, votes })), winners: chosen, spent, voters };
}

function chosenFrom({ rule, budget, threshold, lot }: FrozenBallot, projects: Parameters<typeof greedy>[0]['projects']): number[] {
  return greedy({ budget, projects: projects.filter(({ votes }) => votes >= threshold), lot, skip: rule === 'greedy' });
}
