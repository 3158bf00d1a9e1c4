import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { isVoting } from '../cycles/index.ts';
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
} from '../people/index.ts';

const FIELDS = ['name', 'phone', 'building', 'language', 'role'] as const;
type Field = (typeof FIELDS)[number];

/** What the roster says of a resident, as it was read or as it is to be; what is empty is undefined. */
export type ResidentFields = Readonly<Record<Exclude<Field, 'role'>, string | undefined>> & Pick<ResidentRecord, 'role'>;

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
  /** Somebody else changed it meanwhile; `now`: what it is now. Nothing was written. */
  | { readonly refused: 'stale'; readonly now: ResidentFields }
  /** `nothing`: it is so already. While voting is open `roleStays`, and another phone needs a reason. */
  | { readonly refused: 'noResident' | 'nothing' | 'roleStays' | 'needsReason' };

/** Changes what the roster says of a resident. Rejects with `not-allowed` (`checkRight`). */
export function changeResident(world: World): (change: ResidentChange) => Promise<ResidentChanged> {
  const { vault } = world;
  return async ({ community, resident: _id, seen, fields, reason, actor }) => {
    const acting = checkRight(actor, 'changeResident', community);
    const at = world.now();
    const voting = await isVoting(community, at);
    return withLog(world)(community, async (session, write): Promise<ResidentChanged> => {
      const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
      if (!record) return { refused: 'noResident' };
      const { rosterId, name, phone } = personOf(vault, record);
      const { building, language, role } = record;
      const before: ResidentFields = { name, phone, building, language, role };
      const changed = differing(before, fields);
      if (changed.length === 0) return { refused: 'nothing' };
      if (differing(seen, before).length > 0) return { refused: 'stale', now: before };
      if (voting && changed.includes('role')) return { refused: 'roleStays' };
      const isOtherPhone = changed.includes('phone');
      if (voting && isOtherPhone && reason === undefined) return { refused: 'needsReason' };
      const isAlone = record.phoneId !== undefined && (await collection(Resident).countDocuments({ phoneId: record.phoneId }, { session })) === 1;

      const { phoneId, ...person } = personFields(vault, record, { rosterId, name: fields.name, phone: fields.phone });
      const given = { ...person, phoneId, building: fields.building, language: fields.language };
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const unset = (['phoneId', 'building', 'language'] as const).filter((field) => given[field] === undefined);
      await changeResidents({ added: [], changed: [{ _id, set: { ...set, role: fields.role }, unset, endsLinks: false }], removed: [] }, session);
      if (voting && isOtherPhone && reason !== undefined)
        await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
      if (isOtherPhone && isAlone && record.phoneId && phoneId) await moveStops(world, community, new Map([[record.phoneId, phoneId]]), session);
      const of = (one: ResidentFields) => Object.fromEntries(changed.map((field) => [field, one[field] ?? null]));
      const detail = { before: { id: rosterId, ...of(before) }, after: of(fields), reason };
      await write({ ...acting, subject: 'resident', detail, names: [_id, ...[record.phoneId ?? [], phoneId ?? []].flat()] });
      return { changed };
    });
  };
}

function differing(one: ResidentFields, other: ResidentFields): Field[] {
  return FIELDS.filter((field) => one[field] !== other[field]);
}
