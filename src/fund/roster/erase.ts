import type { World } from '../../store/world.ts';
import type { ResidentRecord } from '../records/resident.ts';
import { forgetAt } from './forgetAt.ts';
import { takeOffRoster } from './leaving.ts';
import { ownPlaces } from './ownPlaces.ts';
import type { Place } from './place.ts';

/** Is given phones and chats that were somebody's alone, for what others than the fund keep of them. */
export type Forget = (community: string, places: readonly Place[]) => Promise<void>;

type Leaving = ResidentRecord & Required<Pick<ResidentRecord, 'leaving'>>;

/**
 * Removes the name, phones and chats of somebody who asked for it, from the roster, the requests, the inbox and the proposals; what they said stays,
 * with nobody's name on it, their voice is deleted, and the anonymous ballot stays. Until the close HMACs of phones, chats and card stay, so that
 * `accept` can tell who comes back; of the resident the `_id` stays, so that coming back gives no second ballot. Harmless to repeat; who took it back
 * meanwhile stays on the roster.
 */
export function erase(world: World, forget: Forget): (resident: Leaving) => Promise<void> {
  return async (resident) => {
    const { _id, community } = resident;
    const own = await ownPlaces(world, resident);
    await forgetAt(world, { community, at: world.now() }, own, _id);
    await forget(community, own);
    await takeOffRoster(resident);
  };
}
