import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Resident } from '../records/resident.ts';
import type { Tell } from '../tell.ts';
import { cardHmac } from './cardHmac.ts';
import { cardLock } from './cardLock.ts';
import { countWrongCard } from './countWrongCard.ts';
import { holdersOf } from './holdersOf.ts';
import { isCard } from './isCard.ts';
import { personOf } from './person.ts';
import { tieTo } from './tieTo.ts';
import { usedElsewhere } from './usedElsewhere.ts';

export type CardShown =
  /** Whose card it is. `tied`: from now on this phone or chat is theirs; `own`: it was before; `hasOther`: another chat is, which `moveChat` ends. */
  | { readonly resident: string; readonly name?: string; readonly tied: boolean; readonly own: boolean; readonly hasOther?: true }
  | { readonly refused: 'mistyped' }
  | { readonly refused: 'unknown'; readonly triesLeft: number }
  /** For a day here; `lockedForStrangers`: for an hour, for who is not on the roster. */
  | { readonly refused: 'locked' | 'lockedForStrangers' };

/**
 * A card is shown; its holder hears of it where this phone or chat is not theirs. With `tie` it is from then on. A wrong check digit
 * is a slip and counts for nothing; five other wrong cards lock card entry here for a day, five hundred in an hour in a community lock it for
 * strangers (contract §4). A sender can be forged: the card of a person whose phone or chat this is, is never refused here.
 */
export function showCard(world: World, tell: Tell): (input: { card: string; tie: boolean }, act: Act) => Promise<CardShown> {
  const holders = holdersOf(world);
  const lineToHolder = usedElsewhere(world, tell);
  return async ({ card, tie }, act) => {
    if (!isCard(card)) return { refused: 'mistyped' };
    const hmac = cardHmac(world.vault, act.community, card);
    const [here, lock, holder] = await Promise.all([
      holders(act),
      cardLock(world, act),
      native(Resident).findOne(
        { community: act.community, card: hmac, leftAt: { $exists: false } },
        { projection: { person: 1, phoneId: 1, ties: 1, language: 1 } },
      ),
    ]);
    const own = here.holders.some(({ resident }) => resident === holder?._id);
    if (!own && lock.here) return { refused: 'locked' };
    if (here.holders.length === 0 && lock.strangers) return { refused: 'lockedForStrangers' };
    if (!holder) {
      act.beginWrite();
      const triesLeft = await countWrongCard(world, act);
      return triesLeft > 0 ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
    }
    if (tie || !own) act.beginWrite();
    if (!own) await lineToHolder(holder, act);
    const tied = tie && (await tieTo(world.vault, holder._id, act));
    const { name } = personOf(world.vault, holder);
    return { resident: holder._id, ...(name && { name }), tied, own, ...(tie && !tied && { hasOther: true }) };
  };
}
