import { changes } from '../../store/changes.ts';
import { type LookUp, lookUps, readersLookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { periods } from '../calendar/periods.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { isId } from '../isId.ts';
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
export const currentCycle: (world: World) => Current = perWorld((world) => currentBy(world, lookUps(world)(byCommunity)));

/** The same for whoever reads: neither connections, queue nor memory are those of the turns. */
export const currentCycleForReaders: (world: World) => Current = perWorld((world) => {
  const current = currentBy(world, readersLookUps(world)(byCommunity));
  return async (community, at) => (isId(community) ? current(community, at) : null);
});

type Current = (community: string, at: Date) => Promise<CycleRecord | null>;

function currentBy(world: World, lookUp: (community: string) => Promise<Cycles>): Current {
  const cycles = remembered(world, 1_000, 2_000, lookUp, changes(world).mark);
  const ready = frozenWhenOpen(world);
  return async (community, at) => {
    const { votes, beginnings } = await cycles(community);
    const current = votes.find(({ from, to }) => from <= at && at < to) ?? beginnings.find(({ from }) => from <= at);
    return current ? ready(current.cycle, at) : null;
  };
}

const byCommunity: LookUp<CycleRecord, Cycles> = {
  model: Cycle,
  pipeline: (communities) => [{ $match: { community: { $in: communities } } }],
  results: inOrder,
};

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
