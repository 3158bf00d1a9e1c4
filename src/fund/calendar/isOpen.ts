import type { Calendar } from './periods.ts';
import { voteOf } from './voteOf.ts';

/** Whether a cycle's vote is open at a moment. */
export function isOpen(cycle: Calendar, at: Date): boolean {
  const vote = voteOf(cycle);
  return vote !== undefined && vote.from <= at && at < vote.to;
}
