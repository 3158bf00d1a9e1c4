import type { Act } from '../../../contacts/act.ts';
import { CHANNELS } from '../../../contacts/channel.ts';
import type { World } from '../../../store/world.ts';
import { currentCycle, type FrozenBallot, heldVote, keyingUntil, type Stage, stageAt, voteOf } from '../../cycles/index.ts';
import type { BallotItem } from '../../projects/index.ts';
import { results } from '../ledger/results.ts';
import { ballotOf, itemsOf } from './ballotOf.ts';
import { type PicksRefusal, refusePicks } from './refusePicks.ts';

/** The ballot as it is shown: `min` to `max` projects may be picked, money in whole units of `currency`, the close in ISO 8601. */
export interface OpenBallot {
  readonly cycle: string;
  readonly projects: readonly BallotItem[];
  readonly min: number;
  readonly max: number;
  readonly budget: number;
  readonly currency: string;
  readonly closesAt: string;
}

/** The ballot that is open now, or when it opens. `winners` once the ledger is sealed; `none`: there is no cycle, or it has no vote. */
export type Opened =
  | { readonly open: OpenBallot; readonly refused?: PicksRefusal }
  | { readonly notYet: { readonly opensAt: string; readonly closesAt?: string; readonly stage: Stage } }
  /** Its day has come, and what is published before it is not checked, or an objection is not answered. */
  | { readonly held: true }
  /** `keyedUntil`: slips of paper are keyed until then, and the result comes after that. */
  | { readonly over: { readonly closedAt: string; readonly keyedUntil?: string; readonly winners?: readonly BallotItem[] } }
  | { readonly none: true };

/** Service: the ballot of the current cycle and, if picks are given, the reason against them. On a call the projects have their detail. */
export function openBallot(
  world: World,
): (input: { picks?: readonly number[] }, act: Pick<Act, 'community' | 'at'> & Partial<Pick<Act, 'channel'>>) => Promise<Opened> {
  const current = currentCycle(world);
  const resultsOf = results(world);
  return async ({ picks }, { community, at, channel }) => {
    const cycle = await current(community, at);
    const vote = cycle && voteOf(cycle, at);
    if (cycle && heldVote(cycle, at)) return { held: true };
    if (!cycle || !vote) return { none: true };
    const closesAt = vote.to.toISOString();
    if (at >= vote.to) {
      const winners = cycle.sealedAt && { winners: itemsOf(cycle, (await resultsOf(cycle._id)).winners) };
      const keyedUntil = keyingUntil(cycle, at);
      return { over: { closedAt: closesAt, ...(keyedUntil && { keyedUntil }), ...winners } };
    }
    if (!cycle.frozen) return { notYet: { opensAt: vote.from.toISOString(), closesAt, stage: stageAt(cycle, at) ?? 'announce' } };
    const { frozen, items } = ballotOf(cycle.frozen);
    const { choices, budget, currency } = frozen;
    const refused = picks && refusePicks({ projects: items, ...choices }, picks);
    const max = Math.min(choices.max, items.length);
    const projects = channel && CHANNELS[channel].isSpoken ? inDetail(items, frozen) : items;
    return { open: { cycle: cycle._id, projects, min: choices.min, max, budget, currency, closesAt }, ...(refused && { refused }) };
  };
}

function inDetail(items: readonly BallotItem[], { projects }: FrozenBallot): BallotItem[] {
  const details = new Map(projects.map(({ number, detail }) => [number, detail]));
  return items.map((item) => {
    const detail = details.get(item.number);
    return detail ? { ...item, detail } : item;
  });
}
