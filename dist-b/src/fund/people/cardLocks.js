import { model, Schema } from 'mongoose';
import { Address, needingCard } from '../../contacts/addressBook.js';
import { addressHmac, contactText, parseContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.js';
import { checkView } from './actor.js';
import { contactsOf, personOf, Resident } from './resident.js';
const MINUTE_MS = 60 * 1000;
/** Wrong cards from one address, in all communities together. After so many, card entry is locked there for a day. */
const MOST_HERE = 5;
/** Wrong cards in a community within an hour. After so many, card entry is locked for an hour for numbers that are not on its roster. */
const EVERYWHERE = 500;
/** Counts a wrong card: once for each turn, however often the turn comes. Gives how many more cards may be tried from here before the lock. */
export async function countWrongCard(world, act) {
    const { count, isNew } = await countHere(world, act);
    if (isNew)
        await countEverywhere(act);
    return Math.max(0, MOST_HERE - count);
}
async function countHere({ vault }, act) {
    const { at, community } = act;
    const _id = wrongCardsId(vault, act);
    const place = { community, address: vault.encrypt('wrongCardsAddress', _id, placeText(act)) };
    const key = vault.hmac('act', act.key, 'countWrongCard');
    const dayAgo = new Date(at.getTime() - DAY_MS);
    const isCounted = { $eq: ['$key', key] };
    const more = { $cond: [{ $gt: ['$at', dayAgo] }, { $add: ['$count', 1] }, 1] };
    const before = await collection(WrongCards).findOneAndUpdate({ _id }, [{ $set: { count: { $cond: [isCounted, '$count', more] }, at: { $cond: [isCounted, '$at', at] }, key, ...place } }], { upsert: true, returnDocument: 'before' });
    if (before?.key === key)
        return { count: before.count, isNew: false };
    return { count: before && before.at > dayAgo ? before.count + 1 : 1, isNew: true };
}
async function countEverywhere({ at, community }) {
    const minute = Math.floor(at.getTime() / MINUTE_MS);
    const known = { $ifNull: ['$minutes', []] };
    const others = { $filter: { input: known, cond: { $and: [{ $gt: ['$$this.minute', minute - 60] }, { $ne: ['$$this.minute', minute] }] } } };
    const same = { $filter: { input: known, cond: { $eq: ['$$this.minute', minute] } } };
    const wrong = { $reduce: { input: same, initialValue: 1, in: { $add: ['$$value', '$$this.wrong'] } } };
    const isTooMany = { $gte: [{ $sum: '$minutes.wrong' }, EVERYWHERE] };
    await collection(CardGuard).updateOne({ _id: community }, [
        { $set: { minutes: { $concatArrays: [others, [{ minute, wrong }]] } } },
        { $set: { lockedUntil: { $cond: [isTooMany, new Date(at.getTime() + HOUR_MS), '$lockedUntil'] } } },
    ], { upsert: true });
}
/**
 * Whether card entry is locked for an act. `here`: from this phone or chat, for a day. `strangers`: in the whole community, for an hour, for people
 * who are not on the roster.
 */
export async function cardLock({ vault }, act) {
    const [here, strangers] = await Promise.all([
        collection(WrongCards).findOne({
            _id: wrongCardsId(vault, act),
            count: { $gte: MOST_HERE },
            at: { $gt: new Date(act.at.getTime() - DAY_MS) },
        }),
        collection(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
    ]);
    return { here: here !== null, strangers: strangers !== null };
}
/** Ends the lock of card entry of a phone or chat in a transaction; gives false if it had none. */
export async function endCardLock({ vault }, from, at, session) {
    const wrong = await collection(WrongCards).findOneAndDelete({ _id: wrongCardsId(vault, from) }, { session });
    return wrong !== null && isLocking(wrong, at);
}
/** Whether card entry is locked at a phone or chat, in whatever community. */
export async function isCardLocked({ vault }, from, at) {
    const wrong = await collection(WrongCards).findOne({ _id: wrongCardsId(vault, from) });
    return wrong !== null && isLocking(wrong, at);
}
function isLocking({ count, at: last }, at) {
    return count >= MOST_HERE && last.getTime() > at.getTime() - DAY_MS;
}
/** The locks of phones and chats, in the same order. */
export async function locksOf({ vault, now }, contacts) {
    const ids = contacts.map((contact) => ({ address: addressHmac(vault, contact), wrong: wrongCardsId(vault, contact) }));
    const [wrong, needing] = await Promise.all([
        collection(WrongCards)
            .find({ _id: { $in: ids.map((id) => id.wrong) }, ...lockedAt(now()) }, { projection: { _id: 1 } })
            .toArray(),
        collection(Address)
            .find({ _id: { $in: ids.map((id) => id.address) }, needsCard: { $exists: true } }, { projection: { _id: 1 } })
            .toArray(),
    ]);
    const [areWrong, areNeeding] = [new Set(wrong.map(({ _id }) => _id)), new Set(needing.map(({ _id }) => _id))];
    return ids.map((id) => ({ wrongCards: areWrong.has(id.wrong), needsCard: areNeeding.has(id.address) }));
}
function lockedAt(now) {
    return { count: { $gte: MOST_HERE }, at: { $gt: new Date(now.getTime() - DAY_MS) } };
}
/** Locks of each kind that are listed at once. */
const MOST_LISTED = 100;
/**
 * The phones and chats of a community that are locked: those from which the wrong cards came today, and those that need the card, page by page.
 * `next`: the page that follows, by what is to be given as `after`. Rejects with `not-allowed` (`checkView`).
 */
export function readLocks(world) {
    const { vault, now } = world;
    return async (community, after, actor) => {
        checkView(actor, 'people', community);
        const [wrong, needing] = await Promise.all([
            after !== undefined
                ? []
                : collection(WrongCards)
                    .find({ community, ...lockedAt(now()) }, { sort: { at: -1 }, limit: MOST_LISTED, promoteBuffers: true })
                    .toArray(),
            needingCard(community, after ?? '', MOST_LISTED),
        ]);
        const tried = wrong.flatMap(({ _id, address }) => parseContact(vault.decrypt('wrongCardsAddress', _id, address)) ?? []);
        const contacts = new Map(tried.map((contact) => [addressHmac(vault, { community, ...contact }), contact]));
        const ids = [...new Set([...contacts.keys(), ...needing])];
        const residents = await collection(Resident)
            .find({ $or: [{ phoneId: { $in: ids } }, { 'linkedContacts.id': { $in: ids } }] }, { promoteBuffers: true })
            .toArray();
        const held = residents.flatMap((resident) => contactsOf(vault, resident).map((contact) => ({ id: addressHmac(vault, { community, ...contact }), contact, resident })));
        const locks = ids.map((id) => {
            const here = held.filter((one) => one.id === id);
            return {
                contact: contacts.get(id) ?? here[0]?.contact,
                holders: here.map(({ resident }) => ({ _id: resident._id, building: resident.building, name: personOf(vault, resident).name })),
                wrongCards: contacts.has(id),
                needsCard: needing.includes(id),
            };
        });
        return { locks, next: needing.length === MOST_LISTED ? needing.at(-1) : undefined };
    };
}
/** `_id` of the record of a phone's or chat's wrong cards, which is the same in every community. */
function wrongCardsId(vault, from) {
    return vault.hmac('wrongCards', placeText(from));
}
function placeText(from) {
    return 'tablet' in from ? `tablet|${from.tablet}` : contactText(from);
}
const wrongCardsSchema = new Schema({
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    at: { type: Date, required: true },
    key: { type: String, required: true },
    community: { type: String, required: true },
    address: { ...encrypted('wrongCardsAddress'), required: true },
}, { strict: 'throw', versionKey: false, collection: 'wrongcards' });
wrongCardsSchema.index({ at: 1 });
wrongCardsSchema.index({ community: 1, at: 1 });
export const WrongCards = model('WrongCards', wrongCardsSchema);
const cardGuardSchema = new Schema({
    _id: { type: String, required: true },
    minutes: [{ type: { minute: Number, wrong: Number }, _id: false }],
    lockedUntil: Date,
}, { strict: 'throw', versionKey: false, collection: 'cardguards' });
export const CardGuard = model('CardGuard', cardGuardSchema);
