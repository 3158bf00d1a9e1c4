import { channel } from 'node:diagnostics_channel';
import { mongo } from 'mongoose';
import { collection, DURABLE, databaseOf } from '../../../store/collection.js';
import { sha256 } from '../../../store/crypto.js';
import { inTime } from '../../../store/inTime.js';
import { dayOf } from '../../../store/wallTime.js';
import { commitment, entryHash, receiptDigits } from './chain.js';
import { Entry, placeOf } from './entry.js';
/** The entry that follows a tip (docs/contract.md: The ledger). Days never run backwards in a ledger. */
export function nextEntry({ vault, randomBytes }, tip, { key, cycle, at, voter, tries }, content) {
    const { day, timezone } = cycle.frozen;
    const today = day ?? dayOf(at, timezone);
    const place = { seq: tip.seq + 1, at: tip.at && tip.at > today ? tip.at : today, previous: tip.hash };
    const { seq, ...shown } = place;
    const base = { _id: { cycle: cycle._id, seq }, ...shown, key };
    if (content === 'seal')
        return { ...base, sealed: true, hash: entryHash(sha256, place) };
    const secret = { salt: randomBytes(16).toString('hex'), ...content };
    const committed = commitment(sha256, secret);
    const isVoided = secret.picks.length === 0;
    return {
        ...base,
        commitment: committed,
        hash: entryHash(sha256, { ...place, commitment: committed }),
        ...(isVoided ? { voided: true } : { receipt: receiptDigits(vault, key, tries) }),
        voter: voter ?? vault.hmac('voter', cycle._id, secret.voter),
        secret: vault.encrypt('entry', placeOf(base._id), JSON.stringify(secret)),
    };
}
const DUPLICATE = 11_000;
/** The error codes of a primary that has changed: another one may accept the write. */
const STEPPED_DOWN = [189, 10_107, 11_602];
/**
 * Writes entries with one ordered command, durably (majority and journal). It does not use the driver's bulk API; nor does `updateEach`.
 * If the connection or the primary was lost, it is tried once more: entries that were written the first time have then taken their places.
 */
export async function insertEntries(entries) {
    const db = databaseOf(Entry);
    try {
        const insert = { insert: Entry.collection.name, documents: entries, ordered: true, writeConcern: DURABLE };
        const write = () => inTime((signal) => db.command(insert, { signal }));
        const { n, writeErrors: [failed] = [] } = await write().catch((error) => {
            if (isWorthAnother(error))
                return write();
            throw error;
        });
        if (!failed) {
            ledgerBatches.publish(entries.length);
            return { written: n };
        }
        return failed.code === DUPLICATE ? { written: n, taken: takenBy(failed.keyPattern) } : { unknown: failed };
    }
    catch (error) {
        return { unknown: error };
    }
}
function isWorthAnother(error) {
    return error instanceof mongo.MongoNetworkError || (error instanceof mongo.MongoServerError && STEPPED_DOWN.includes(Number(error.code)));
}
/** Tells by the fields of a unique index what was taken. */
function takenBy(fields) {
    if ('key' in fields)
        return 'key';
    return 'receipt' in fields ? 'receipt' : 'place';
}
/** The entries that are durable, by key, after a write with an unknown result. Empty if the database does not answer. */
export async function readBack(entries) {
    try {
        const keys = entries.map(({ key }) => key);
        const found = await inTime((signal) => collection(Entry)
            .find({ key: { $in: keys } }, { promoteBuffers: true, readConcern: { level: 'majority' }, signal })
            .toArray());
        return new Map(found.map((entry) => [entry.key, entry]));
    }
    catch {
        return new Map();
    }
}
/** The end of a chain, from its last entry. */
export function tipOf({ _id: { seq }, at, hash, sealed }) {
    return { seq, at, hash, sealed };
}
/** Tells anybody who measures it how many entries each command wrote into the ledgers. */
export const ledgerBatches = channel('yisheng.ledger.batch');
