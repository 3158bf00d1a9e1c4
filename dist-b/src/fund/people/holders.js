import { Address } from '../../contacts/addressBook.js';
import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { lookUps } from '../../store/lookUps.js';
import { perWorld } from '../../store/world.js';
import { contactIdsOf, contactsOf, Resident } from './resident.js';
/** The residents who hold the phone or chat that an act comes from, with its lock, in one look-up. */
export const holdersOf = perWorld((world) => {
    const holders = holdersAt(world);
    return (from) => holders(addressHmac(world.vault, from));
});
/** The same for an act. What was looked up is kept until the act has begun to write; `anew` looks again. */
export const holdersDuring = perWorld((world) => {
    const holders = holdersOf(world);
    const looked = new WeakMap();
    return (act, anew) => {
        const known = anew || act.began ? undefined : looked.get(act);
        if (known)
            return known;
        const found = holders(act);
        looked.set(act, found);
        found.catch(() => looked.delete(act)); // the failure is not kept: the next caller asks again
        return found;
    };
});
/** The same for a phone or chat of which only the `addressHmac` is known. */
export const holdersAt = perWorld((world) => lookUps(world)({ model: Resident, pipeline: residentsAndLocks, results: holdersIn }));
function residentsAndLocks(ids) {
    const locks = [{ $match: { _id: { $in: ids }, needsCard: { $exists: true } } }, { $project: { needsCard: 1 } }];
    return [
        { $match: { $or: [{ 'linkedContacts.id': { $in: ids } }, { phoneId: { $in: ids } }] } },
        { $project: { phoneId: 1, 'linkedContacts.id': 1, person: 1, language: 1 } },
        { $unionWith: { coll: Address.collection.name, pipeline: locks } },
    ];
}
function holdersIn(found, ids) {
    const residents = found.filter((record) => !('needsCard' in record));
    const locked = new Set(found.filter((record) => 'needsCard' in record).map(({ _id }) => _id));
    return ids.map((id) => ({ holders: residents.flatMap((resident) => asHolder(resident, id)), needsCard: locked.has(id) }));
}
function asHolder({ _id, phoneId, linkedContacts, person, language }, at) {
    const byRoster = phoneId === at;
    const byLinkedContact = linkedContacts.some(({ id }) => id === at);
    if (!byRoster && !byLinkedContact)
        return [];
    return [{ resident: _id, ...(person && { person }), ...(language && { language }), byRoster, byLinkedContact }];
}
/**
 * Tells who acts from a phone or chat (docs/contract.md: The vote). If a card is shown, it always says who acts. Without a card, there must be
 * exactly one holder; for a ballot, the number must also not be locked, and the community's `verify` must allow it. An act that asks only who is
 * meant (`resident`: a receipt, a deletion) accepts any one holder. A linked contact, where the card was shown once, is never worth less than a
 * number on the roster: `phone` and `either` differ only in what a community hands out. `isPlaced`: we called, so nobody else's phone can answer. A
 * chat that is nobody's yet may be linked by the roster's phone instead of the card (`newChat`), unless the community wants the card once.
 */
export function whoActs(verify, { holders, needsCard }, { channel, isPlaced = false }, need, shown) {
    if (shown)
        return { resident: shown.resident, withCard: true };
    const [holder, another] = holders;
    if (!holder)
        return { ask: !CHANNELS[channel].isPhone && verify !== 'card' && !needsCard ? 'newChat' : 'stranger' };
    if (need === 'ballot' && needsCard)
        return { ask: 'locked' };
    if (need === 'ballot' && verify === 'strict' && !isPlaced && !(CHANNELS[channel].isSenderProved && holder.byLinkedContact))
        return { ask: 'strict' };
    if (another)
        return { ask: 'shared' };
    if (need === 'ballot' && verify === 'card' && !holder.byLinkedContact)
        return { ask: 'card' };
    return { resident: holder.resident, withCard: false };
}
/** Every phone and chat (by its `addressHmac`) of the person who has this one; if the phone is shared, only that phone. */
export function reachOf(world) {
    const holders = holdersAt(world);
    return async (id) => {
        const { holders: here } = await holders(id);
        const [holder, another] = here;
        const resident = holder && !another
            ? await collection(Resident).findOne({ _id: holder.resident }, { projection: { phoneId: 1, 'linkedContacts.id': 1 } })
            : null;
        return [...new Set([id, ...(resident ? contactIdsOf(resident) : [])])];
    };
}
/** The phones and chats that only one resident holds, by that resident's `_id`. */
export async function contactsHeldBy(world, resident) {
    const found = await collection(Resident).findOne({ _id: resident });
    return found ? ownContacts(world, found) : [];
}
/** The phones and chats of a resident that no other resident holds. */
export async function ownContacts(world, resident) {
    const contacts = contactsOf(world.vault, resident);
    const held = await Promise.all(contacts.map((contact) => holdersOf(world)({ community: resident.community, ...contact })));
    return contacts.filter((_, index) => held[index]?.holders.every((holder) => holder.resident === resident._id));
}
