import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
const schema = new Schema({
    _id: {
        type: new Schema({ community: { type: String, required: true }, seq: { type: Number, required: true } }, { _id: false }),
        required: true,
    },
    at: { type: Date, required: true },
    by: { type: String, required: true },
    role: { type: String, required: true },
    act: { type: String, required: true },
    subject: { type: String, required: true },
    detail: { type: String, required: true },
    previous: { type: String, required: true },
    hash: { type: String, required: true },
    opening: encrypted('logDetail'),
    names: { type: [String], default: undefined },
    once: String,
}, { strict: 'throw', versionKey: false, collection: 'log' });
schema.index({ '_id.community': 1, names: 1 }, { partialFilterExpression: { names: { $exists: true } } });
schema.index({ '_id.community': 1, act: 1, '_id.seq': -1 });
schema.index({ once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } });
export const LogEntry = model('LogEntry', schema);
/** An opening, encrypted as `opening` keeps it. */
export function encryptedOpening(vault, _id, opening) {
    return vault.encrypt('logDetail', nameOf(_id), JSON.stringify(opening));
}
/** What an entry's detail was, decrypted; undefined once it was dropped. */
export function openingOf(vault, { _id, opening }) {
    return opening && JSON.parse(vault.decrypt('logDetail', nameOf(_id), opening));
}
function nameOf({ community, seq }) {
    return `${community}|${seq}`;
}
/** An entry with the keys in the contract's order. */
export function logRow({ _id: { seq, community }, at, by, role, act, subject, detail, previous, hash }) {
    return { seq, community, at: toSecond(at), by, role, act, subject, detail, previous, hash };
}
/** `2026-12-01T03:12:09Z`. */
export function toSecond(moment) {
    return `${moment.toISOString().slice(0, 19)}Z`;
}
/**
 * A filter for the entries of a community after a seq. It uses `_id`'s own index: MongoDB compares first the community and then the seq, and `{ _id: 1 }` sorts
 * in the same way.
 */
export function entriesOf(community, after = 0) {
    return { _id: { $gt: { community, seq: after }, $lte: { community, seq: Number.MAX_SAFE_INTEGER } } };
}
/** The last entry of a community's log as it is stored now; null if there is none. */
export async function lastEntryOf(community, session) {
    const within = { sort: { _id: -1 }, projection: { hash: 1, at: 1, act: 1 }, ...(session && { session }) };
    const last = await collection(LogEntry).findOne(entriesOf(community), within);
    return last && asLast(last);
}
/** An entry as the one that its log ends with. */
export function asLast({ _id, hash, at, act }) {
    return { seq: _id.seq, hash, at: toSecond(at), act };
}
/** The last entry of every community's log in a session's snapshot. It reads an index from end to end. */
export async function logHeads(session) {
    const heads = await collection(LogEntry)
        .aggregate([{ $sort: { _id: 1 } }, { $group: { _id: '$_id.community', seq: { $last: '$_id.seq' }, hash: { $last: '$hash' } } }, { $sort: { _id: 1 } }], { session, timeoutMS: 0 })
        .toArray();
    return heads.map(({ _id: community, seq, hash }) => ({ community, seq, hash }));
}
/** Drops the details that name one of these: residents (`_id`s) or addresses (`addressHmac`). The chain holds without them. */
export async function dropDetails(community, names) {
    if (names.length === 0)
        return;
    await collection(LogEntry).updateMany({ '_id.community': community, names: { $in: [...names] } }, { $unset: { opening: 1, names: 1 } });
}
