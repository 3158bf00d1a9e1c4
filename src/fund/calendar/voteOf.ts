import { type Calendar, periods } from './periods.ts';

/**
 * When a cycle votes: ballots received from `from` on and before `to`, the close, count.
 * None where the cycle has no vote, or was moved past it. Opened twice (before any ballot was cast), it is the last time.
 */
export function voteOf(cycle: Calendar): { from: Date; to: Date } | undefined {
  const vote = periods(cycle).findLast(({ stage }) => stage === 'vote');
  return vote?.to && { from: vote.from, to: vote.to };
}
