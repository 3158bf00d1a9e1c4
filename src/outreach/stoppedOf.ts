import { Resident } from '../fund/records/resident.ts';
import { holdersAt } from '../fund/roster/holdersOf.ts';
import { leavingAmong } from '../fund/roster/leavingAmong.ts';
import { placeIdsOf } from '../fund/roster/placeIdsOf.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { Held } from './lease.ts';
import { stoppedAmong } from './stoppedAmong.ts';

/**
 * Those of the messages whose phone or chat wants nothing of what we start, or whose person has said so on another of theirs, before they had
 * this one, or has asked to be deleted. A phone that several share speaks for that phone alone: what it gets once for all of them, it gets as long as
 * one of them stays.
 */
export function stoppedOf(world: World): (messages: readonly Held[]) => Promise<Set<Held>> {
  const holders = holdersAt(world);
  return async (messages) => {
    const asked = messages.flatMap(({ resident }) => resident ?? []);
    const [places, leaving] = await Promise.all([placesOf(asked), leavingAmong(asked)]);
    const stopped = await stoppedAmong([...messages.map(({ to }) => to), ...[...places.values()].flat()]);
    const isStopped = async ({ resident = '', once, to }: Held) => {
      if (stopped.has(to)) return true;
      if (leaving.has(resident)) return once === undefined || !(await hasOneWhoStays(to));
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

  async function hasOneWhoStays(id: string): Promise<boolean> {
    const here = (await holders(id)).holders.map(({ resident }) => resident);
    return (await leavingAmong(here)).size < here.length;
  }
}

/** Every phone and chat of residents, by resident. */
async function placesOf(residents: readonly string[]): Promise<Map<string, string[]>> {
  if (residents.length === 0) return new Map();
  const found = await native(Resident)
    .find({ _id: { $in: [...new Set(residents)] } }, { projection: { phoneId: 1, 'ties.id': 1 } })
    .toArray();
  return new Map(found.map((resident) => [resident._id, placeIdsOf(resident)]));
}
