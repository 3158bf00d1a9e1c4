import { changes } from '../../store/changes.ts';
import { lookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { periods } from '../calendar/periods.ts';
import { Cycle, type CycleRecord } from '../records/cycle.ts';
import { frozenWhenOpen } from './frozenWhenOpen.ts';

interface Begun {
  readonly cycle: CycleRecord;
  /** When its first stage begins. */
  readonly from: Date;
}

/** A community's current cycle: the newest whose first stage has begun, frozen once its vote has. A change may go unseen for a second. */
export const currentCycle: (world: World) => (community: string, at: Date) => Promise<CycleRecord | null> = perWorld((world) => {
  const cycles = remembered(world, 1_000, 2_000, lookUps(world)({ model: Cycle, pipeline: cyclesOf, results: newestFirst }), changes(world).mark);
  const ready = frozenWhenOpen(world);
  return async (community, at) => {
    const begun = (await cycles(community)).find(({ from }) => from <= at);
    return begun ? ready(begun.cycle, at) : null;
  };
});

function cyclesOf(communities: readonly string[]) {
  return [{ $match: { community: { $in: communities } } }];
}

/** The cycles of each community. */
function newestFirst(found: readonly CycleRecord[], communities: readonly string[]): Begun[][] {
  const begun = found.flatMap((cycle) =>
    periods(cycle)
      .slice(0, 1)
      .map(({ from }) => ({ cycle, from })),
  );
  const sorted = begun.toSorted((one, other) => other.from.getTime() - one.from.getTime());
  return communities.map((community) => sorted.filter(({ cycle }) => cycle.community === community));
}
