import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { cardHmac, isCard } from './card.ts';
import { cardLock, countWrongCard } from './cardLocks.ts';
import { Resident } from './resident.ts';

/** `locked`: five wrong cards were shown on this tablet today; somebody has to open it anew. */
export type CardAtTablet =
  | { readonly resident: string }
  | { readonly refused: 'mistyped' | 'locked' }
  | { readonly refused: 'unknown'; readonly triesLeft: number };

/** Takes a card that is shown on a hall's tablet, under the same rules as `showCard`. `key` names the try: it counts once. */
export function cardAtTablet(
  world: World,
): (given: { card: string; community: string; tablet: string; key: string; at: Date }) => Promise<CardAtTablet> {
  return async ({ card, ...act }) => {
    if (!isCard(card)) return { refused: 'mistyped' };
    if ((await cardLock(world, act)).here) return { refused: 'locked' };
    const hmac = cardHmac(world.vault, act.community, card);
    const holder = await collection(Resident).findOne(
      { community: act.community, card: hmac, erasedAt: { $exists: false } },
      { projection: { _id: 1 } },
    );
    if (holder) return { resident: holder._id };
    const triesLeft = await countWrongCard(world, act);
    return triesLeft > 0 ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
  };
}
