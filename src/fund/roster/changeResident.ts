import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { act, done, line, refuse } from '../act/index.ts';
import { votingIn } from '../cycles/index.ts';
import {
  changeResidents,
  DAILY_WORK,
  differing,
  moveStops,
  ofEach,
  officeFields,
  PLAIN,
  personFields,
  personOf,
  Resident,
  type ResidentFields,
  recordKeyChanges,
  tellPhones,
  withNew,
} from '../people/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';
import { fieldsTyped, RESIDENT_INPUT, resident } from './residentInput.ts';

/**
 * Changes what the roster says of a resident. Whoever signed in needs a second person for another phone while voting is open, for an office, and for the
 * phone of somebody who has one. Another phone ends what hung on the old one (`RosterChanges`); while voting is open it casts only with the card until the
 * close, and the old number and the new one are told.
 */
export const changeResident = act({
  name: 'resident.change',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: resident,
  input: z.strictObject({ ...RESIDENT_INPUT, reason: line(300).optional() }),
  /** `staffPhone`: it is that of somebody else, by the name that they would have. */
  refusals: { phoneWrong: 'phone', ownNumber: 'phone', staffPhone: 'phone', roleStays: 'role', needsReason: 'reason' },
  async run({ world, notify, session, on: { record, near, fields: before }, input: { reason, ...typed }, actor }) {
    const { vault } = world;
    const { _id, community } = record;
    const read = await fieldsTyped(typed, near, session);
    if ('refused' in read) return read;
    const { fields } = read;
    const changed = differing(before, fields);
    if (changed.length === 0) return done({ changed });
    const at = world.now();
    const cycle = await votingIn(community, at);
    if (cycle && changed.includes('role')) return refuse('roleStays');
    const isOtherPhone = changed.includes('phone');
    if (cycle && isOtherPhone && reason === undefined) return refuse('needsReason');
    const ofOthers = isOtherPhone || changed.includes('name') ? await withOtherStaffPhone(world, [fields, before], session) : [];
    if (ofOthers.includes(fields) && (isOtherPhone || !ofOthers.includes(before))) return refuse('staffPhone');

    const { rosterId } = personOf(vault, record);
    const { phoneId, ...person } = personFields(vault, record, { ...fields, rosterId }, at);
    const isAlone =
      record.phoneId !== undefined && (await collection(Resident).countDocuments({ community, phoneId: record.phoneId }, { session })) === 1;
    const newContacts = cycle && isOtherPhone && phoneId ? withNew(record.newContacts, phoneId, cycle) : undefined;
    const given = { ...person, ...ofEach((name) => fields[name], PLAIN), ...officeFields(vault, _id, fields.role), phoneId, newContacts };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const unset = (['phoneId', ...PLAIN] as const).filter((field) => given[field] === undefined);
    const change = { _id, set, unset, endsLinks: false, phoneLeft: isOtherPhone ? record.phoneId : undefined };
    await changeResidents(community, { added: [], changed: [change], removed: [] }, session);
    if (cycle && isOtherPhone && reason !== undefined) {
      await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
      await tellPhones(world, notify)(community, [{ resident: _id, language: before.language, before: before.phone, after: fields.phone }], session);
    }
    if (isOtherPhone && isAlone && record.phoneId && phoneId) await moveStops(world, community, new Map([[record.phoneId, phoneId]]), session);
    const of = (one: ResidentFields) => Object.fromEntries(changed.map((field) => [field, one[field] ?? null]));
    return done(
      { changed },
      {
        before: { id: rosterId, name: before.name, building: before.building, ...of(before) },
        ...{ after: of(fields), reason, about: _id },
        names: [_id, ...[record.phoneId ?? [], phoneId ?? []].flat()],
        takesTwo: changed.includes('role') || (isOtherPhone && (before.role !== 'resident' || cycle !== undefined)),
      },
    );
  },
});
