import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { CardGuard } from '../records/cardGuard.ts';
import { WrongCards } from '../records/wrongCards.ts';
import { MOST_HERE } from './countWrongCard.ts';
import { wrongCardsId } from './wrongCardsId.ts';

/** Whether card entry is locked for an act: `here` for a day, and for `strangers`, who are not on the roster, in the whole community for an hour. */
export async function cardLock(
  { vault }: World,
  act: Pick<Act, 'at' | 'community' | 'channel' | 'address'>,
): Promise<{ readonly here: boolean; readonly strangers: boolean }> {
  const [here, strangers] = await Promise.all([
    native(WrongCards).findOne({
      _id: wrongCardsId(vault, act),
      count: { $gte: MOST_HERE },
      at: { $gt: new Date(act.at.getTime() - DAY_MS) },
    }),
    native(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
  ]);
  return { here: here !== null, strangers: strangers !== null };
}
