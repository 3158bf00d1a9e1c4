import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { type WriteLog, withLog } from '../log/index.ts';
import { type Actor, checkRight, plainName, type StaffRole } from '../people/index.ts';
import { endPasskeys } from './passkey.ts';
import { StaffSession } from './session.ts';
import { SignInLink } from './signIn.ts';
import { ALL, encryptedStaff, genuineStaff, namedIn, Staff, type StaffGiven, type StaffRecord, staffId, staffMember, staffPhone } from './staff.ts';
import { endStaffChats } from './staffChat.ts';

/** Roles that a cadre gives and takes alone; for the others a supervisor is the second person. */
const BY_ONE: readonly StaffRole[] = ['helper', 'implementer'];

/** `onServer`: only a command on the server does it. `needsSecond`: a supervisor has to confirm it. */
type ByStaff = 'onServer' | 'needsSecond';

/** What keeps a member of the staff from giving or taking a role by themselves; a command on the server does not wait. */
function waitsFor(actor: Actor, act: 'addStaff' | 'removeStaff', role: StaffRole | undefined): ByStaff | undefined {
  if (actor.kind !== 'staff') return undefined;
  if (role === undefined || role === 'office') return 'onServer';
  return BY_ONE.includes(role) || actor.confirmed?.act === act ? undefined : 'needsSecond';
}

export type StaffAdded =
  | { readonly done: true }
  /**
   * Where a cadre gives a role alone: `nameTaken`: somebody else of the staff here has this name. `otherName`: this phone has a role here under another name.
   * The log names people by their names.
   */
  | { readonly refused: 'noCommunity' | 'already' | 'nameTaken' | 'otherName' | ByStaff };

/**
 * Gives a person a role in a community, or in all (`ALL`); of a role that they have already the name is changed. Somebody's other phone is added like
 * another person, and the old one removed. Rejects with `not-allowed` (`checkRight`).
 */
export function addStaff(world: World): (community: string, given: StaffGiven, actor: Actor) => Promise<StaffAdded> {
  return async (community, given, actor) => {
    const communities = await communitiesOf(community);
    if (communities.length === 0) return { refused: 'noCommunity' };
    const acting = communities.map((slug) => checkRight(actor, 'addStaff', slug));
    const waits = waitsFor(actor, 'addStaff', given.role);
    if (waits === 'onServer') return { refused: waits };
    const record = staffRecord(world, community, given, actor);
    return withLog(world)(community, async (session, write): Promise<StaffAdded> => {
      const known = await collection(Staff).findOne({ _id: record._id }, { session, promoteBuffers: true });
      const before = known ? { name: staffMember(world.vault, known).name } : undefined;
      if (before?.name === given.name) return { refused: 'already' };
      const confused = actor.kind === 'staff' && BY_ONE.includes(given.role) && (await confusedBy(world, community, record, given, session));
      if (confused) return { refused: confused };
      if (waits) return { refused: waits };
      await saveStaff([record], session);
      const detail = { before, after: { name: given.name, phone: given.phone, role: given.role } };
      for (const as of acting) await write({ ...as, subject: `staff/${given.role}`, detail, names: namedIn(world.vault, as.community, given) });
      return { done: true };
    });
  };
}

/** Why a name would not tell in the log who somebody is; false if it does. */
async function confusedBy(
  { vault }: World,
  community: string,
  { _id, phone }: StaffRecord,
  { name }: StaffGiven,
  session: mongo.ClientSession,
): Promise<'nameTaken' | 'otherName' | false> {
  const others = await collection(Staff)
    .find({ community, _id: { $ne: _id } }, { session, promoteBuffers: true })
    .toArray();
  const isCalledSo = (record: StaffRecord) => plainName(staffMember(vault, record).name) === plainName(name);
  if (others.some((other) => other.phone !== phone && isCalledSo(other))) return 'nameTaken';
  return others.some((other) => other.phone === phone && !isCalledSo(other)) && 'otherName';
}

/** `lastSupervisor`: nobody could be the second person any more. */
export type StaffRemoved = { readonly removed: number } | { readonly refused: 'noCommunity' | 'lastSupervisor' | ByStaff };

/** Takes a role from a person, or all roles that they have in this community. Who has none left is out at once. Rejects with `not-allowed` (`checkRight`). */
export function removeStaff(
  world: World,
): (community: string, whose: Pick<StaffGiven, 'phone'> & Partial<Pick<StaffGiven, 'role'>>, actor: Actor) => Promise<StaffRemoved> {
  return async (community, { phone, role }, actor) => {
    const communities = await communitiesOf(community);
    if (communities.length === 0) return { refused: 'noCommunity' };
    const acting = communities.map((slug) => checkRight(actor, 'removeStaff', slug));
    const waits = waitsFor(actor, 'removeStaff', role);
    if (waits === 'onServer') return { refused: waits };
    return withLog(world)(community, async (session, write): Promise<StaffRemoved> => {
      const which = { community, phone: staffPhone(world.vault, phone), ...(role && { role }) };
      const isLast = role === 'supervisor' && actor.kind === 'staff' && (await supervisorsBut(world, which, session)) === 0;
      if (isLast) return { refused: 'lastSupervisor' };
      const found = await collection(Staff).find(which, { session, promoteBuffers: true }).toArray();
      if (waits && found.length > 0) return { refused: waits };
      await takeRoles(found, session);
      for (const record of found) await writeRemoved(world, record, acting, write);
      return { removed: found.length };
    });
  };
}

/** How many others are supervisors of a community. */
async function supervisorsBut(
  { vault }: Pick<World, 'vault'>,
  { community, phone }: Pick<StaffRecord, 'community' | 'phone'>,
  session: mongo.ClientSession,
): Promise<number> {
  const others = collection(Staff).find({ community, role: 'supervisor', phone: { $ne: phone } }, { session, promoteBuffers: true });
  return genuineStaff(vault, await others.toArray()).length;
}

async function writeRemoved({ vault }: World, record: StaffRecord, acting: readonly ReturnType<typeof checkRight>[], write: WriteLog): Promise<void> {
  const { name, role, phone } = staffMember(vault, record);
  for (const as of acting)
    await write({ ...as, subject: `staff/${role}`, detail: { before: { name, phone, role } }, names: namedIn(vault, as.community, { phone }) });
}

function communitiesOf(community: string): Promise<string[]> {
  return collection(Community).distinct('_id', community === ALL ? {} : { _id: community });
}

/** A role as it is stored. */
function staffRecord({ vault, now }: Pick<World, 'vault' | 'now'>, community: string, given: StaffGiven, { name: by }: Actor): StaffRecord {
  const _id = staffId(vault, community, given);
  const { role, phone } = given;
  return { _id, community, role, phone: staffPhone(vault, phone), person: encryptedStaff(vault, _id, given), by, at: now() };
}

/** What a file changes in the roles of a community, as the log tells it. */
export interface StaffChanges {
  readonly added: readonly Pick<StaffGiven, 'name' | 'role'>[];
  /** Another name. */
  readonly changed: readonly Pick<StaffGiven, 'name' | 'role'>[];
  readonly removed: readonly Pick<StaffGiven, 'name' | 'role'>[];
}

/**
 * Gives the roles of a file in a transaction; with `isReplaced`, takes those that are not in it. Offices are not in the file, and stay. An import calls
 * it, which checks the right to it.
 */
export async function changeStaff(
  world: World,
  { community, rows, actor }: { readonly community: string; readonly rows: readonly StaffGiven[]; readonly actor: Actor },
  isReplaced: boolean,
  session: mongo.ClientSession,
): Promise<StaffChanges> {
  const found = await collection(Staff)
    .find({ community, role: { $ne: 'office' } }, { session, promoteBuffers: true })
    .toArray();
  const known = new Map(found.map((record) => [record._id, staffMember(world.vault, record)]));
  const given = rows.map((row) => ({ ...row, _id: staffId(world.vault, community, row) }));
  const kept = new Set(given.map(({ _id }) => _id));
  const added = given.filter(({ _id }) => !known.has(_id));
  const changed = given.filter(({ _id, name }) => known.has(_id) && known.get(_id)?.name !== name);
  const gone = isReplaced ? found.filter(({ _id }) => !kept.has(_id)) : [];
  const removed = gone.flatMap(({ _id }) => known.get(_id) ?? []);
  await saveStaff(
    [...added, ...changed].map((row) => staffRecord(world, community, row, actor)),
    session,
  );
  await takeRoles(gone, session);
  const told = (members: readonly StaffGiven[]) => members.map(({ name, role }) => ({ name, role }));
  return { added: told(added), changed: told(changed), removed: told(removed) };
}

/** Writes roles in a transaction. */
async function saveStaff(records: readonly StaffRecord[], session: mongo.ClientSession): Promise<void> {
  for (const { _id, ...rest } of records) await collection(Staff).updateOne({ _id }, { $set: rest }, { upsert: true, session });
}

/** Takes roles in a transaction. A person who has none left begins no session again, and has neither passkeys, links nor chat of before, also if they come back. */
async function takeRoles(records: readonly StaffRecord[], session: mongo.ClientSession): Promise<void> {
  if (records.length === 0) return;
  const phones = [...new Set(records.map(({ phone }) => phone))];
  await collection(Staff).deleteMany({ _id: { $in: records.map(({ _id }) => _id) } }, { session });
  await endStaffChats(phones, session);
  const staying = new Set(await collection(Staff).distinct('phone', { phone: { $in: phones } }, { session }));
  const leaving = phones.filter((phone) => !staying.has(phone));
  await collection(StaffSession).deleteMany({ phone: { $in: leaving } }, { session });
  await collection(SignInLink).deleteMany({ phone: { $in: leaving } }, { session });
  await endPasskeys(leaving, session);
}
