import type { World } from '../../store/world.ts';
import type { ResidentRecord } from '../records/resident.ts';
import { holdersOf } from './holdersOf.ts';
import type { Place } from './place.ts';
import { placesOf } from './placesOf.ts';

/** The phones and chats of a resident that nobody else holds. */
export async function ownPlaces(world: World, resident: Pick<ResidentRecord, '_id' | 'community' | 'person' | 'phoneId' | 'ties'>): Promise<Place[]> {
  const places = placesOf(world.vault, resident);
  const held = await Promise.all(places.map((place) => holdersOf(world)({ community: resident.community, ...place })));
  return places.filter((_, index) => held[index]?.holders.every((holder) => holder.resident === resident._id));
}
