import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { answerAt } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { cardLock, countWrongCard } from './cardLocks.ts';
import { damm, isCard } from './checkDigit.ts';
import { isCardOf } from './genuine.ts';
import { holdersOf } from './holders.ts';
import { linkContact } from './linkChat.ts';
import { contactsOf, personOf, Resident, type ResidentRecord } from './resident.ts';

const CARDS = 90_000_000;
/** A drawn number from here on is drawn again: it would make low card numbers likelier. */
const FAIR = 2 ** 32 - (2 ** 32 % CARDS);

/**
 * Nine digits for a new card. Nobody can guess them: each card is as likely as any other. The caller checks whether the community has this card
 * already.
 */
export function newCard({ randomBytes }: Pick<World, 'randomBytes'>): string {
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn >= FAIR) continue;
    const digits = String(10_000_000 + (drawn % CARDS));
    return `${digits}${damm(digits)}`;
  }
}

/** A card's number as it is printed: `204 681 717`. */
export function printedCard(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}

/** The HMAC that is kept of a card: enough to recognize it. */
export function cardHmac(vault: Vault, community: string, card: string): string {
  return vault.hmac('card', community, card);
}

/** Whether a card (given as its HMAC) is still the card of its holder, and the holder is still on the community's roster. */
export async function isInForce(community: string, { resident, card }: { readonly resident: string; readonly card: string }): Promise<boolean> {
  return (await collection(Resident).findOne({ community, _id: resident, card, erasedAt: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}

/** The resident on the roster to whom a card (its `cardHmac`) was given; null if there is none. */
export async function holderOfCard({ vault }: Pick<World, 'vault'>, community: string, card: string): Promise<ResidentRecord | null> {
  const found = await collection(Resident).findOne({ community, card, erasedAt: { $exists: false } }, { promoteBuffers: true });
  return found && isCardOf(vault, found) ? found : null;
}

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
export async function showCard(world: World, notify: Notify, { card, link }: { card: string; link: boolean }, act: Act): Promise<CardShown> {
  const holders = holdersOf(world);
  if (!isCard(card)) return { refused: 'mistyped' };
  const hmac = cardHmac(world.vault, act.community, card);
  const [here, lock, holder] = await Promise.all([holders(act), cardLock(world, act), holderOfCard(world, act.community, hmac)]);
  const own = here.holders.some(({ resident }) => resident === holder?._id);
  if (!own && lock.here) return { refused: 'locked' };
  if (here.holders.length === 0 && lock.strangers) return { refused: 'lockedForStrangers' };
  if (!holder) {
    act.beginWrite();
    const triesLeft = await countWrongCard(world, act);
    return triesLeft > 0 ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
  }
  if (link || !own) act.beginWrite();
  if (!own)
    await notifyHolder(world, notify, holder, { community: act.community, occasion: `cardUsed|${act.key}`, said: { key: 'notice.cardUsed' } });
  const linked = link && (await linkContact(world.vault, holder._id, act, 'card'));
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
}

/** Where a card's holder is reached. */
type CardHolder = Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'linkedContacts' | 'language'>;

type Line = Pick<Notice, 'community' | 'occasion' | 'said'>;

/**
 * Sends a line about what was done with a card, or in a resident's name, to their phone (the roster's, else those linked), once for each occasion: it may
 * have been somebody else. By a call if the phone takes no texts. `session`: the act that it tells of.
 */
export async function notifyHolder({ vault }: World, notify: Notify, holder: CardHolder, line: Line, session?: mongo.ClientSession): Promise<void> {
  const { _id: resident, phoneId, language } = holder;
  const contacts = contactsOf(vault, holder).filter(({ channel }) => CHANNELS[channel].isPhone);
  const phones = (phoneId === undefined ? contacts : contacts.slice(0, 1)).map(({ address }) => address);
  if (phones.length === 0) return;
  const home = await findCommunity(line.community);
  for (const address of phones) {
    const notice = { ...line, ...answerAt({ channel: 'voice', address }), resident, language: language ?? home?.language ?? 'zh-CN' };
    await notify({ ...notice, kind: 'alarm' }, session);
  }
}

/** Sends a resident, by `_id`, a line about what was done in their name, as `notifyHolder` does; none if they have left the roster. */
export async function notifyResident(world: World, notify: Notify, _id: string, line: Line, session?: mongo.ClientSession): Promise<void> {
  const resident = await collection(Resident).findOne(
    { _id, community: line.community, erasedAt: { $exists: false } },
    { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 }, promoteBuffers: true },
  );
  if (resident) await notifyHolder(world, notify, resident, line, session);
}
