import { model, Schema } from 'mongoose';
import { collection } from '../store/collection.js';
import { encrypted } from '../store/encryptedFields.js';
import { HOUR_MS } from '../store/wallTime.js';
export const ANSWER_PLACES = ['0', '1', '2', '3', '4'];
const schema = new Schema({
    _id: { type: String, required: true },
    place: encrypted('conversationPlace'),
    community: String,
    language: String,
    revision: { type: Number, required: true },
    erased: Boolean,
    at: Date,
    strangerUntil: Date,
    turn: { type: { key: String, batch: String, since: Date }, _id: false },
    lastBatch: String,
    open: encrypted('conversationOpen'),
    callState: encrypted('conversationCallState'),
    recent: encrypted('conversationRecent'),
    answers: Object.fromEntries(ANSWER_PLACES.map((place) => [place, { key: String, encrypted: encrypted('conversationAnswer') }])),
}, { strict: 'throw', versionKey: false, collection: 'conversations' });
schema.index({ community: 1 });
// for what has to be emptied, and for conversations in which something was left unfinished
schema.index({ at: 1, _id: 1 }, { partialFilterExpression: { recent: { $exists: true } } });
schema.index({ at: 1 }, { partialFilterExpression: { open: { $exists: true } } });
// for people whom nobody knows and who wrote long ago
schema.index({ strangerUntil: 1 }, { partialFilterExpression: { strangerUntil: { $exists: true } } });
export const Conversation = model('Conversation', schema);
/**
 * The `_id` of the conversation of an address with one of our numbers. It is an HMAC: somebody who reads it alone does not learn whose it
 * is.
 */
export function conversationId(vault, { channel, address, to }) {
    return vault.hmac('conversation', channel, address, to);
}
/** Those of the conversations, by their `_id`, that there are, each with its language. */
export async function languagesAmong(ids) {
    const found = await collection(Conversation)
        .find({ _id: { $in: [...ids] } }, { projection: { language: 1 } })
        .toArray();
    return new Map(found.map(({ _id, language }) => [_id, language]));
}
/** Conversations whose last turn was committed between two moments, after one of them at the first moment; in this order, at most `limit`. */
export function committedBetween({ from, to, after }, limit) {
    return collection(Conversation)
        .find({ $or: [{ at: { $gt: from, $lte: to } }, { at: from, _id: { $gt: after } }], recent: { $exists: true } }, { projection: { at: 1, place: 1, open: 1, language: 1 }, sort: { at: 1, _id: 1 }, limit, promoteBuffers: true })
        .toArray();
}
/** What a channel's own interpretation is given: what is open, and the call state. */
export function beforeIt(world, conversation, open) {
    const { callState } = conversation;
    return { ...(open && { open }), ...(callState && { callState: decryptPart(world, 'conversationCallState', conversation, callState) }) };
}
/** Decrypts a part of a conversation and parses it. We encrypted it ourselves, so it has this shape. */
export function readPart(world, purpose, of, kept) {
    return JSON.parse(decryptPart(world, purpose, of, kept));
}
/** Encrypts a part of a conversation. */
export function encryptPart({ vault }, purpose, { _id }, text) {
    const bytes = vault.encrypt(purpose, _id, text);
    plain.set(bytes, text);
    return bytes;
}
/**
 * The plain text of what this process encrypted, for as long as a known conversation holds the encrypted bytes. A step of a call reads
 * three parts that the step before wrote, the whole ballot among them: to decrypt them takes 13 µs, 4 % of it.
 */
const plain = new WeakMap();
function decryptPart({ vault }, purpose, { _id }, kept) {
    return plain.get(kept) ?? vault.decrypt(purpose, _id, kept);
}
const AT_ONCE = 1_000;
/** For how many days what was said last is kept, and what was asked and not answered. */
export const TALK_DAYS = { said: 1, open: 3 };
/**
 * Forgets what is no longer needed. A day after the last turn: what was answered, what the channel kept and whose it is; conversations of
 * residents who asked to be deleted are removed. After three days: what was open, and when. After thirty: conversations of people whom
 * nobody knows. Gives how many conversations were changed.
 */
export async function forgetRecent({ now }) {
    const before = (hours) => ({ $lt: new Date(now().getTime() - hours * HOUR_MS) });
    const answered = { at: before(24 * TALK_DAYS.said), recent: { $exists: true } };
    const { deletedCount } = await collection(Conversation).deleteMany({ ...answered, erased: true });
    const emptied = await updateAll({ ...answered, erased: { $exists: false } }, [
        { $unset: ['recent', 'answers', 'callState', 'place', 'lastBatch'] },
        { $set: { at: { $cond: [{ $eq: [{ $type: '$open' }, 'missing'] }, '$$REMOVE', '$at'] } } },
    ]);
    const closed = await updateAll({ at: before(24 * TALK_DAYS.open), open: { $exists: true } }, [{ $unset: ['open', 'at'] }]);
    const gone = await eachSome({ strangerUntil: { $lte: now() } }, async (some) => (await collection(Conversation).deleteMany(some)).deletedCount);
    return deletedCount + emptied + closed + gone;
}
/**
 * Forgets the conversations with these `_id`s, because their residents asked to be deleted. They are removed a day after their last turn
 * (`forgetRecent`), or at once if that day is over.
 */
export async function forgetConversations(ids) {
    const some = { _id: { $in: [...ids] } };
    await collection(Conversation).updateMany(some, { $set: { erased: true } });
    await collection(Conversation).deleteMany({ ...some, recent: { $exists: false }, turn: { $exists: false } });
}
function updateAll(due, update) {
    return eachSome(due, async (some) => (await collection(Conversation).updateMany(some, update)).modifiedCount);
}
/** Changes some at a time, because a long command holds up turns. */
async function eachSome(due, change) {
    for (let changed = 0;;) {
        const some = await collection(Conversation)
            .find(due, { projection: { _id: 1 }, limit: AT_ONCE })
            .toArray();
        changed += await change({ ...due, _id: { $in: some.map(({ _id }) => _id) } });
        if (some.length < AT_ONCE)
            return changed;
    }
}
/** Whether nobody on the roster was known in a conversation so far. */
export function mayBeStranger({ revision, strangerUntil }) {
    return revision === 0 || strangerUntil !== undefined;
}
