import { byId } from '../../store/byId.ts';
import { changes } from '../../store/changes.ts';
import { lookUps, readersLookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { isId } from '../isId.ts';
import { Cycle, type CycleRecord } from '../records/cycle.ts';
import { frozenWhenOpen } from './frozenWhenOpen.ts';

/** A cycle by its id, frozen once its vote has opened; null where there is none. A change may go unseen for a second. */
export const cycleById: (world: World) => Cycles = perWorld((world) => cyclesBy(world, lookUps(world)(byId(Cycle))));

/** The same for whoever reads: neither connections, queue nor memory are those of the turns. */
export const cycleForReaders: (world: World) => Cycles = perWorld((world) => {
  const cycles = cyclesBy(world, readersLookUps(world)(byId(Cycle)));
  return async (id) => (isId(id) ? cycles(id) : null);
});

type Cycles = (id: string) => Promise<CycleRecord | null>;

function cyclesBy(world: World, lookUp: Cycles): Cycles {
  const load = remembered(world, 1_000, 2_000, lookUp, changes(world).mark);
  const ready = frozenWhenOpen(world);
  return async (id) => {
    const cycle = await load(id);
    return cycle && ready(cycle, world.now());
  };
}
