import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import type { Counted } from './checkResults.ts';
import { recounted } from './recounted.ts';

/** Without the ballots the tallies have to be believed; what follows from them is recomputed: winners by the greedy rules, what is spent. */
export function claimed(ballot: FrozenBallot, { tallies, winners, turnout: { voters } }: Results): Counted {
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const believed = ballot.projects.map(({ number }) => ({ number, votes: votes.get(number) ?? 0 }));
  if (ballot.rule === 'greedy' || ballot.rule === 'greedy-no-skip') {
    const single = believed.flatMap(({ number, votes }) => Array.from({ length: votes }, () => [number]));
    return { ...recounted(ballot, single), voters };
  }
  const spent = ballot.projects.reduce((sum, { number, cost }) => (winners.includes(number) ? sum + cost : sum), 0);
  return { tallies: believed, winners, spent, voters };
}
