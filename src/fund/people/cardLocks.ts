import { model, type mongo, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { type CommunityContact, type ContactPoint, contactText } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';

const MINUTE_MS = 60 * 1000;
/** Wrong cards from one address, in all communities together. After so many, card entry is locked there for a day. */
const MOST_HERE = 5;
/** Wrong cards in a community within an hour. After so many, card entry is locked for an hour for numbers that are not on its roster. */
const EVERYWHERE = 500;

/** Counts a wrong card: once for each turn, however often the turn comes. Gives how many more cards may be tried from here before the lock. */
export async function countWrongCard(world: World, act: CommunityContact & Pick<Act, 'key' | 'at'>): Promise<number> {
  const { count, isNew } = await countHere(world, act);
  if (isNew) await countEverywhere(act);
  return Math.max(0, MOST_HERE - count);
}

async function countHere({ vault }: World, act: ContactPoint & Pick<Act, 'key' | 'at'>): Promise<{ count: number; isNew: boolean }> {
  const { at } = act;
  const key = vault.hmac('act', act.key, 'countWrongCard');
  const dayAgo = new Date(at.getTime() - DAY_MS);
  const isCounted = { $eq: ['$key', key] };
  const more = { $cond: [{ $gt: ['$at', dayAgo] }, { $add: ['$count', 1] }, 1] };
  const before = await collection(WrongCards).findOneAndUpdate(
    { _id: wrongCardsId(vault, act) },
    [{ $set: { count: { $cond: [isCounted, '$count', more] }, at: { $cond: [isCounted, '$at', at] }, key } }],
    { upsert: true, returnDocument: 'before' },
  );
  if (before?.key === key) return { count: before.count, isNew: false };
  return { count: before && before.at > dayAgo ? before.count + 1 : 1, isNew: true };
}

async function countEverywhere({ at, community }: Pick<Act, 'at' | 'community'>): Promise<void> {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  const known = { $ifNull: ['$minutes', []] };
  const others = { $filter: { input: known, cond: { $and: [{ $gt: ['$$this.minute', minute - 60] }, { $ne: ['$$this.minute', minute] }] } } };
  const same = { $filter: { input: known, cond: { $eq: ['$$this.minute', minute] } } };
  const wrong = { $reduce: { input: same, initialValue: 1, in: { $add: ['$$value', '$$this.wrong'] } } };
  const isTooMany = { $gte: [{ $sum: '$minutes.wrong' }, EVERYWHERE] };
  await collection(CardGuard).updateOne(
    { _id: community },
    [
      { $set: { minutes: { $concatArrays: [others, [{ minute, wrong }]] } } },
      { $set: { lockedUntil: { $cond: [isTooMany, new Date(at.getTime() + HOUR_MS), '$lockedUntil'] } } },
    ],
    { upsert: true },
  );
}

/**
 * Whether card entry is locked for an act. `here`: from this phone or chat, for a day. `strangers`: in the whole community, for an hour, for people
 * who are not on the roster.
 */
export async function cardLock(
  { vault }: World,
  act: CommunityContact & Pick<Act, 'at'>,
): Promise<{ readonly here: boolean; readonly strangers: boolean }> {
  const [here, strangers] = await Promise.all([
    collection(WrongCards).findOne({
      _id: wrongCardsId(vault, act),
      count: { $gte: MOST_HERE },
      at: { $gt: new Date(act.at.getTime() - DAY_MS) },
    }),
    collection(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
  ]);
  return { here: here !== null, strangers: strangers !== null };
}

/** Ends the lock of card entry of a phone or chat in a transaction; gives false if it had none. */
export async function endCardLock({ vault }: Pick<World, 'vault'>, from: ContactPoint, at: Date, session: mongo.ClientSession): Promise<boolean> {
  const wrong = await collection(WrongCards).findOneAndDelete({ _id: wrongCardsId(vault, from) }, { session });
  return wrong !== null && isLocking(wrong, at);
}

/** Whether card entry is locked at a phone or chat, in whatever community. */
export async function isCardLocked({ vault }: Pick<World, 'vault'>, from: ContactPoint, at: Date): Promise<boolean> {
  const wrong = await collection(WrongCards).findOne({ _id: wrongCardsId(vault, from) });
  return wrong !== null && isLocking(wrong, at);
}

function isLocking({ count, at: last }: WrongCardsRecord, at: Date): boolean {
  return count >= MOST_HERE && last.getTime() > at.getTime() - DAY_MS;
}

/** `_id` of the record of a phone's or chat's wrong cards, which is the same in every community. */
function wrongCardsId(vault: Vault, from: ContactPoint): string {
  return vault.hmac('wrongCards', contactText(from));
}

/**
 * The wrong cards that one phone or chat has shown in all communities together. Only cards with a right check digit count. Forgotten after a day
 * without a wrong card.
 */
export interface WrongCardsRecord {
  /** `vault.hmac('wrongCards', contact)`. */
  _id: string;
  /** At five, card entry is locked there, for a day from the last wrong card. */
  count: number;
  /** When the last wrong card came, and the key of its act: no act counts twice. */
  at: Date;
  key: string;
}

const wrongCardsSchema = new Schema<WrongCardsRecord>(
  {
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    at: { type: Date, required: true },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'wrongcards' },
);
wrongCardsSchema.index({ at: 1 });

export const WrongCards = model<WrongCardsRecord>('WrongCards', wrongCardsSchema);

/** The wrong cards of a community's last hour. At five hundred, card entry is locked for an hour for numbers that are not on its roster. */
export interface CardGuardRecord {
  /** The slug. */
  _id: string;
  /** How many wrong cards came in each minute (since the epoch) that had some; sixty minutes at most. */
  minutes: { minute: number; wrong: number }[];
  lockedUntil?: Date;
}

const cardGuardSchema = new Schema<CardGuardRecord>(
  {
    _id: { type: String, required: true },
    minutes: [{ type: { minute: Number, wrong: Number }, _id: false }],
    lockedUntil: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'cardguards' },
);

export const CardGuard = model<CardGuardRecord>('CardGuard', cardGuardSchema);
