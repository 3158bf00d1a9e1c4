import { byId } from '../../store/byId.ts';
import { changes } from '../../store/changes.ts';
import { lookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { Cycle, type CycleRecord } from '../records/cycle.ts';
import { frozenWhenOpen } from './frozenWhenOpen.ts';

/** A cycle by its id, frozen once its vote has opened; null where there is none. A change may go unseen for a second. */
export const cycleById: (world: World) => (id: string) => Promise<CycleRecord | null> = perWorld((world) => {
  const load = remembered(world, 1_000, 2_000, lookUps(world)(byId(Cycle)), changes(world).mark);
  const ready = frozenWhenOpen(world);
  return async (id) => {
    const cycle = await load(id);
    return cycle && ready(cycle, world.now());
  };
});
