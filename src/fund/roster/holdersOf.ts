import { groupCommit } from '../../store/groupCommit.ts';
import { native } from '../../store/native.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Address, type AddressRecord } from '../records/addressBook.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { addressId } from './addressId.ts';
import { tieOf } from './tieOf.ts';

/** Somebody to whom a phone or chat belongs: the roster says so, or their card was shown there, or both. */
export interface Holder {
  /** The resident's `_id`. */
  readonly resident: string;
  readonly name?: string;
  readonly language?: string;
  readonly byRoster: boolean;
  readonly byTie: boolean;
}

export interface Holders {
  readonly holders: readonly Holder[];
  /** After `不是我`: every ballot from here needs the card. */
  readonly needsCard: boolean;
}

type From = Pick<Act, 'community' | 'channel' | 'address'>;

/** Who holds the phone or chat that an act comes from. What waits is looked up together, with one `find` for residents and one for locks. */
export const holdersOf: (world: World) => (from: From) => Promise<Holders> = perWorld(() => groupCommit(holdersOfAll));

async function holdersOfAll(waiting: readonly From[]): Promise<Holders[]> {
  const [residents, locked] = await Promise.all([residentsOf(waiting), lockedOf(waiting)]);
  return waiting.map((from) => ({ holders: residents.flatMap((resident) => asHolder(resident, from)), needsCard: locked.has(addressId(from)) }));
}

function residentsOf(waiting: readonly From[]): Promise<ResidentRecord[]> {
  const communities = [...new Set(waiting.map(({ community }) => community))];
  return native(Resident)
    .find(
      { $or: communities.flatMap((community) => heldIn(community, waiting)) },
      { projection: { community: 1, phone: 1, ties: 1, name: 1, language: 1 } },
    )
    .toArray();
}

function heldIn(community: string, waiting: readonly From[]) {
  const here = waiting.filter((from) => from.community === community);
  const phones = here.filter(({ channel }) => channel !== 'wechat').map(({ address }) => address);
  return [{ community, ties: { $in: here.map(tieOf) } }, ...(phones.length > 0 ? [{ community, phone: { $in: phones } }] : [])];
}

async function lockedOf(waiting: readonly From[]): Promise<Set<AddressRecord['_id']>> {
  const locked = await native(Address)
    .find({ _id: { $in: waiting.map(addressId) }, needsCard: { $exists: true } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(locked.map(({ _id }) => _id));
}

function asHolder({ _id, community, phone, ties, name, language }: ResidentRecord, from: From): Holder[] {
  const byRoster = from.channel !== 'wechat' && phone === from.address;
  const byTie = ties.includes(tieOf(from));
  if (community !== from.community || !(byRoster || byTie)) return [];
  return [{ resident: _id, ...(name && { name }), ...(language && { language }), byRoster, byTie }];
}
