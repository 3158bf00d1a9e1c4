import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { officeOf, personOf, Resident, type ResidentRecord } from './resident.ts';
import { ROLES } from './residentFields.ts';

/** The next residents of a community by their `_id`, after `after` and at most `limit`, including those who left. It reads the index alone. */
export async function rosterPage(community: string, after: string, limit: number): Promise<string[]> {
  const found = await collection(Resident)
    .find(
      { community, role: { $in: [...ROLES] }, _id: { $gt: after } },
      { projection: { _id: 1 }, sort: { _id: 1 }, limit, hint: { community: 1, role: 1, _id: 1 } },
    )
    .toArray();
  return found.map(({ _id }) => _id);
}

/** How many residents were put on a community's roster after one moment and before another, including those who have left since. */
export async function addedSince(community: string, after: Date, before: Date): Promise<number> {
  return forReaders(Resident).countDocuments({ community, addedAt: { $gt: after, $lt: before } });
}

/** Those of the residents (`_id`s) of communities who asked to be deleted, both if it is done and if it waits for the seal. */
export async function leavingAmong(communities: readonly string[], residents: readonly string[]): Promise<Set<string>> {
  if (residents.length === 0) return new Set();
  const found = await collection(Resident)
    .find(
      {
        community: { $in: [...new Set(communities)] },
        _id: { $in: [...new Set(residents)] },
        $or: [{ erasureRequest: { $exists: true } }, { erasedAt: { $exists: true } }],
      },
      { projection: { _id: 1 } },
    )
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** Those of the residents (`_id`s) who are on a community's roster now. */
export async function onRosterAmong(community: string, residents: readonly string[]): Promise<Set<string>> {
  const found = await collection(Resident)
    .find({ _id: { $in: [...residents] }, community, erasedAt: { $exists: false } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** How many residents are on a community's roster now. */
export function countResidents(community: string): Promise<number> {
  return collection(Resident).countDocuments({ community, erasedAt: { $exists: false } });
}

/** Residents who have an office on a community's roster. */
export async function officesOnRoster(
  { vault }: Pick<World, 'vault'>,
  community: string,
): Promise<Pick<ResidentRecord, '_id' | 'role' | 'phoneId'>[]> {
  const found = await forReaders(Resident)
    .find<Pick<ResidentRecord, '_id' | 'role' | 'officeMark' | 'phoneId'>>(
      { community, role: { $in: ['cadre', 'council', 'supervisor'] }, erasedAt: { $exists: false } },
      { projection: { role: 1, officeMark: 1, phoneId: 1 } },
    )
    .toArray();
  return found.filter((resident) => officeOf(vault, resident) === resident.role);
}

/** The buildings of a community as its roster writes them, `2栋` before `10栋`. */
export async function buildingsOf(community: string): Promise<string[]> {
  const found = await forReaders(Resident).distinct('building', { community });
  const buildings = found.filter((building): building is string => typeof building === 'string' && building !== '');
  return buildings.toSorted(new Intl.Collator('zh', { numeric: true }).compare);
}

/** The ids on a community's roster of residents, by their `_id`s; residents who were deleted have none. */
export async function rosterIdsOf({ vault }: Pick<World, 'vault'>, community: string, residents: readonly string[]): Promise<Map<string, string>> {
  const found = await collection(Resident)
    .find({ community, _id: { $in: [...residents] } }, { projection: { person: 1 } })
    .toArray();
  return new Map(
    found.flatMap((resident): [string, string][] => {
      const { rosterId } = personOf(vault, resident);
      return rosterId === undefined ? [] : [[resident._id, rosterId]];
    }),
  );
}

/** The names on a community's roster, of two characters at least, so that they can be masked. */
export async function namesOnRoster({ vault }: Pick<World, 'vault'>, community: string): Promise<string[]> {
  const residents = collection(Resident).find({ community, person: { $exists: true } }, { projection: { person: 1 }, promoteBuffers: true });
  const names = new Set<string>();
  for await (const resident of residents) {
    const { name } = personOf(vault, resident);
    if (name !== undefined && [...name].length >= 2) names.add(name);
  }
  return [...names];
}

/** A phone that the roster gives to one resident without an office, and to nobody else; undefined if there is none among the first thousand. */
export async function phoneOfOneAlone({ vault }: Pick<World, 'vault'>, community: string): Promise<string | undefined> {
  const residents = await collection(Resident)
    .find({ community, phoneId: { $exists: true } }, { limit: 1_000 })
    .toArray();
  const alone = residents.filter(({ phoneId, role }) => role === 'resident' && residents.filter((other) => other.phoneId === phoneId).length === 1);
  const people = alone.map((resident) => personOf(vault, resident));
  const [first] = people.toSorted((one, other) => ((one.rosterId ?? '') < (other.rosterId ?? '') ? -1 : 1));
  return first?.phone;
}
