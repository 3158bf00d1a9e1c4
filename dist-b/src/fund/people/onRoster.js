import { CHANNELS } from '../../contacts/channel.js';
import { collection } from '../../store/collection.js';
import { contactIdsOf, personOf, Resident, residentRecord } from './resident.js';
/**
 * Puts a person who asked to join on the roster: as a new resident, or as the resident who was there `before`. What the roster has already stays;
 * what a deletion removed comes back from the request.
 */
export async function putOnRoster(vault, { name, building, channel, address }, before, { at, ...who }, session) {
    const known = before ? personOf(vault, before) : {};
    const given = { name, ...(CHANNELS[channel].isPhone && address !== '' && { phone: address }), ...known };
    const place = { ...(building && { building }), ...(before?.building && { building: before.building }) };
    const { linkedContacts, ...made } = residentRecord(vault, {
        ...who,
        ...given,
        ...place,
        role: 'resident',
        linkedContacts: address === '' ? [] : [{ channel, address }],
        addedAt: at,
    });
    if (!before) {
        await collection(Resident).insertOne({ ...made, linkedContacts }, { session });
        return;
    }
    const { person, searchKeys = [], phoneId, building: lives } = made;
    await collection(Resident).updateOne({ _id: who._id }, {
        $set: { person, searchKeys, ...(phoneId && { phoneId }), ...(lives && { building: lives }) },
        ...(linkedContacts.length > 0 &&
            before.linkedContacts.every(({ id }) => id !== linkedContacts[0]?.id) && { $push: { linkedContacts: { $each: linkedContacts } } }),
        $unset: { erasedAt: 1, erasedAddresses: 1, erasureKey: 1, erasureRequest: 1 },
    }, { session });
}
/**
 * Puts cards in force: a card ends the card before it, and the contacts that the old card linked. The caller has looked in the same transaction whether
 * they have still the cards that it replaces.
 */
export async function giveCards(cards, cardMade, session) {
    await collection(Resident).bulkWrite(cards.map(({ _id, hmac: card, ended }) => ({
        updateOne: {
            filter: { _id },
            update: { $set: { card, cardMade, ...(ended && { linkedContacts: [] }) }, ...(ended && { $addToSet: { endedCards: ended } }) },
        },
    })), { session });
}
/** Notes that a resident asked to be deleted. */
export async function noteLeaving(_id, erasureRequest, session) {
    await collection(Resident).updateOne({ _id, erasedAt: { $exists: false } }, { $set: { erasureRequest } }, session ? { session } : {});
}
/**
 * Takes a resident off the roster, unless they have taken their request back meanwhile. The HMACs of phones, chats and card stay until
 * `forgetLeaversUntil`.
 */
export async function takeOffRoster(resident) {
    const { _id, erasureRequest } = resident;
    await collection(Resident).updateOne({ _id, 'erasureRequest.key': erasureRequest.key }, {
        $set: {
            role: 'resident',
            linkedContacts: [],
            erasedAt: erasureRequest.at,
            erasureKey: erasureRequest.key,
            erasedAddresses: [...contactIdsOf(resident), erasureRequest.from],
        },
        $unset: { person: 1, searchKeys: 1, phoneId: 1, building: 1, language: 1, cardMade: 1, endedCards: 1, erasureRequest: 1 },
    });
}
/** Removes what was kept of residents who left before a moment. It was kept to tell whether they come back. */
export async function forgetLeaversUntil(community, moment) {
    await collection(Resident).updateMany({ community, erasedAddresses: { $exists: true }, erasedAt: { $lt: moment } }, { $unset: { erasedAddresses: 1, erasureKey: 1, card: 1 } });
}
/** Residents in one command: few enough that the answer comes well within the connection's time limit. */
const CHUNK = 1_000;
/** Changes a roster in a transaction. A card that goes to another resident is first taken from the resident who had it. */
export async function changeResidents({ added, changed, removed }, session, progress) {
    const residents = collection(Resident);
    const newCards = changed.filter(({ set }) => set.card !== undefined).map(({ _id }) => _id);
    const total = removed.length + newCards.length + changed.length + added.length;
    let done = 0;
    const each = async (items, write) => {
        for (let start = 0; start < items.length; start += CHUNK) {
            const chunk = items.slice(start, start + CHUNK);
            await write(chunk);
            done += chunk.length;
            progress?.(done, total);
        }
    };
    await each(removed, (_ids) => residents.deleteMany({ _id: { $in: _ids } }, { session }));
    await each(newCards, (_ids) => residents.updateMany({ _id: { $in: _ids } }, { $unset: { card: 1, cardMade: 1 } }, { session }));
    await each(changed, (chunk) => residents.bulkWrite(chunk.map(asUpdate), { session }));
    await each(added, (chunk) => residents.insertMany(chunk, { session }));
}
function asUpdate({ _id, set, unset, endsLinks }) {
    const $unset = Object.fromEntries(unset.map((field) => [field, 1]));
    return { updateOne: { filter: { _id }, update: { $set: { ...set, ...(endsLinks && { linkedContacts: [] }) }, $unset } } };
}
