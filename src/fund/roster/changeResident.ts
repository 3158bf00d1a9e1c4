import { wholeDay } from '../../contacts/addressBook.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { isVoting, voteUnderWay } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import {
  type Actor,
  changeResidents,
  checkRight,
  contactIdsOf,
  moveStops,
  noteLeaving,
  personFields,
  personOf,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  residentId,
  residentRecord,
} from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { eraseResident, type Forget } from './eraseResident.ts';

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

/** What somebody types of a resident; what is left empty is undefined. */
interface ResidentTyped extends Pick<ResidentRecord, 'building' | 'language' | 'role'> {
  readonly name: string;
  /** E.164. */
  readonly phone?: string | undefined;
}

interface Addition {
  readonly community: string;
  readonly resident: ResidentTyped;
  /** `id` on the roster; one is made if it is absent. */
  readonly id?: string | undefined;
  /** Needed while voting is open if others hold the phone. */
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

type Added =
  | { readonly added: { readonly id: string; readonly resident: string } }
  | Waiting
  /**
   * `idTaken`: somebody has the id, or had it before a deletion. `same`: somebody on the roster has this name and phone. `roleStays`: while voting is
   * open only residents without an office are added. `needsReason`: the phone is somebody's, and voting is open.
   */
  | { readonly refused: 'noCommunity' | 'idTaken' | 'same' | 'roleStays' | 'needsReason' };

/** Puts somebody on the roster; whoever signed in needs a second person for it. Rejects with `not-allowed` (`checkRight`). */
export function addResident(world: World): (addition: Addition) => Promise<Added> {
  const { vault, now } = world;
  return async ({ community, resident, id: given, reason, actor }) => {
    const acting = checkRight(actor, 'addResident', community);
    if (!(await findCommunity(community))) return { refused: 'noCommunity' };
    const id = given ?? `added-${world.randomBytes(4).toString('hex')}`;
    const _id = residentId(vault, community, id);
    const at = now();
    const record = residentRecord(vault, { _id, community, rosterId: id, ...resident, addedAt: at });
    const isDuringVote = await isVoting(community, at);
    if (isDuringVote && resident.role !== 'resident') return { refused: 'roleStays' };
    const holders = await holdersOf(community, record.phoneId);
    if (holders.some((holder) => personOf(vault, holder).name === resident.name)) return { refused: 'same' };
    const isKeyChange = isDuringVote && holders.length > 0;
    if (isKeyChange && reason === undefined) return { refused: 'needsReason' };
    if (await collection(Resident).findOne({ _id }, { projection: { _id: 1 } })) return { refused: 'idTaken' };
    const after = { id, ...resident, duringVote: isKeyChange };
    const entry = { subject: 'resident', detail: { after, reason }, names: [_id, ...(record.phoneId ? [record.phoneId] : [])] };
    if (needsSecond(actor, 'addResident', undefined))
      return askSecond(world)({ act: 'addResident', community, actor, ...entry, about: _id, payload: { id, resident, reason } });
    return withLog(world)(community, async (session, write): Promise<Added> => {
      if (await collection(Resident).findOne({ _id }, { session, projection: { _id: 1 } })) return { refused: 'idTaken' };
      await changeResidents({ added: [record], changed: [], removed: [] }, session);
      if (isKeyChange && reason !== undefined) await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
      await write({ ...acting, ...entry });
      return { added: { id, resident: _id } };
    });
  };
}

/** The residents who hold a phone (`addressHmac`): by the roster, or by their card. */
async function holdersOf(community: string, phone: string | undefined): Promise<ResidentRecord[]> {
  if (phone === undefined) return [];
  return collection(Resident)
    .find({ community, $or: [{ phoneId: phone }, { 'linkedContacts.id': phone }] }, { promoteBuffers: true })
    .toArray();
}

interface Removal {
  readonly community: string;
  /** `_id`. */
  readonly resident: string;
  /** It stays in the log, and names nobody. */
  readonly reason: string;
  readonly actor: Actor;
}

type Removed =
  | { readonly removed: true }
  /** `voting`: until the ledger is sealed nobody is taken off the roster. */
  | { readonly refused: 'noResident' | 'voting' };

/**
 * Removes a resident as `删除` does (`eraseResident`), by somebody's hand. The log's entry says that somebody was removed and why, not who. If the process
 * ends in between, `eraseDue` goes on with it. Rejects with `not-allowed` (`checkRight`).
 */
export function removeResident(world: World, forget: Forget): (removal: Removal) => Promise<Removed> {
  const { vault } = world;
  const eraseOne = eraseResident(world, forget);
  return async ({ community, resident: _id, reason, actor }) => {
    const acting = checkRight(actor, 'removeResident', community);
    const at = world.now();
    const key = vault.hmac('act', world.randomBytes(16).toString('hex'), 'removeResident');
    const noted = await withLog(world)(community, async (session, write) => {
      if (await voteUnderWay(community, at)) return 'voting';
      const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { session, promoteBuffers: true });
      if (!record) return 'noResident';
      if (record.erasureRequest) return { ...record, erasureRequest: record.erasureRequest }; // somebody does it just now
      const erasureRequest = { at: wholeDay(at), key, from: contactIdsOf(record)[0] ?? key };
      await noteLeaving(_id, erasureRequest, session);
      await write({ ...acting, subject: 'resident', detail: { reason } });
      return { ...record, erasureRequest };
    });
    if (typeof noted === 'string') return { refused: noted };
    await eraseOne(noted);
    return { removed: true };
  };
}
