import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { CardGuard } from '../records/cardGuard.ts';
import { WrongCards } from '../records/wrongCards.ts';
import { wrongCardsId } from './wrongCardsId.ts';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;
/** From one address, in all communities together; then card entry is locked there for a day. */
export const MOST_HERE = 5;
/** In a community in an hour, then card entry is locked for an hour for numbers that are not on its roster. */
const EVERYWHERE = 500;

/** Counts a wrong card, once for each turn however often it comes; gives how many more may be tried from here before the lock. */
export async function countWrongCard(world: World, act: Pick<Act, 'key' | 'at' | 'community' | 'channel' | 'address'>): Promise<number> {
  const { count, isNew } = await countHere(world, act);
  if (isNew) await countEverywhere(act);
  return Math.max(0, MOST_HERE - count);
}

async function countHere({ vault }: World, act: Pick<Act, 'key' | 'at' | 'channel' | 'address'>): Promise<{ count: number; isNew: boolean }> {
  const { at } = act;
  const key = vault.hmac('act', act.key, 'countWrongCard');
  const dayAgo = new Date(at.getTime() - DAY_MS);
  const isCounted = { $eq: ['$key', key] };
  const more = { $cond: [{ $gt: ['$at', dayAgo] }, { $add: ['$count', 1] }, 1] };
  const before = await native(WrongCards).findOneAndUpdate(
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
  await native(CardGuard).updateOne(
    { _id: community },
    [
      { $set: { minutes: { $concatArrays: [others, [{ minute, wrong }]] } } },
      { $set: { lockedUntil: { $cond: [isTooMany, new Date(at.getTime() + HOUR_MS), '$lockedUntil'] } } },
    ],
    { upsert: true },
  );
}
