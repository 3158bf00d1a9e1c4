import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { encrypted, index, oneOf, type RecordOf, records } from '../../store/records.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { type Actor, isHeldOnRoster, officesOnRoster, SEES_PEOPLE, STAFF_ROLES, type StaffRole, supervisedOnRoster, view } from '../people/index.ts';

/** Stands for all communities, also those that come later: an office may read them all. */
export const ALL = '*';

/** What a cadre is told of by text (`tellStaff`). */
export const STAFF_TEXTS = ['letters', 'objections'] as const;
export type StaffText = (typeof STAFF_TEXTS)[number];

/** One role of one person in a community. Who has two has two records. */
export const Staff = records(
  'staff',
  {
    /** `vault.hmac('staff', community, role, phone)`. */
    _id: String,
    /** The slug, or `ALL`. */
    community: String,
    role: oneOf(STAFF_ROLES),
    /** `staffPhone(…)`: the same in every community. By it a person is found who signs in. */
    phone: String,
    /** Name, phone, and the texts that they do not want, encrypted as JSON (`encryptedStaff`). */
    person: encrypted('staffPerson'),
    /** Who gave the role, and when. */
    by: String,
    at: Date,
  },
  [index({ community: 1, role: 1 }), index({ phone: 1 })],
);
export type StaffRecord = RecordOf<typeof Staff>;

/** A role as somebody gives it. */
export interface StaffGiven {
  /** For an office the office's. */
  readonly name: string;
  /** E.164. */
  readonly phone: string;
  readonly role: StaffRole;
}

/** A member of a community's staff. */
export interface StaffMember extends StaffGiven {
  readonly id: string;
  /** The slug, or `ALL`. */
  readonly community: string;
  /** The texts that they do not want. */
  readonly unwanted?: readonly StaffText[];
}

/** Whether an office may read all communities. */
export function isForAll({ community }: Pick<StaffMember, 'community'>): boolean {
  return community === ALL;
}

/** The HMAC that stands for a phone with which somebody signs in, whatever the community. */
export function staffPhone(vault: Vault, phone: string): string {
  return vault.hmac('staff', phone);
}

export function staffId(vault: Vault, community: string, { role, phone }: Pick<StaffGiven, 'role' | 'phone'>): string {
  return vault.hmac('staff', community, role, phone);
}

type StaffKept = Pick<StaffMember, 'name' | 'phone'> & { readonly unwanted?: StaffMember['unwanted'] | undefined };

export function encryptedStaff(vault: Vault, _id: string, { name, phone, unwanted }: StaffKept): Buffer {
  return vault.encrypt('staffPerson', _id, JSON.stringify({ name, phone, unwanted }));
}

export function staffMember(vault: Vault, { _id, community, role, person }: StaffRecord): StaffMember {
  const { name, phone, unwanted }: StaffKept = JSON.parse(vault.decrypt('staffPerson', _id, person));
  return { id: _id, community, role, name, phone, ...(unwanted && { unwanted }) };
}

/**
 * The members whom the service wrote. A record's id is an HMAC of its place, role and phone: whoever writes into the database and has no SECRET can give
 * somebody another role, place or phone, and not the id that this would have.
 */
export function genuineStaff(vault: Vault, records: readonly StaffRecord[]): StaffMember[] {
  return records.flatMap((record) => {
    const member = unlessForged(() => staffMember(vault, record));
    const isGenuine = member && member.id === staffId(vault, member.community, member) && record.phone === staffPhone(vault, member.phone);
    return isGenuine ? [member] : [];
  });
}

/** The staff of a community, the offices that read it included, in the order of roles and then by name. */
export async function staffOf({ vault }: Pick<World, 'vault'>, community: string): Promise<StaffMember[]> {
  const found = await collection(Staff)
    .find({ community: { $in: [community, ALL] } }, { promoteBuffers: true })
    .toArray();
  const place = ({ role, name }: StaffMember) => `${STAFF_ROLES.indexOf(role)}${name}`;
  return genuineStaff(vault, found).toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** The staff of a community for somebody who signed in, in the order of roles and then by name. */
export const readStaff = view({
  name: 'staff.list',
  may: SEES_PEOPLE,
  query: async ({ world, community }): Promise<StaffMember[]> => {
    return staffOf(world, community);
  },
});

/** Every role that a phone (`staffPhone`) has now, in whatever community. */
export async function rolesOf({ vault }: Pick<World, 'vault'>, phone: string): Promise<StaffMember[]> {
  const found = await collection(Staff).find({ phone }, { promoteBuffers: true }).toArray();
  return genuineStaff(vault, found);
}

/** A role by its id, with whose phone (`staffPhone`) it is; null if it was taken. */
export async function staffRole(
  { vault }: Pick<World, 'vault'>,
  id: string,
): Promise<{ readonly member: StaffMember; readonly phone: string } | null> {
  const found = await collection(Staff).findOne({ _id: id }, { promoteBuffers: true });
  const [member] = genuineStaff(vault, found ? [found] : []);
  return found && member ? { member, phone: found.phone } : null;
}

/** A member of the staff who acts in a community; undefined if they have no role there. */
export function staffActor(member: StaffMember, community: string): Actor | undefined {
  const { id, name, role } = member;
  return member.community === community || member.community === ALL ? { kind: 'staff', id, name, role, community } : undefined;
}

/** As whom somebody with this phone (E.164) may act in a community. */
export async function actorsAt(world: Pick<World, 'vault'>, community: string, phone: string): Promise<Actor[]> {
  const roles = await rolesOf(world, staffPhone(world.vault, phone));
  return roles.flatMap((member) => staffActor(member, community) ?? []);
}

/** Whom the log's entry about a role names: the phone, in case its holder is a resident who is deleted. */
export function namedIn(vault: Vault, community: string, { phone }: Pick<StaffGiven, 'phone'>): string[] {
  return [addressHmac(vault, { community, ...phoneContact(phone) })];
}

/** How many people have each office in a community. */
export type OfficeCounts = Readonly<Record<'cadre' | 'council' | 'supervisor', number>>;

/** How many people have each office in a community, on its roster or as staff. A person who has it in both ways, with the same phone, counts once. */
export async function countOffices({ vault }: Pick<World, 'vault'>, community: string): Promise<OfficeCounts> {
  const [roster, staff] = await Promise.all([
    officesOnRoster({ vault }, community),
    forReaders(Staff)
      .find({ community: { $in: [community, ALL] } }, { promoteBuffers: true })
      .toArray(),
  ]);
  const holders = [
    ...roster.map(({ role, phoneId, _id }) => ({ role, who: phoneId ?? _id })),
    ...genuineStaff(vault, staff).map(({ role, phone }) => ({ role, who: addressHmac(vault, { community, ...phoneContact(phone) }) })),
  ];
  const count = (role: keyof OfficeCounts) => new Set(holders.filter((one) => one.role === role).map(({ who }) => who)).size;
  return { cadre: count('cadre'), council: count('council'), supervisor: count('supervisor') };
}

/** Whether there is an office that reads all communities. */
export async function isAllRead({ vault }: Pick<World, 'vault'>): Promise<boolean> {
  return genuineStaff(vault, await forReaders(Staff).find({ community: ALL }, { promoteBuffers: true }).toArray()).length > 0;
}

/** Whether a community has a supervisor, on its roster or as staff. */
export async function isOfficeHeld(world: World, community: string, office: 'council' | 'supervisor'): Promise<boolean> {
  const [onRoster, staff] = await Promise.all([
    isHeldOnRoster(world, community, office),
    staffBy(world, [{ $match: { community: { $in: [community, ALL] }, role: office } }]),
  ]);
  return onRoster || genuineStaff(world.vault, staff).length > 0;
}

const staffBy = batchedQuery(Staff);

/** Those of the communities that have a supervisor, on their roster or as staff. */
export async function supervisedAmong(world: Pick<World, 'vault'>, communities: readonly string[]): Promise<Set<string>> {
  const [onRoster, found] = await Promise.all([
    supervisedOnRoster(world, communities),
    forReaders(Staff)
      .find({ community: { $in: [...communities, ALL] }, role: 'supervisor' }, { promoteBuffers: true })
      .toArray(),
  ]);
  const staff = genuineStaff(world.vault, found).map(({ community }) => community);
  return staff.includes(ALL) ? new Set(communities) : new Set([...onRoster, ...staff]);
}
