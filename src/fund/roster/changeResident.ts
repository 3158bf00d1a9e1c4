import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { votingIn } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import {
  type Actor,
  changeResidents,
  checkRight,
  moveStops,
  personFields,
  personOf,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  tellPhones,
  withNew,
} from '../people/index.ts';
import { type Asking, askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';

const FIELDS = ['name', 'phone', 'building', 'language', 'role'] as const;
type Field = (typeof FIELDS)[number];

/** What the roster says of a resident, as it was read or as it is to be; what is empty is undefined. */
export type ResidentFields = Readonly<Partial<Record<Exclude<Field, 'role'>, string | undefined>>> & Readonly<Pick<ResidentRecord, 'role'>>;

export interface ResidentChange {
  readonly community: string;
  /** `_id`. */
  readonly resident: string;
  /** What the person who changes it has seen. */
  readonly seen: ResidentFields;
  readonly fields: ResidentFields;
  /** Needed while voting is open if the phone changes. */
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

export type ResidentChanged =
  /** The fields that are others now. */
  | { readonly changed: readonly Field[] }
  | Waiting
  /** Somebody else changed it meanwhile; `now`: what it is now. Nothing was written. */
  | { readonly refused: 'stale'; readonly now: ResidentFields }
  /** `nothing`: it is so already. While voting is open `roleStays`, and another phone needs a reason. `staffPhone`: it is that of somebody else, by the name that they would have. */
  | { readonly refused: 'noResident' | 'nothing' | 'roleStays' | 'needsReason' | 'staffPhone' };

/**
 * Changes what the roster says of a resident. Whoever signed in needs a second person for another phone while voting is open, for an office, and for the
 * phone of somebody who has one. Another phone ends what hung on the old one (`RosterChanges`); while voting is open it casts only with the card until the
 * close, and the old number and the new one are told. Rejects with `not-allowed` (`checkRight`).
 */
export function changeResident(world: World, notify: Notify): (change: ResidentChange) => Promise<ResidentChanged> {
  const { vault } = world;
  const tell = tellPhones(world, notify);
  return async ({ community, resident: _id, seen, fields, reason, actor }) => {
    const acting = checkRight(actor, 'changeResident', community);
    const at = world.now();
    const cycle = await votingIn(community, at);
    const outcome = await withLog(world)(community, async (session, write): Promise<ResidentChanged | { readonly asks: Asked }> => {
      const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
      if (!record) return { refused: 'noResident' };
      const { rosterId, name, phone } = personOf(vault, record);
      const { building, language, role } = record;
      const before: ResidentFields = { name, phone, building, language, role };
      const changed = differing(before, fields);
      if (changed.length === 0) return { refused: 'nothing' };
      if (differing(seen, before).length > 0) return { refused: 'stale', now: before };
      if (cycle && changed.includes('role')) return { refused: 'roleStays' };
      const isOtherPhone = changed.includes('phone');
      if (cycle && isOtherPhone && reason === undefined) return { refused: 'needsReason' };
      const ofOthers = isOtherPhone || changed.includes('name') ? await withOtherStaffPhone(world, [fields, before], session) : [];
      if (ofOthers.includes(fields) && (isOtherPhone || !ofOthers.includes(before))) return { refused: 'staffPhone' };
      const { phoneId, ...person } = personFields(vault, record, { rosterId, name: fields.name, phone: fields.phone });
      const of = (one: ResidentFields) => Object.fromEntries(changed.map((field) => [field, one[field] ?? null]));
      const detail = { before: { id: rosterId, name, building, ...of(before) }, after: of(fields), reason };
      const entry = { subject: 'resident', detail, names: [_id, ...[record.phoneId ?? [], phoneId ?? []].flat()] };
      const isOffice = changed.includes('role') || (isOtherPhone && role !== 'resident');
      if (needsSecond(actor, 'changeResident', isOffice || (cycle && isOtherPhone) ? 'voterOrOffice' : undefined)) return { asks: entry };

      const isAlone = record.phoneId !== undefined && (await collection(Resident).countDocuments({ phoneId: record.phoneId }, { session })) === 1;
      const newContacts = cycle && isOtherPhone && phoneId ? withNew(record.newContacts, phoneId, cycle) : undefined;
      const given = { ...person, phoneId, building: fields.building, language: fields.language, newContacts };
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const unset = (['phoneId', 'building', 'language'] as const).filter((field) => given[field] === undefined);
      const change = { _id, set: { ...set, role: fields.role }, unset, endsLinks: false, phoneLeft: isOtherPhone ? record.phoneId : undefined };
      await changeResidents({ added: [], changed: [change], removed: [] }, session);
      if (cycle && isOtherPhone && reason !== undefined) {
        await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
        await tell(community, [{ resident: _id, language, before: phone, after: fields.phone }], session);
      }
      if (isOtherPhone && isAlone && record.phoneId && phoneId) await moveStops(world, community, new Map([[record.phoneId, phoneId]]), session);
      await write({ ...acting, ...entry });
      return { changed };
    });
    if (!('asks' in outcome)) return outcome;
    const payload = { resident: _id, seen, fields, reason };
    return askSecond(world)({ act: 'changeResident', community, actor, ...outcome.asks, about: _id, payload });
  };
}

type Asked = Pick<Asking, 'subject' | 'detail' | 'names'>;

function differing(one: ResidentFields, other: ResidentFields): Field[] {
  return FIELDS.filter((field) => one[field] !== other[field]);
}
