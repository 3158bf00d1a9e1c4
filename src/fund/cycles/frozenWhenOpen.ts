import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import type { CycleRecord } from '../records/cycle.ts';
import { freeze } from './freeze.ts';

/** Gives a cycle back, its ballot frozen where the vote has opened by `at`. */
export const frozenWhenOpen: (world: World) => (cycle: CycleRecord, at: Date) => Promise<CycleRecord> = perWorld((world) => {
  const frozen = remembered(world, 1_000, 1_000, (id) => freeze(world, id));
  return async (cycle, at) => {
    if (cycle.frozen) return cycle;
    const vote = voteOf(cycle);
    return vote && vote.from <= at ? frozen(cycle._id) : cycle;
  };
});
