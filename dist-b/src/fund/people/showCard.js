import { CHANNELS } from '../../contacts/channel.js';
import { answerAt } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { findCommunity } from '../communities/index.js';
import { cardHmac } from './card.js';
import { cardLock, countWrongCard } from './cardLocks.js';
import { isCard } from './checkDigit.js';
import { holdersOf } from './holders.js';
import { linkContact } from './linkChat.js';
import { contactsOf, personOf, Resident } from './resident.js';
/**
 * Takes a card that is shown. If this phone or chat is not the holder's, the holder is notified. With `link` it is the holder's from then on. A wrong
 * check digit is a slip and counts for nothing. Five other wrong cards lock card entry here for a day; five hundred in an hour in a community lock it
 * for strangers (docs/contract.md: Messages). A sender can be forged: so the card of the person who has this phone or chat is never refused here.
 */
export function showCard(world, notify) {
    const holders = holdersOf(world);
    const tell = notifyHolder(world, notify);
    return async ({ card, link }, act) => {
        if (!isCard(card))
            return { refused: 'mistyped' };
        const hmac = cardHmac(world.vault, act.community, card);
        const [here, lock, holder] = await Promise.all([
            holders(act),
            cardLock(world, act),
            collection(Resident).findOne({ community: act.community, card: hmac, erasedAt: { $exists: false } }, { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 } }),
        ]);
        const own = here.holders.some(({ resident }) => resident === holder?._id);
        if (!own && lock.here)
            return { refused: 'locked' };
        if (here.holders.length === 0 && lock.strangers)
            return { refused: 'lockedForStrangers' };
        if (!holder) {
            act.beginWrite();
            const triesLeft = await countWrongCard(world, act);
            return triesLeft > 0 ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
        }
        if (link || !own)
            act.beginWrite();
        if (!own)
            await tell(holder, { community: act.community, occasion: `cardUsed|${act.key}`, said: { key: 'notice.cardUsed' } });
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
/** Takes a card that is shown on a hall's tablet, under the same rules as `showCard`. `key` names the try: it counts once. */
export function cardAtTablet(world) {
    return async ({ card, ...act }) => {
        if (!isCard(card))
            return { refused: 'mistyped' };
        if ((await cardLock(world, act)).here)
            return { refused: 'locked' };
        const hmac = cardHmac(world.vault, act.community, card);
        const holder = await collection(Resident).findOne({ community: act.community, card: hmac, erasedAt: { $exists: false } }, { projection: { _id: 1 } });
        if (holder)
            return { resident: holder._id };
        const triesLeft = await countWrongCard(world, act);
        return triesLeft > 0 ? { refused: 'unknown', triesLeft } : { refused: 'locked' };
    };
}
/**
 * Sends a line about what was done with a card, or in a resident's name, to their phone (the roster's, else those linked), once for each occasion: it may
 * have been somebody else. By a call if the phone takes no texts. `session`: the act that it tells of.
 */
export function notifyHolder({ vault }, notify) {
    return async (holder, line, session) => {
        const { _id: resident, phoneId, language } = holder;
        const contacts = contactsOf(vault, holder).filter(({ channel }) => CHANNELS[channel].isPhone);
        const phones = (phoneId === undefined ? contacts : contacts.slice(0, 1)).map(({ address }) => address);
        if (phones.length === 0)
            return;
        const home = await findCommunity(line.community);
        for (const address of phones) {
            const notice = { ...line, ...answerAt({ channel: 'voice', address }), resident, language: language ?? home?.language ?? 'zh-CN' };
            await notify({ ...notice, kind: 'alarm' }, session);
        }
    };
}
/** The same for a resident by `_id`; there is no notice if they have left the roster. */
export function notifyResident(world, notify) {
    const tell = notifyHolder(world, notify);
    return async (_id, line, session) => {
        const resident = await collection(Resident).findOne({ _id, community: line.community, erasedAt: { $exists: false } }, { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 }, promoteBuffers: true });
        if (resident)
            await tell(resident, line, session);
    };
}
