import type { mongo } from 'mongoose';
import { cached, changes } from '../../store/cache.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { opaque, optional, type RecordOf, records } from '../../store/records.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Community, type CommunityRecord } from './community.ts';

/**
 * A community that leaves for another cell, and the signpost once it has arrived there. Its own record lies here and not among the communities: so
 * nothing that looks for communities finds it, and nothing is done for it here any more.
 */
export const Departure = records('departures', {
  /** The slug. */
  _id: String,
  community: opaque<CommunityRecord>(),
  /** Its cycles' ids. */
  cycles: [String],
  /** The other cell's database: hosts and name. */
  to: String,
  /** The address of the other cell's pages, without a slash at the end. */
  url: String,
  at: Date,
  /** The last entry of its log here. */
  head: { seq: Number, hash: String },
  /** Everything is there, and turns are taken there. */
  arrivedAt: optional(Date),
  /** Grows with each step in which what is left here is removed. */
  steps: optional(Number),
});
export type DepartureRecord = RecordOf<typeof Departure>;

/** A cell that so many communities have left is emptied by hand. */
const MAX_DEPARTURES = 10_000;

/** Takes a community out of those that are served here, in the transaction of the act. */
export async function departCommunity(departure: DepartureRecord, session: mongo.ClientSession): Promise<void> {
  const { deletedCount } = await collection(Community).deleteOne({ _id: departure._id }, { session });
  if (deletedCount !== 1) throw new CodedError('no-community', `There is no community ${departure._id} here.`);
  await collection(Departure).insertOne(departure, { session });
}

/** Serves a community here from now on: one that has come, or that stays after all. In the transaction of the act. Rejects with `slug-taken`. */
export async function settleCommunity(community: CommunityRecord, session: mongo.ClientSession): Promise<void> {
  try {
    await collection(Community).insertOne(community, { session });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new CodedError('slug-taken', `There is a community ${community._id}, or one with a number of it, here already.`, { cause: error });
  }
  await collection(Departure).deleteOne({ _id: community._id }, { session });
}

/** From now on what reaches the old cell is shown the way to the new one. */
export async function putSignpost(slug: string, at: Date): Promise<void> {
  await collection(Departure).updateOne({ _id: slug, arrivedAt: { $exists: false } }, { $set: { arrivedAt: at } });
}

/** A community that has left with this slug or one of these numbers; null if none did. */
export function leftWith(
  { _id, phone, callback = phone, textNumber, carriers }: Pick<CommunityRecord, '_id' | 'phone' | 'callback' | 'textNumber' | 'carriers'>,
  session: mongo.ClientSession,
): Promise<DepartureRecord | null> {
  const numbers = { $in: [phone, callback] };
  const same = [
    { _id },
    { 'community.phone': numbers },
    { 'community.callback': numbers },
    ...(textNumber === undefined ? [] : [{ 'community.carriers.sms': carriers?.sms, 'community.textNumber': textNumber }]),
  ];
  return collection(Departure).findOne({ $or: same }, { session });
}

/** Communities that are on their way, not arrived yet. */
export function underWay(): Promise<DepartureRecord[]> {
  return collection(Departure)
    .find({ arrivedAt: { $exists: false } }, { limit: MAX_DEPARTURES })
    .toArray();
}

/** The communities that have left or are leaving, a second old at most. */
export interface Departures {
  bySlug(slug: string): Promise<DepartureRecord | undefined>;
  byCycle(id: string): Promise<DepartureRecord | undefined>;
  /** By a number as a carrier writes it; of any carrier, if none is named. */
  byNumber(number: string, carrier?: string): Promise<DepartureRecord | undefined>;
  /** Whether one left whose texts come by this carrier and name no community by their number; of any carrier, if none is named. */
  some(carrier?: string): Promise<boolean>;
}

export const departures: (world: World) => Departures = perWorld((world) => {
  const all = cached(world, 1_000, 1, () => collection(Departure).find().sort({ _id: 1 }).limit(MAX_DEPARTURES).toArray(), changes(world).version);
  return {
    bySlug: async (slug) => (await all('')).find(({ _id }) => _id === slug),
    byCycle: async (id) => (await all('')).find(({ cycles }) => cycles.includes(id)),
    byNumber: async (number, carrier) => (await all('')).find(({ community }) => isItsNumber(community, number, carrier)),
    some: async (carrier) =>
      (await all('')).some(({ community: { carriers, textNumber } }) => carrier === undefined || (carriers?.sms === carrier && !textNumber)),
  };
});

function isItsNumber({ phone, callback, textNumber, carriers }: CommunityRecord, number: string, carrier?: string): boolean {
  const digits = number.replace(/^(\+|00)/, '');
  const written = [`+${digits}`, `+86${digits.replace(/^0/, '')}`];
  const isTexted = textNumber !== undefined && digits.startsWith(textNumber) && (carrier === undefined || carriers?.sms === carrier);
  return isTexted || written.includes(phone) || (callback !== undefined && written.includes(callback));
}
