import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import { costOf, TALLY_RULES, type Voted } from '../tally/tallyRules.ts';
import type { Counted } from './checkResults.ts';

/** Without the ballots the tallies have to be believed; what follows from them is recomputed: winners where the rule chooses by votes alone, and what is spent. */
export function claimed(ballot: FrozenBallot, { tallies, winners, turnout: { voters } }: Results): Counted {
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const believed = ballot.projects.map(({ number, cost }) => ({ number, cost, votes: votes.get(number) ?? 0 }));
  const chosen = chosenFrom(ballot, believed) ?? winners;
  const spent = costOf(chosen, believed);
  return { tallies: believed.map(({ number, votes }) => ({ number, votes })), winners: chosen, spent, voters };
}

/** Undefined where the rule needs the ballots. */
function chosenFrom({ rule, budget, threshold, lot }: FrozenBallot, projects: Voted['projects']): number[] | undefined {
  const chosen = TALLY_RULES[rule];
  return 'byVotes' in chosen ? chosen.byVotes({ budget, projects: projects.filter(({ votes }) => votes >= threshold), lot }) : undefined;
}
