import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Channel } from '../act.ts';
import { WrongCards } from '../records/wrongCards.ts';
import { addressHmac } from './addressHmac.ts';
import { MOST_HERE } from './countWrongCard.ts';
import { needNoCard } from './needCard.ts';
import { wrongCardsId } from './wrongCardsId.ts';

/** Ends the locks of a phone or chat: of card entry, and that every ballot from it needs the card. False where it had none. */
export async function unlockAddress(
  { vault, now }: World,
  from: { community: string; channel: Channel; address: string },
  by: string,
): Promise<boolean> {
  const at = now();
  const _id = addressHmac(vault, from);
  const wrong = await native(WrongCards).findOneAndDelete({ _id: wrongCardsId(vault, from) });
  const wasLocked = wrong !== null && wrong.count >= MOST_HERE && wrong.at.getTime() > at.getTime() - DAY_MS;
  const neededCard = await needNoCard(vault, _id, at, by, wasLocked);
  return wasLocked || neededCard;
}
