import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { holdersAt } from './holdersOf.ts';
import { placeIdsOf } from './placeIdsOf.ts';

/** Every phone and chat, by its `addressHmac`, that a person acting here has; of a shared phone only that phone. */
export function reachOf(world: World): (act: Pick<Act, 'community' | 'channel' | 'address'>) => Promise<string[]> {
  const holders = holdersAt(world);
  return async (act) => {
    const id = addressHmac(world.vault, act);
    const { holders: here } = await holders(id);
    const [holder, another] = here;
    const resident =
      holder && !another ? await native(Resident).findOne({ _id: holder.resident }, { projection: { phoneId: 1, 'ties.id': 1 } }) : null;
    return [...new Set([id, ...(resident ? placeIdsOf(resident) : [])])];
  };
}
