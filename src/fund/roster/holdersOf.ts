import { lookUps } from '../../store/lookUps.ts';
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

/** A lock of an address, as the same look-up brings it. */
type Lock = Required<Pick<AddressRecord, '_id' | 'needsCard'>>;

/** Who holds the phone or chat that an act comes from, residents and locks at once. */
export const holdersOf: (world: World) => (from: From) => Promise<Holders> = perWorld((world) =>
  lookUps(world)({ model: Resident, pipeline: residentsAndLocks, results: holdersIn }),
);

/** Of whichever community, which the results tell apart: with it in the question, the database would weigh seven indexes for each. */
function residentsAndLocks(waiting: readonly From[]) {
  const phones = waiting.filter(({ channel }) => channel !== 'wechat').map(({ address }) => address);
  const locks = [{ $match: { _id: { $in: waiting.map(addressId) }, needsCard: { $exists: true } } }, { $project: { needsCard: 1 } }];
  return [
    { $match: { $or: [{ ties: { $in: waiting.map(tieOf) } }, ...(phones.length > 0 ? [{ phone: { $in: phones } }] : [])] } },
    { $project: { community: 1, phone: 1, ties: 1, name: 1, language: 1 } },
    { $unionWith: { coll: Address.collection.name, pipeline: locks } },
  ];
}

function holdersIn(found: readonly (ResidentRecord | Lock)[], waiting: readonly From[]): Holders[] {
  const residents = found.filter((record): record is ResidentRecord => !('needsCard' in record));
  const locked = new Set(found.filter((record) => 'needsCard' in record).map(({ _id }) => _id));
  return waiting.map((from) => ({ holders: residents.flatMap((resident) => asHolder(resident, from)), needsCard: locked.has(addressId(from)) }));
}

function asHolder({ _id, community, phone, ties, name, language }: ResidentRecord, from: From): Holder[] {
  const byRoster = from.channel !== 'wechat' && phone === from.address;
  const byTie = ties.includes(tieOf(from));
  if (community !== from.community || !(byRoster || byTie)) return [];
  return [{ resident: _id, ...(name && { name }), ...(language && { language }), byRoster, byTie }];
}
