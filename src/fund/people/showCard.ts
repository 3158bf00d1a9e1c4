import type { Act } from '../../contacts/act.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { cardHmac, isCard } from './card.ts';
import { cardLock, countWrongCard } from './cardLocks.ts';
import { holdersOf } from './holders.ts';
import { linkContact } from './linkChat.ts';
import { notifyHolder } from './notifyHolder.ts';
import { personOf, Resident } from './resident.ts';

export type CardShown =
  /**
   * The resident whose card it is. `linked`: from now on this phone or chat is theirs. `own`: it was theirs before. `hasOther`: another chat is
   * theirs; `moveChat` ends that. `isShared`: others have it too, so that the card is wanted again.
   */
  | {
      readonly resident: string;
      readonly name?: string;
      readonly linked: boolean;
      readonly own: boolean;
      readonly hasOther?: true;
      readonly isShared?: true;
    }
  | { readonly refused: 'mistyped' }
  | { readonly refused: 'unknown'; readonly triesLeft: number }
  /** `locked`: for a day, here. `lockedForStrangers`: for an hour, for people who are not on the roster. */
  | { readonly refused: 'locked' | 'lockedForStrangers' };

/**
 * Takes a card that is shown. If this phone or chat is not the holder's, the holder is notified. With `link` it is the holder's from then on. A wrong
 * check digit is a slip and counts for nothing. Five other wrong cards lock card entry here for a day; five hundred in an hour in a community lock it
 * for strangers (docs/contract.md: Messages). A sender can be forged: so the card of the person who has this phone or chat is never refused here.
 */
export function showCard(world: World, notify: Notify): (input: { card: string; link: boolean }, act: Act) => Promise<CardShown> {
  const holders = holdersOf(world);
  const tell = notifyHolder(world, notify);
  return async ({ card, link }, act) => {
    if (!isCard(card)) return { refused: 'mistyped' };
    const hmac = cardHmac(world.vault, act.community, card);
    const [here, lock, holder] = await Promise.all([
      holders(act),
      cardLock(world, act),
      collection(Resident).findOne(
        { community: act.community, card: hmac, erasedAt: { $exists: false } },
        { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 } },
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
    if (link || !own) act.beginWrite();
    if (!own) await tell(holder, { community: act.community, occasion: `cardUsed|${act.key}`, said: { key: 'notice.cardUsed' } });
    const linked = link && (await linkContact(world.vault, holder._id, act));
    const { name } = personOf(world.vault, holder);
    const isShared = here.holders.some(({ resident }) => resident !== holder._id);
    return {
      resident: holder._id,
      ...(name && { name }),
      linked,
      own,
      ...(link && !linked && { hasOther: true }),
      ...(isShared && { isShared }),
    };
  };
}
