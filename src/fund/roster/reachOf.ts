import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Resident } from '../records/resident.ts';
import { holdersAt } from './holdersOf.ts';
import { placeIdsOf } from './placeIdsOf.ts';

/** Every phone and chat, by its `addressHmac`, of the person who has this one; of a shared phone only that phone. */
export function reachOf(world: World): (id: string) => Promise<string[]> {
  const holders = holdersAt(world);
  return async (id) => {
    const { holders: here } = await holders(id);
    const [holder, another] = here;
    const resident =
      holder && !another ? await native(Resident).findOne({ _id: holder.resident }, { projection: { phoneId: 1, 'ties.id': 1 } }) : null;
    return [...new Set([id, ...(resident ? placeIdsOf(resident) : [])])];
  };
}
