import { changes } from '../../store/changes.ts';
import { lookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { periods } from '../calendar/periods.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { Cycle, type CycleRecord } from '../records/cycle.ts';
import { frozenWhenOpen } from './frozenWhenOpen.ts';

interface Cycles {
  /** With when their first stages begin, newest first. */
  readonly beginnings: readonly { readonly cycle: CycleRecord; readonly from: Date }[];
  /** With when they vote, earliest first. */
  readonly votes: readonly { readonly cycle: CycleRecord; readonly from: Date; readonly to: Date }[];
}

/**
 * A community's current cycle: the one whose vote is open, else the newest whose first stage has begun, frozen once its vote has. No other cycle
 * hides an open vote. A change may go unseen for a second.
 */
export const currentCycle: (world: World) => (community: string, at: Date) => Promise<CycleRecord | null> = perWorld((world) => {
  const cycles = remembered(world, 1_000, 2_000, lookUps(world)({ model: Cycle, pipeline: cyclesOf, results: inOrder }), changes(world).mark);
  const ready = frozenWhenOpen(world);
  return async (community, at) => {
    const { votes, beginnings } = await cycles(community);
    const current = votes.find(({ from, to }) => from <= at && at < to) ?? beginnings.find(({ from }) => from <= at);
    return current ? ready(current.cycle, at) : null;
  };
});

function cyclesOf(communities: readonly string[]) {
  return [{ $match: { community: { $in: communities } } }];
}

function inOrder(found: readonly CycleRecord[], communities: readonly string[]): Cycles[] {
  return communities.map((community) => {
    const own = found.filter((cycle) => cycle.community === community);
    const beginnings = own.flatMap((cycle) =>
      periods(cycle)
        .slice(0, 1)
        .map(({ from }) => ({ cycle, from })),
    );
    const votes = own.flatMap((cycle) => {
      const vote = voteOf(cycle);
      return vote ? [{ cycle, ...vote }] : [];
    });
    return {
      beginnings: beginnings.toSorted((one, other) => other.from.getTime() - one.from.getTime()),
      votes: votes.toSorted((one, other) => one.from.getTime() - other.from.getTime()),
    };
  });
}
