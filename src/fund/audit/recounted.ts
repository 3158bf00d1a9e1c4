import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import { tally } from '../tally/tally.ts';
import type { Counted } from './checkResults.ts';

/** What the published ballots come to by the frozen ballot's rule, costs and lot. */
export function recounted({ rule, budget, threshold, projects, lot }: FrozenBallot, ballots: readonly (readonly number[])[]): Counted {
  return { ...tally({ rule, budget, threshold, projects, lot, ballots }), voters: ballots.length };
}
