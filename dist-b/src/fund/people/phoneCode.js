import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { isSame } from '../../store/crypto.js';
import { isDuplicate } from '../../store/databaseErrors.js';
import { DAY_MS } from '../../store/wallTime.js';
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    phone: { type: String, required: true },
    chat: { type: String, required: true },
    digits: { type: String, required: true },
    key: { type: String, required: true },
    at: { type: Date, required: true },
    wrong: { type: [String], required: true },
    used: String,
}, { strict: 'throw', versionKey: false, collection: 'phonecodes' });
schema.index({ community: 1, chat: 1, at: 1 });
schema.index({ at: 1 });
export const PhoneCode = model('PhoneCode', schema);
/** Keeps a code in one of the phone's places of the day; gives false if no place is free. */
export async function placeCode(code, kind) {
    const dayAgo = new Date(code.at.getTime() - DAY_MS);
    for (const _id of codePlaces(code, kind)) {
        try {
            await collection(PhoneCode).updateOne({ _id, at: { $lte: dayAgo } }, { $set: code, $unset: { used: 1 } }, { upsert: true });
            return true;
        }
        catch (error) {
            if (!isDuplicate(error))
                throw error;
        }
    }
    return false;
}
const TRIES = 3;
const LASTS_MS = 10 * 60 * 1_000;
/**
 * Checks six digits that were sent to a phone and are repeated now. They are valid for ten minutes, for three tries, and once. Of the codes `sent`,
 * only the last one counts.
 */
export async function tryCode({ vault }, sent, { phone, digits }, act) {
    const key = vault.hmac('act', act.key, 'tryCode');
    const [code] = await collection(PhoneCode).find(sent).sort({ at: -1 }).limit(1).toArray();
    if (!code || act.at.getTime() - code.at.getTime() > LASTS_MS)
        return { refused: 'late' };
    const before = code.wrong.filter((other) => other !== key).length;
    if (before >= TRIES || (code.used !== undefined && code.used !== key))
        return { refused: 'over' };
    const isRight = isSame(code.digits, codeHmac(vault, { community: act.community, address: phone, digits }));
    act.beginWrite();
    const still = { _id: code._id, key: code.key };
    if (isRight) {
        await collection(PhoneCode).updateOne(still, { $set: { used: key } });
        return { right: true };
    }
    await collection(PhoneCode).updateOne({ ...still, wrong: { $ne: key } }, { $push: { wrong: key } });
    const triesLeft = TRIES - before - 1;
    return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
}
/** How many codes of a kind a phone gets in a day, no matter who asks. A cadre needs one for each thing that they ask for by text. */
const A_DAY = { chat: 3, cadre: 10 };
/**
 * `_id`s of the codes (`PhoneCodeRecord`) that can be sent to a phone in a day; `phone` is its HMAC. Codes for cadres do not use up the places of the
 * others.
 */
export function codePlaces({ community, phone }, kind) {
    const whose = kind === 'chat' ? [community, phone] : [community, kind, phone];
    return Array.from({ length: A_DAY[kind] }, (_, index) => [...whose, index + 1].join('|'));
}
/** The HMAC that is kept of six digits sent to a phone: enough to recognize them. */
export function codeHmac(vault, { community, address, digits }) {
    return vault.hmac('phoneCode', community, address, digits);
}
/** Six digits of an HMAC: always the same for one act; a guess is right once in a million times. */
export function sixDigits(hmac) {
    return String(Buffer.from(hmac, 'base64url').readUInt32BE() % 1_000_000).padStart(6, '0');
}
/** Twelve digits of an HMAC: nobody guesses them, however often they try. */
export function twelveDigits(hmac) {
    return String(Buffer.from(hmac, 'base64url').readBigUInt64BE() % 1000000000000n).padStart(12, '0');
}
