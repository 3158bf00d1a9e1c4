import { Resident } from '../fund/records/resident.ts';
import { holdersAt } from '../fund/roster/holdersOf.ts';
import { placeIdsOf } from '../fund/roster/placeIdsOf.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { Held } from './lease.ts';
import { stoppedAmong } from './stoppedAmong.ts';

/**
 * Those of the messages whose phone or chat wants nothing of what we start, or whose person has said so on another of theirs, before they had
 * this one. A phone that several share speaks for that phone alone.
 */
export function stoppedOf(world: World): (messages: readonly Held[]) => Promise<Set<Held>> {
  const holders = holdersAt(world);
  return async (messages) => {
    const places = await placesOf(messages);
    const stopped = await stoppedAmong([...messages.map(({ to }) => to), ...[...places.values()].flat()]);
    const isStopped = async ({ resident = '', to }: Held) => {
      if (stopped.has(to)) return true;
      const elsewhere = (places.get(resident) ?? []).filter((place) => stopped.has(place));
      if (elsewhere.length === 0 || (await isShared(to))) return false;
      return (await Promise.all(elsewhere.map(isShared))).includes(false);
    };
    const found = await Promise.all(messages.map(isStopped));
    return new Set(messages.filter((_, index) => found[index]));
  };

  async function isShared(id: string): Promise<boolean> {
    return (await holders(id)).holders.length > 1;
  }
}

/** Every phone and chat of the residents that are written to, by resident. */
async function placesOf(messages: readonly Held[]): Promise<Map<string, string[]>> {
  const residents = [...new Set(messages.flatMap(({ resident }) => resident ?? []))];
  if (residents.length === 0) return new Map();
  const found = await native(Resident)
    .find({ _id: { $in: residents } }, { projection: { phoneId: 1, 'ties.id': 1 } })
    .toArray();
  return new Map(found.map((resident) => [resident._id, placeIdsOf(resident)]));
}
