import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
const schema = new Schema({
    _id: { type: String, required: true },
    phone: { type: String, required: true },
    about: { ...encrypted('passkeyAbout'), required: true },
    publicKey: { type: Buffer, required: true },
    counter: { type: Number, required: true },
    at: { type: Date, required: true },
    usedAt: Date,
}, { strict: 'throw', versionKey: false, collection: 'passkeys' });
schema.index({ phone: 1 });
export const Passkey = model('Passkey', schema);
/** The HMAC by which a passkey is found. `credential`: the credential's id in base64url. */
export function passkeyId(vault, credential) {
    return vault.hmac('passkey', credential);
}
const about = z.object({ name: z.string(), credential: z.string() });
export function encryptedAbout(vault, _id, given) {
    return vault.encrypt('passkeyAbout', _id, JSON.stringify(given));
}
function aboutOf(vault, { _id, about: encrypted }) {
    return about.parse(JSON.parse(vault.decrypt('passkeyAbout', _id, encrypted)));
}
/** The passkeys of a phone (`staffPhone`), in the order in which they were added. */
export async function passkeysOf({ vault }, phone) {
    const found = await collection(Passkey)
        .find({ phone }, { sort: { at: 1 }, promoteBuffers: true })
        .toArray();
    return found.map((passkey) => ({ id: passkey._id, ...aboutOf(vault, passkey), at: passkey.at, ...(passkey.usedAt && { usedAt: passkey.usedAt }) }));
}
/** Whether a phone (`staffPhone`) has a passkey: then its holder signs in by it, and by no digits. */
export async function hasPasskey(phone) {
    return (await collection(Passkey).findOne({ phone }, { projection: { _id: 1 } })) !== null;
}
/** Removes a passkey of a phone (`staffPhone`); gives false if it has none by this id. Without any the digits sign in again. */
export async function removePasskey(phone, id) {
    return (await collection(Passkey).deleteOne({ _id: id, phone })).deletedCount === 1;
}
/** Removes the passkeys of those who have no role any more, in a transaction. */
export async function forgetPasskeys(phones, session) {
    await collection(Passkey).deleteMany({ phone: { $in: [...phones] } }, { session });
}
