import type { Act } from '../../contacts/act.ts';
import type { World } from '../../store/world.ts';
import type { Actor } from './actor.ts';
import { cardHmac, holderOfCard } from './card.ts';
import { cardLock, countWrongCard } from './cardLocks.ts';
import { isCard } from './checkDigit.ts';
import { countWrong, mayTypeNoCard } from './typedCards.ts';

/** `locked`: five wrong cards were shown on this tablet today, so that somebody has to open it anew; or too many within an hour to who opened it. */
type CardAtTablet =
  | { readonly resident: string }
  | { readonly refused: 'mistyped' | 'locked' }
  | { readonly refused: 'unknown'; readonly triesLeft: number };

interface Shown extends Pick<Act, 'community' | 'key' | 'at'> {
  readonly card: string;
  /** The tablet's session, and who opened it. */
  readonly tablet: string;
  readonly opener: Actor;
}

/**
 * Takes a card that is shown on a hall's tablet, under the same rules as `showCard`. `key` names the try: it counts once. A wrong card counts for who opened the
 * tablet as if they had typed it (`typedCard`): else they would try as many as they like, on one tablet after another.
 */
export async function cardAtTablet(world: World, { card, opener, ...act }: Shown): Promise<CardAtTablet> {
  if (!isCard(card)) return { refused: 'mistyped' };
  if ((await cardLock(world, act)).here || (await mayTypeNoCard(world, act.community, opener))) return { refused: 'locked' };
  const holder = await holderOfCard(world, act.community, cardHmac(world.vault, act.community, card));
  if (holder) return { resident: holder._id };
  const triesLeft = await countWrongCard(world, act);
  const isTold = await countWrong(world, act.community, opener);
  return triesLeft > 0 && isTold ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
}
