import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { plainName } from '../people/index.ts';
import { Staff, staffMember, staffPhone } from './staff.ts';

/**
 * Says whose staff phone a roster phone is: of people as a roster is to have them (`phone`: E.164), those whose phone is the staff phone of somebody else,
 * in whatever community, as it signs in everywhere. They are refused: else whoever keeps a roster could make themselves a resident with the phone of their
 * supervisor. A resident who is staff has the same name in both places, apart from blanks and letters' width: nothing else is known of both, and the name
 * stands in the log, where a supervisor sees whose phone was taken. Who has no name, and every resident with the phone of a street office, is somebody else.
 * A family that shares a member's phone votes by card: its rows stay without a phone.
 */
export async function withOtherStaffPhone<Person extends { readonly name?: string | undefined; readonly phone?: string | undefined }>(
  { vault }: Pick<World, 'vault'>,
  people: readonly Person[],
  session?: mongo.ClientSession,
): Promise<Person[]> {
  const phoneIds = new Map(people.flatMap((person) => (person.phone === undefined ? [] : [[person, staffPhone(vault, person.phone)]])));
  const found = await collection(Staff)
    .find({ phone: { $in: [...new Set(phoneIds.values())] } }, { promoteBuffers: true, ...(session && { session }) })
    .toArray();
  const namesOf = new Map<string, Set<string>>();
  for (const record of found) {
    const names = namesOf.get(record.phone) ?? new Set();
    namesOf.set(record.phone, names.add(record.role === 'office' ? '' : plainName(staffMember(vault, record).name)));
  }
  return people.filter((person) => {
    const names = namesOf.get(phoneIds.get(person) ?? '');
    return names !== undefined && !(person.name && names.size === 1 && names.has(plainName(person.name)));
  });
}
