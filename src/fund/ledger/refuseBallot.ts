import { voteOf } from '../calendar/voteOf.ts';
import type { CycleRecord } from '../records/cycle.ts';
import { ballotOf } from './ballotOf.ts';
import type { CastRefusal } from './castRefusal.ts';
import { refusePicks } from './refusePicks.ts';

/**
 * The first rule of the vote (contract §5) against a ballot that the service received at `at`; undefined where it is to be cast.
 * `rosterOf` is the community whose roster its resident is on.
 */
export function refuseBallot(cycle: CycleRecord | null, picks: readonly number[], at: Date, rosterOf: string | undefined): CastRefusal | undefined {
  const vote = cycle && voteOf(cycle);
  if (!cycle || !vote) return { reason: 'none' };
  if (at < vote.from) return { reason: 'early', opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString() };
  if (at >= vote.to) return { reason: 'late', closedAt: vote.to.toISOString() };
  if (rosterOf !== cycle.community) return { reason: 'notOnRoll' };
  if (!cycle.frozen) return { reason: 'early', opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString() };
  const { frozen, items } = ballotOf(cycle.frozen);
  return refusePicks({ projects: items, ...frozen.choices }, picks);
}
