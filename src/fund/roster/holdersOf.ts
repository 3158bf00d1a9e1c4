import { lookUps } from '../../store/lookUps.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Address, type AddressRecord } from '../records/addressBook.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';

/** Somebody to whom a phone or chat belongs: the roster says so, or their card was shown there, or both. */
export interface Holder {
  /** The resident's `_id`. */
  readonly resident: string;
  /** Encrypted: `personOf`. */
  readonly person?: Buffer;
  readonly language?: string;
  readonly byRoster: boolean;
  readonly byTie: boolean;
}

export interface Holders {
  readonly holders: readonly Holder[];
  /** After `不是我`: every ballot from here needs the card. */
  readonly needsCard: boolean;
}

/** A lock of an address, as the same look-up brings it. */
type Lock = Required<Pick<AddressRecord, '_id' | 'needsCard'>>;

/** Who holds the phone or chat that an act comes from, residents and locks at once. */
export const holdersOf: (world: World) => (from: Pick<Act, 'community' | 'channel' | 'address'>) => Promise<Holders> = perWorld((world) => {
  const holders = holdersAt(world);
  return (from) => holders(addressHmac(world.vault, from));
});

/** The same of a phone or chat that is known by its `addressHmac` alone. */
export const holdersAt: (world: World) => (id: string) => Promise<Holders> = perWorld((world) =>
  lookUps(world)({ model: Resident, pipeline: residentsAndLocks, results: holdersIn }),
);

function residentsAndLocks(ids: readonly string[]) {
  const locks = [{ $match: { _id: { $in: ids }, needsCard: { $exists: true } } }, { $project: { needsCard: 1 } }];
  return [
    { $match: { $or: [{ 'ties.id': { $in: ids } }, { phoneId: { $in: ids } }] } },
    { $project: { phoneId: 1, 'ties.id': 1, person: 1, language: 1 } },
    { $unionWith: { coll: Address.collection.name, pipeline: locks } },
  ];
}

function holdersIn(found: readonly (ResidentRecord | Lock)[], ids: readonly string[]): Holders[] {
  const residents = found.filter((record): record is ResidentRecord => !('needsCard' in record));
  const locked = new Set(found.filter((record) => 'needsCard' in record).map(({ _id }) => _id));
  return ids.map((id) => ({ holders: residents.flatMap((resident) => asHolder(resident, id)), needsCard: locked.has(id) }));
}

function asHolder({ _id, phoneId, ties, person, language }: ResidentRecord, at: string): Holder[] {
  const byRoster = phoneId === at;
  const byTie = ties.some(({ id }) => id === at);
  if (!byRoster && !byTie) return [];
  return [{ resident: _id, ...(person && { person }), ...(language && { language }), byRoster, byTie }];
}
