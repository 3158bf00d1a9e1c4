import type { Counted } from '../tally/greedy.ts';
import type { Election, ElectionVote } from './election.ts';

/**
 * What each project got, in the file's order: votes under `approval` and `choose-1`, else the points given. Where an
 * ordinal file has no points, the last of a voter's list gets one, each one before it one more.
 */
export function scores({ projects, votes, voteType }: Election): Counted[] {
  const counted = new Map(projects.map(({ number }) => [number, 0]));
  for (const vote of votes) vote.picks.forEach((pick, index) => void counted.set(pick, (counted.get(pick) ?? 0) + worth(vote, index)));
  return projects.map(({ number, cost }) => ({ number, cost, votes: counted.get(number) ?? 0 }));

  function worth({ points, picks }: ElectionVote, index: number): number {
    if (voteType === 'approval' || voteType === 'choose-1') return 1;
    return points?.[index] ?? (voteType === 'ordinal' ? picks.length - index : 0);
  }
}
