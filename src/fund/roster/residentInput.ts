import type { mongo } from 'mongoose';
import type { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { choice, line, phoneText, subject } from '../act/index.ts';
import { findCommunity, phoneTyped } from '../communities/index.ts';
import { FIELD_NAMES, type FieldName, fieldOf, fieldsOf, ofEach, officeOf, personOf, Resident, type ResidentFields, ROLES } from '../people/index.ts';

/** The fields of a resident's form. */
export const RESIDENT_INPUT = ofEach(inputOf, FIELD_NAMES);

function inputOf(name: FieldName): z.ZodType<string | undefined> {
  const { longest, values, isNeeded } = fieldOf(name);
  const field = values ? choice(values) : longest === undefined ? phoneText() : line(longest);
  return isNeeded ? field : field.optional();
}

/** What was typed, as the roster keeps it, or why its phone is none (`phoneTyped`). `near`: a number of the country that is meant. */
export async function fieldsTyped(typed: Readonly<Partial<Record<FieldName, string | undefined>>>, near: string, session: mongo.ClientSession) {
  const given = typed.phone === undefined ? undefined : await phoneTyped(typed.phone, near, session);
  if (given && 'refused' in given) return given;
  const fields: ResidentFields = { ...typed, phone: given?.number, role: ROLES.find((each) => each === typed.role) ?? 'resident' };
  return { fields: fieldsOf(fields) };
}

/** Somebody on the roster, with what it says of them. What one person read of it, another may have changed. */
export const resident = subject({
  path: '/people/:resident',
  find: async ({ world: { vault } }, community, { resident: _id = '' }, session?: mongo.ClientSession) => {
    const [record, place] = [
      await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { ...(session && { session }), promoteBuffers: true }),
      await findCommunity(community, session),
    ];
    return (
      record && place && { record, near: place.phone, fields: fieldsOf({ ...record, role: officeOf(vault, record), ...personOf(vault, record) }) }
    );
  },
  name: () => 'resident',
  revision: ({ fields }) => residentSeen(fields),
});

/** What somebody who changes it has read, as the query of an address. */
export function residentSeen(fields: ResidentFields): string {
  return new URLSearchParams(FIELD_NAMES.flatMap((name): [string, string][] => (fields[name] ? [[name, fields[name]]] : []))).toString();
}
