import { type CycleRecord, cycleForReaders } from '../../fund/cycles/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';

/** The cycle that an address names. Rejects with 404 if there is none. */
export async function cycleById(world: World, id: string): Promise<CycleRecord> {
  const cycle = await cycleForReaders(world)(id);
  if (!cycle) throw new Refusal(404, 'There is no cycle with this id.');
  return cycle;
}
