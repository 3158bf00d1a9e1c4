import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { officesOnRoster, supervisedOnRoster } from '../people/index.ts';
import { ALL, Staff, staffMember } from './staff.ts';

/** How many people have each office in a community. */
export type OfficeCounts = Readonly<Record<'cadre' | 'council' | 'supervisor', number>>;

/** How many people have each office in a community, on its roster or as staff. Who has it in both ways, with the same phone, counts once. */
export async function countOffices({ vault }: Pick<World, 'vault'>, community: string): Promise<OfficeCounts> {
  const [roster, staff] = await Promise.all([
    officesOnRoster(community),
    forReaders(Staff)
      .find({ community: { $in: [community, ALL] } }, { promoteBuffers: true })
      .toArray(),
  ]);
  const holders = [
    ...roster.map(({ role, phoneId, _id }) => ({ role, who: phoneId ?? _id })),
    ...staff.map((record) => ({ role: record.role, who: addressHmac(vault, { community, ...phoneContact(staffMember(vault, record).phone) }) })),
  ];
  const count = (role: keyof OfficeCounts) => new Set(holders.filter((one) => one.role === role).map(({ who }) => who)).size;
  return { cadre: count('cadre'), council: count('council'), supervisor: count('supervisor') };
}

/** Whether there is an office that reads all communities. */
export async function isAllRead(): Promise<boolean> {
  return (await forReaders(Staff).findOne({ community: ALL }, { projection: { _id: 1 } })) !== null;
}

/** Those of the communities that have a supervisor, on their roster or as staff. */
export async function supervisedAmong(communities: readonly string[]): Promise<Set<string>> {
  const [onRoster, staff] = await Promise.all([
    supervisedOnRoster(communities),
    forReaders(Staff).distinct('community', { community: { $in: [...communities, ALL] }, role: 'supervisor' }),
  ]);
  return staff.includes(ALL) ? new Set(communities) : new Set([...onRoster, ...staff]);
}
