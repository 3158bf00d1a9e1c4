import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { act, communitySubject, done, key, line, refuse } from '../act/index.ts';
import { isVoting } from '../cycles/index.ts';
import {
  changeResidents,
  DAILY_WORK,
  differing,
  fieldsOf,
  personOf,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  residentId,
  residentRecord,
} from '../people/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';
import { fieldsTyped, RESIDENT_INPUT } from './residentInput.ts';

/**
 * Puts somebody on the roster. Whoever signed in needs a second person for it while voting is open, and for somebody with an office. `id`: on the roster; without
 * one it is made of the form's key: sent twice, a form adds one person.
 */
export const addResident = act({
  name: 'resident.add',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: communitySubject('/people'),
  input: z.strictObject({
    ...RESIDENT_INPUT,
    id: line(64).optional(),
    key: key().optional(),
    reason: line(300).optional(),
  }),
  /** `idTaken`: somebody has the id, or had it before a deletion. `same`: somebody has this name and phone. `needsReason`: others hold the phone, and voting is open. */
  refusals: { idTaken: 'id', same: 'phone', phoneWrong: 'phone', ownNumber: 'phone', staffPhone: 'phone', roleStays: 'role', needsReason: 'reason' },
  async run({ world, session, on: { _id: community, phone: near }, input: { id: givenId, key: form, reason, ...typed }, actor }) {
    const { vault, now } = world;
    const given = await fieldsTyped(typed, near, session);
    if ('refused' in given) return given;
    const resident = given.fields;
    const fresh = form === undefined ? world.randomBytes(6) : Buffer.from(vault.hmac('act', community, form, 'addResident'), 'base64url');
    const id = givenId ?? `added-${fresh.toString('hex').slice(0, 12)}`;
    const _id = residentId(vault, community, id);
    const known = await collection(Resident).findOne({ community, _id }, { session, promoteBuffers: true });
    const isAgain = known && (givenId === undefined || differing(fieldsOf({ ...known, ...personOf(vault, known) }), resident).length === 0);
    if (isAgain) return done({ resident: _id });
    const at = now();
    const record = residentRecord(vault, { _id, community, rosterId: id, ...resident, addedAt: at });
    const isDuringVote = await isVoting(community, at);
    if (isDuringVote && resident.role !== 'resident') return refuse('roleStays');
    if ((await withOtherStaffPhone(world, [resident], session)).length > 0) return refuse('staffPhone');
    const holders = await holdersOf(community, record.phoneId, session);
    if (holders.some((holder) => personOf(vault, holder).name === resident.name)) return refuse('same');
    const isKeyChange = isDuringVote && holders.length > 0;
    if (isKeyChange && reason === undefined) return refuse('needsReason');
    if (known) return refuse('idTaken');
    await changeResidents(community, { added: [record], changed: [], removed: [] }, session);
    if (isKeyChange && reason !== undefined) await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
    return done(
      { resident: _id },
      {
        ...{ subject: 'resident', about: _id, after: { id, ...resident, duringVote: isKeyChange }, reason },
        names: [_id, ...(record.phoneId ? [record.phoneId] : [])],
        takesTwo: isDuringVote || resident.role !== 'resident',
      },
    );
  },
});

/** The residents who hold a phone (`addressHmac`): by the roster, or by their card. */
async function holdersOf(community: string, phone: string | undefined, session: mongo.ClientSession): Promise<ResidentRecord[]> {
  if (phone === undefined) return [];
  return collection(Resident)
    .find({ community, $or: [{ phoneId: phone }, { 'linkedContacts.id': phone }] }, { session, promoteBuffers: true })
    .toArray();
}
