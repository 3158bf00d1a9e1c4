import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { CardGuard } from '../records/cardGuard.ts';
import { addressId } from './addressId.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** From one address, then card entry is locked there for a day. */
const HERE = 5;
/** In a community in an hour, then card entry is locked for an hour for numbers that are not on its roster. */
const EVERYWHERE = 50;

/** Counts a wrong card, once for each turn however often it comes; gives how many more may be tried from here before the lock. */
export async function countWrongCard({ vault }: World, act: Pick<Act, 'key' | 'at' | 'community' | 'channel' | 'address'>): Promise<number> {
  const key = vault.hmac('act', act.key, 'countWrongCard');
  const [count] = await Promise.all([countHere(key, act), countEverywhere(key, act)]);
  return Math.max(0, HERE - count);
}

async function countHere(key: string, act: Pick<Act, 'at' | 'community' | 'channel' | 'address'>): Promise<number> {
  const { at } = act;
  const isFresh = { $gt: ['$wrongCards.since', before(at, DAY_MS)] };
  const counted = {
    $cond: [isFresh, { count: { $add: ['$wrongCards.count', 1] }, since: '$wrongCards.since', key }, { count: 1, since: at, key }],
  };
  const updated = await native(Address).findOneAndUpdate(
    { _id: addressId(act) },
    [
      { $set: { wrongCards: { $cond: [{ $eq: ['$wrongCards.key', key] }, '$wrongCards', counted] }, log: { $ifNull: ['$log', []] } } },
      {
        $set: {
          cardLockedUntil: { $cond: [{ $gte: ['$wrongCards.count', HERE] }, { $ifNull: ['$cardLockedUntil', after(at, DAY_MS)] }, '$$REMOVE'] },
        },
      },
    ],
    { upsert: true, returnDocument: 'after', projection: { wrongCards: 1 } },
  );
  return updated?.wrongCards?.count ?? 0;
}

async function countEverywhere(key: string, { at, community }: Pick<Act, 'at' | 'community'>): Promise<void> {
  const lastHour = { $filter: { input: { $ifNull: ['$wrong', []] }, cond: { $gt: ['$$this.at', before(at, HOUR_MS)] } } };
  const isCounted = { $in: [key, { $ifNull: ['$wrong.key', []] }] };
  await native(CardGuard).updateOne(
    { _id: community },
    [
      { $set: { wrong: { $cond: [isCounted, '$wrong', { $slice: [{ $concatArrays: [lastHour, [{ at, key }]] }, -EVERYWHERE] }] } } },
      { $set: { lockedUntil: { $cond: [{ $gte: [{ $size: '$wrong' }, EVERYWHERE] }, after(at, HOUR_MS), '$lockedUntil'] } } },
    ],
    { upsert: true },
  );
}

function before(at: Date, ms: number): Date {
  return new Date(at.getTime() - ms);
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}
