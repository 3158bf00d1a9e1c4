import { model, Schema } from 'mongoose';
import { collection } from '../store/collection.js';
import { encrypted } from '../store/encryptedFields.js';
import { groupCommit } from '../store/groupCommit.js';
import { cleanText } from '../store/text.js';
import { DAY_MS } from '../store/wallTime.js';
import { contactText, parseContact } from './contact.js';
const schema = new Schema({
    _id: { type: String, required: true },
    community: String,
    needsCard: Boolean,
    needsCardIn: String,
    stoppedAt: Date,
    newsOf: String,
    newsTo: encrypted('newsAddress'),
    log: [{ type: { what: String, at: Date, words: encrypted('consentWords'), channel: String, key: String }, _id: false }],
}, { strict: 'throw', versionKey: false, collection: 'addresses' });
schema.index({ community: 1 });
schema.index({ newsOf: 1, _id: 1 }, { partialFilterExpression: { newsOf: { $exists: true } } });
schema.index({ needsCardIn: 1, _id: 1 }, { partialFilterExpression: { needsCardIn: { $exists: true } } });
export const Address = model('Address', schema);
const KEPT = 50;
/** Writes a stop, a start or a wish for news, with its proof, to each phone and chat (`addressHmac`); once for each act. A stop also ends the news. */
export async function recordConsent({ vault }, act, ids, what, words) {
    const { channel, community } = act;
    const at = wholeDay(act.at);
    const key = vault.hmac('act', act.key, 'recordConsent');
    const changes = {
        stop: () => ({ $set: { stoppedAt: at }, $unset: { newsOf: 1, newsTo: 1 } }),
        start: () => ({ $unset: { stoppedAt: 1 } }),
        news: (_id) => ({
            $set: { newsOf: community, newsTo: vault.encrypt('newsAddress', _id, contactText(act)) },
            $unset: { stoppedAt: 1 },
        }),
    };
    act.beginWrite();
    await collection(Address).bulkWrite(ids.flatMap((_id) => {
        const proof = { what, at, words: consentWords(vault, _id, cleanText(words)), channel, key };
        const log = { $push: { log: { $each: [proof], $slice: -KEPT } } };
        return [
            { updateOne: { filter: { _id }, update: { $set: { community }, $setOnInsert: { log: [] } }, upsert: true } },
            {
                updateOne: {
                    filter: { _id, 'log.key': { $ne: key } },
                    update: { ...log, ...changes[what](_id) },
                },
            },
        ];
    }));
}
/** Writes a stop, with its proof: no message that we start goes to this phone or chat any more. Harmless to repeat. */
export async function writeStop(vault, { _id, community, at, channel, by }, session) {
    const within = session ? { session } : {};
    await collection(Address).updateOne({ _id }, { $set: { community }, $setOnInsert: { log: [] } }, { upsert: true, ...within });
    await collection(Address).updateOne({ _id, stoppedAt: { $exists: false } }, { $set: { stoppedAt: at }, $push: { log: { what: 'stop', at, words: consentWords(vault, _id, by), channel } } }, within);
}
/** Which of the phones and chats, given by their `addressHmac`, want no message that we start, and since which day (`wholeDay`). */
export async function stoppedAmong(asked) {
    if (asked.length === 0)
        return new Map();
    const stopped = await collection(Address)
        .find({ _id: { $in: [...asked] }, stoppedAt: { $exists: true } }, { projection: { stoppedAt: 1 } })
        .toArray();
    return new Map(stopped.flatMap(({ _id, stoppedAt }) => (stoppedAt ? [[_id, stoppedAt]] : [])));
}
/** Those of the phones and chats, given by their `addressHmac`, that were told who writes to them and how to stop it. */
export async function introducedAmong(asked) {
    const found = await collection(Address)
        .find({ _id: { $in: [...asked] }, 'log.what': 'first' }, { projection: { _id: 1 } })
        .toArray();
    return found.map(({ _id }) => _id);
}
/** The phones and chats that subscribed to a community's news, after one of them (`addressHmac`) and at most `limit`. */
export async function subscribersTo(vault, community, after, limit) {
    const found = await collection(Address)
        .find({ newsOf: community, _id: { $gt: after } }, { projection: { newsTo: 1 }, sort: { _id: 1 }, limit })
        .toArray();
    return found.map(({ _id: id, newsTo }) => ({ id, contact: newsTo && parseContact(vault.decrypt('newsAddress', id, newsTo)) }));
}
/** From now on every ballot from a phone or chat (`addressHmac`) of a community needs the card. */
export async function needCard(_id, community) {
    await collection(Address).updateOne({ _id }, { $set: { community, needsCard: true, needsCardIn: community }, $setOnInsert: { log: [] } }, { upsert: true });
}
/** The phones and chats (`addressHmac`) of a community whose ballots need the card, after one of them and at most `limit`. */
export async function needingCard(community, after, limit) {
    const found = await collection(Address)
        .find({ needsCardIn: community, _id: { $gt: after } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit })
        .toArray();
    return found.map(({ _id }) => _id);
}
/** Whether every ballot from a phone or chat (`addressHmac`) needs the card. */
export async function isCardNeeded(_id) {
    return (await collection(Address).findOne({ _id, needsCard: true }, { projection: { _id: 1 } })) !== null;
}
/** Ballots from a phone or chat (`addressHmac`) of a community need no card any more; written down with who ended it. False if they needed none; with `isNoted` it is written down even then. */
export async function needNoCard(vault, { _id, community, at, by, isNoted }, session) {
    const { matchedCount } = await collection(Address).updateOne({ _id, ...(!isNoted && { needsCard: { $exists: true } }) }, {
        $set: { community },
        $unset: { needsCard: 1, needsCardIn: 1 },
        $push: { log: { $each: [{ what: 'unlock', at: wholeDay(at), words: consentWords(vault, _id, by) }], $slice: -50 } },
    }, { upsert: isNoted, session });
    return matchedCount === 1;
}
/** Keeps as proof that a phone or chat was informed who writes and how to stop: on which day, on which channel and in which words. Proofs that wait together are written by one command. */
export function recordFirst(world) {
    return groupCommit(async (firsts) => {
        const at = wholeDay(world.now());
        await collection(Address).bulkWrite(firsts.map(({ message, words }) => {
            const { to: _id, community } = message;
            const proof = { what: 'first', at, words: consentWords(world.vault, _id, words), channel: message.channel };
            return {
                updateOne: { filter: { _id }, update: { $set: { community }, $push: { log: { $each: [proof], $slice: -KEPT } } }, upsert: true },
            };
        }), { ordered: false });
        return firsts.map(() => undefined);
    });
}
/** Forgets a phone or chat, given by its `addressHmac`. If its ballots need the card, that stays until it is unlocked. Gives whether anything was kept of it. */
export async function forgetAddress(_id) {
    const known = await collection(Address).deleteOne({ _id, needsCard: { $exists: false } });
    const locked = await collection(Address).updateOne({ _id }, { $unset: { newsOf: 1, newsTo: 1 }, $set: { log: [] } });
    return known.deletedCount + locked.modifiedCount > 0;
}
const MOST = 200;
/** The words in which somebody agreed or stopped, as an address's proof keeps them: encrypted, the first 200 characters. */
export function consentWords(vault, address, words) {
    return vault.encrypt('consentWords', address, [...words].slice(0, MOST).join(''));
}
/** The day (UTC) of a moment. What is kept for good has no time of day, because the order in which residents acted would be the order of their ballots. */
export function wholeDay(at) {
    return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}
