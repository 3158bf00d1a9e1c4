import { createHmac, createSecretKey } from 'node:crypto';
import { model, Schema } from 'mongoose';
import { boundedMap } from '../../../store/cache.js';
import { CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { forReaders } from '../../../store/connect.js';
import { encrypted } from '../../../store/encryptedFields.js';
import { inTime, withPauses } from '../../../store/inTime.js';
import { perWorld } from '../../../store/world.js';
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, seq: { type: Number, required: true } }, { _id: false }), required: true },
    at: { type: String, required: true },
    commitment: String,
    sealed: Boolean,
    previous: { type: String, required: true },
    hash: { type: String, required: true },
    key: { type: String, required: true },
    receipt: String,
    voter: String,
    voided: Boolean,
    secret: encrypted('entry'),
}, { strict: 'throw', versionKey: false, collection: 'entries' });
schema.index({ key: 1 }, { unique: true });
schema.index({ receipt: 1 }, { unique: true, partialFilterExpression: { receipt: { $exists: true } } });
schema.index({ voter: 1, '_id.seq': -1 }, { partialFilterExpression: { voter: { $exists: true } } });
schema.index({ voter: 1, voided: 1 }, { partialFilterExpression: { voided: { $exists: true } } });
/** The ledgers. `_id` is `{cycle, seq}`, so that two processes can never both write the same place of a chain. */
export const Entry = model('Entry', schema);
/**
 * A filter for the entries of a cycle after one seq and up to another. It uses `_id`'s own index: MongoDB compares first the cycle and then
 * the seq, and `{ _id: 1 }` sorts in the same way. One more index over both would cost each ballot a twentieth of its CPU.
 */
export function placesOf(cycle, after = 0, to = Number.MAX_SAFE_INTEGER) {
    return { _id: { $gt: { cycle, seq: after }, $lte: { cycle, seq: to } } };
}
/** The entry that has a key; null if there is none that is durable. */
export function entryByKey(key) {
    return collection(Entry).findOne({ key }, { promoteBuffers: true, readConcern: { level: 'majority' } });
}
/** A voter's last entry, voided or not; null if there is none that is durable. */
export function lastEntry(voterId) {
    return inTime((signal) => collection(Entry).findOne({ voter: voterId }, { sort: { '_id.seq': -1 }, promoteBuffers: true, readConcern: { level: 'majority' }, signal }));
}
/** The cycle of a receipt's ballot, and its day as the ledger gives it. This tells that the ballot is in the ledger, not what it says, nor whether another ballot replaced it. */
export function receiptByCode(_) {
    return async (code) => {
        const receipt = code.replace(/\s/g, '');
        const entry = await forReaders(Entry).findOne({ receipt }, { projection: { at: 1 }, readConcern: { level: 'majority' } });
        return entry && { cycle: entry._id.cycle, at: entry.at };
    };
}
/** The part of an entry that is kept encrypted. Throws `no-secret` for the seal, which has none, and `broken-ledger` if it was not encrypted for this place. */
export function decryptSecret(vault, { _id, secret }) {
    if (!secret)
        throw new CodedError('no-secret', 'The seal of a ledger hides nothing.');
    return JSON.parse(decrypted(() => vault.decrypt('entry', placeOf(_id), secret), _id.seq));
}
function decrypted(decrypt, seq) {
    try {
        return decrypt();
    }
    catch (cause) {
        throw new CodedError('broken-ledger', `The ledger does not hold at entry ${seq}: what it hides was changed, or belongs elsewhere.`, { cause });
    }
}
/** Names an entry's place in its chain. A text that is encrypted for a place can be decrypted only there. */
export function placeOf({ cycle, seq }) {
    return `${cycle}|${seq}`;
}
const BATCH = 500;
/** A cycle's entries in the ledger's order, those after a seq; only durable ones. A long ledger does not block the process. */
export function ledgerEntries(cycle, after = 0) {
    return withPauses(forReaders(Entry)
        .find(placesOf(cycle, after), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: BATCH })
        .sort({ _id: 1 }));
}
/** The last entry of every ledger in a session's snapshot. It reads an index from end to end. */
export async function ledgerHeads(session) {
    const heads = await collection(Entry)
        .aggregate([{ $sort: { _id: 1 } }, { $group: { _id: '$_id.cycle', seq: { $last: '$_id.seq' }, hash: { $last: '$hash' } } }, { $sort: { _id: 1 } }], { session, timeoutMS: 0 })
        .toArray();
    return heads.map(({ _id: cycle, seq, hash }) => ({ cycle, seq, hash }));
}
/** How many ballots of a cycle were voided. It reads the whole ledger. */
export function voidedIn(cycle) {
    return forReaders(Entry).countDocuments({ ...placesOf(cycle), voided: true }, { hint: { _id: 1 }, timeoutMS: 60_000 });
}
/** Whether a cycle's ledger has any ballot. */
export async function hasBallots(cycle) {
    return (await collection(Entry).findOne({ ...placesOf(cycle), sealed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
/** A moment is hidden in two halves of 24 bits. */
const HALF = 2 ** 24;
/** A cycle's keys; undefined before its vote opens and after they are destroyed. */
export const cycleKeys = perWorld(({ vault }) => {
    const known = boundedMap(2_000);
    return ({ _id, pseudonymKey }) => {
        if (pseudonymKey)
            return known.getOrMake(_id, () => keysOf(createSecretKey(vault.decryptBytes('pseudonymKey', _id, pseudonymKey)), _id));
        known.delete(_id);
        return undefined;
    };
    function keysOf(key, cycle) {
        const hmac = (text) => createHmac('sha256', key).update(text);
        return {
            voter: (resident) => {
                const pseudonym = hmac(resident).digest('hex');
                return { pseudonym, voterId: vault.hmac('voter', cycle, pseudonym) };
            },
            once: (actKey, service) => hmac(`once\n${service}\n${actKey}`).digest('base64url'),
            from: (address) => hmac(`from\n${address}`).digest('base64url'),
            hidden: (moment, entryKey) => {
                const pad = hmac(`moment\n${entryKey}`).digest();
                const [high, low] = [Math.floor(moment / HALF) ^ pad.readUIntBE(0, 3), (moment % HALF) ^ pad.readUIntBE(3, 3)];
                return high * HALF + low;
            },
        };
    }
});
/** When an entry's ballot was received, on paper when it was handed in, in milliseconds; undefined in entries of an earlier version. */
export function receivedAt(vault, keys, entry) {
    const { moment } = decryptSecret(vault, entry);
    return moment === undefined ? undefined : keys.hidden(moment, entry.key);
}
