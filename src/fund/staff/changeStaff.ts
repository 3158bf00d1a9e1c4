import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { lookOf } from '../../store/lookalike.ts';
import type { World } from '../../store/world.ts';
import { SERVICE_NAME } from '../log/index.ts';
import { type Actor, plainName, type StaffRole } from '../people/index.ts';
import { endPasskeys } from './passkey.ts';
import { StaffSession } from './session.ts';
import { SignInLink } from './signIn.ts';
import {
  encryptedStaff,
  genuineStaff,
  Staff,
  type StaffGiven,
  type StaffMember,
  type StaffRecord,
  type StaffText,
  staffId,
  staffMember,
  staffPhone,
} from './staff.ts';
import { endStaffChats } from './staffChat.ts';

/** Roles that a cadre gives and takes alone; for the others a supervisor is the second person. */
export const BY_ONE: readonly StaffRole[] = ['helper', 'implementer'];

/** `nameTaken`: somebody else of the staff here has this name. `otherName`: this phone has a role here under another name. The log names people by their names. */
type RoleGiven =
  /** The name of who has the role already, if somebody has. */
  { readonly before: Pick<StaffGiven, 'name'> | undefined } | { readonly refused: 'already' | 'nameTaken' | 'otherName' };

/**
 * Gives a person a role in a community, or in all (`ALL`), in a transaction; of a role that they have already the name is changed. Somebody's other phone is
 * added like another person, and the old one removed. An act calls it.
 */
export async function giveRole(world: World, community: string, given: StaffGiven, actor: Actor, session: mongo.ClientSession): Promise<RoleGiven> {
  const known = await collection(Staff).findOne({ _id: staffId(world.vault, community, given) }, { session, promoteBuffers: true });
  const before = known ? staffMember(world.vault, known) : undefined;
  if (before?.name === given.name) return { refused: 'already' };
  const record = staffRecord(world, community, { ...given, unwanted: before?.unwanted }, actor);
  const confused = actor.kind === 'staff' && BY_ONE.includes(given.role) && (await confusedBy(world, community, record, given, session));
  if (confused) return { refused: confused };
  await saveStaff([record], session);
  return { before: before && { name: before.name } };
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
  const calledAs = (record: StaffRecord) => plainName(staffMember(vault, record).name);
  const [called, seen] = [plainName(name), lookOf(plainName(name))];
  if (seen === lookOf(plainName(SERVICE_NAME))) return 'nameTaken';
  if (others.some((other) => other.phone !== phone && lookOf(calledAs(other)) === seen)) return 'nameTaken';
  return others.some((other) => other.phone === phone && calledAs(other) !== called) && 'otherName';
}

/** `lastSupervisor`: nobody could be the second person any more. */
type RoleTaken = { readonly removed: readonly StaffMember[] } | { readonly refused: 'lastSupervisor' };

/** Takes a role from a person, or all roles that they have in this community, in a transaction. Who has none left is out at once. An act calls it. */
export async function takeRole(
  { vault }: World,
  community: string,
  { phone, role }: Pick<StaffGiven, 'phone'> & { readonly role?: StaffRole | undefined },
  actor: Actor,
  session: mongo.ClientSession,
): Promise<RoleTaken> {
  const which = { community, phone: staffPhone(vault, phone), ...(role && { role }) };
  const isLast = role === 'supervisor' && actor.kind === 'staff' && (await supervisorsBut({ vault }, which, session)) === 0;
  if (isLast) return { refused: 'lastSupervisor' };
  const found = await collection(Staff).find(which, { session, promoteBuffers: true }).toArray();
  await takeRoles(found, session);
  return { removed: found.map((record) => staffMember(vault, record)) };
}

/** Keeps which texts somebody does not want in a role, in a transaction. An act calls it. Gives what it was before; null if they have the role no more. */
export async function keepUnwanted(
  { vault }: World,
  _id: string,
  unwanted: readonly StaffText[],
  session: mongo.ClientSession,
): Promise<StaffMember | null> {
  const found = await collection(Staff).findOne({ _id }, { session, promoteBuffers: true });
  const before = found && staffMember(vault, found);
  if (before) await collection(Staff).updateOne({ _id }, { $set: { person: encryptedStaff(vault, _id, { ...before, unwanted }) } }, { session });
  return before;
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

/** A role as it is stored. */
function staffRecord(
  { vault, now }: Pick<World, 'vault' | 'now'>,
  community: string,
  given: StaffGiven & { readonly unwanted: StaffMember['unwanted'] | undefined },
  { name: by }: Actor,
): StaffRecord {
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
    [...added, ...changed].map((row) => staffRecord(world, community, { ...row, unwanted: known.get(row._id)?.unwanted }, actor)),
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
