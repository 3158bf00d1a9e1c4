import { model, Schema } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { isDuplicate, numbered } from '../../store/databaseErrors.js';
import { encrypted } from '../../store/encryptedFields.js';
import { maskNumbers } from '../../store/text.js';
import { DAY_MS } from '../../store/wallTime.js';
import { endRecordings, spokenFields } from './recording.js';
export const INQUIRY_KINDS = ['question', 'complaint', 'call', 'disownBallot'];
const ANSWERED_WITHIN_MS = 3 * DAY_MS;
/** Until when an inquiry of this moment is to be answered: within three days. */
export function dueAt(at) {
    return new Date(at.getTime() + ANSWERED_WITHIN_MS);
}
const schema = new Schema({
    _id: {
        type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
        required: true,
    },
    kind: { type: String, enum: INQUIRY_KINDS, required: true },
    text: encrypted('inquiryText'),
    spoken: spokenFields,
    channel: { type: String, enum: CHANNEL_NAMES, required: true },
    address: encrypted('inquiryAddress'),
    from: String,
    resident: String,
    at: { type: Date, required: true },
    taken: { type: { who: String, by: String, at: Date }, _id: false },
    answer: { type: { text: encrypted('inquiryAnswer'), by: String, at: Date }, _id: false },
    key: { type: String, required: true },
}, { strict: 'throw', versionKey: false, collection: 'inquiries' });
schema.index({ '_id.community': 1, '_id.number': -1 }, { unique: true });
// what waits in one community, and in many at once: it has no answer
schema.index({ '_id.community': 1, 'answer.at': 1, '_id.number': 1 });
schema.index({ 'answer.at': 1, '_id.community': 1, at: 1 });
// what is no longer kept
schema.index({ '_id.community': 1, 'answer.at': 1 }, { partialFilterExpression: { 'answer.text': { $exists: true } } });
schema.index({ key: 1 }, { unique: true });
schema.index({ from: 1 }, { partialFilterExpression: { from: { $exists: true } } });
schema.index({ '_id.community': 1, resident: 1 }, { partialFilterExpression: { resident: { $exists: true } } });
// what waits to be written down
schema.index({ '_id.community': 1, 'spoken.state': 1, at: 1, 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.state': { $exists: true } } });
schema.index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } });
export const Inquiry = model('Inquiry', schema);
/** Writes an inquiry and gives its number in the community's inbox. If it was written before under its key, it gives that number. */
export function insertInquiry({ vault }, community, { text, address, ...inquiry }) {
    const inquiries = collection(Inquiry);
    return numbered(async () => (await inquiries.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number, async (number) => {
        const _id = { community, number };
        const encrypted = { ...(text !== '' && { text: encryptedInquiry(vault, _id, text) }), address: encryptedInquiryAddress(vault, _id, address) };
        const from = addressHmac(vault, { community, channel: inquiry.channel, address });
        try {
            await inquiries.insertOne({ _id, ...inquiry, ...encrypted, from });
            return number;
        }
        catch (error) {
            const mine = isDuplicate(error) && (await inquiries.findOne({ key: inquiry.key }, { projection: { _id: 1 } }));
            if (mine)
                return mine._id.number;
            throw error;
        }
    });
}
/** An inquiry by its number; null if there is none. */
export function findInquiry(community, number) {
    return collection(Inquiry).findOne({ '_id.community': community, '_id.number': number });
}
/** What was spoken becomes an inquiry's text; gives false if there is no such inquiry (any more). */
export async function inquiryWrittenDown(vault, which, text, spoken, session) {
    const written = { text: encryptedInquiry(vault, which._id, text), spoken };
    return (await collection(Inquiry).updateOne(which, { $set: written }, { session })).matchedCount === 1;
}
/** The writer of an inquiry, as the log knows them: the resident's `_id` and the `addressHmac`, whatever is known. */
export function authorOf({ resident, from }) {
    return [resident, from].filter((name) => name !== undefined);
}
/** Notes that the recording of an inquiry was lost before anybody wrote it down. */
export async function inquiryLost(_id, recording) {
    await collection(Inquiry).updateOne({ _id, 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' }, { $set: { 'spoken.state': 'lost' } });
}
/** Takes the sender off inquiries, and numbers out of what they wrote; gives how many inquiries it was. `from` is an `addressHmac`. */
export async function forgetInquiries(vault, at, which) {
    const inquiries = await collection(Inquiry)
        .find(which, { projection: { text: 1, spoken: 1 } })
        .toArray();
    await endRecordings(at, inquiries);
    for (const inquiry of inquiries) {
        const { _id } = inquiry;
        const text = encryptedInquiry(vault, _id, maskNumbers(inquiryText(vault, inquiry)));
        await collection(Inquiry).updateOne({ _id }, { $set: { text }, $unset: { address: 1, from: 1, resident: 1 } });
    }
    return inquiries.length;
}
/** Forgets the words of what was answered before a moment, and who wrote it; that it was, its kind and its days stay. */
export async function forgetAnswered(community, before) {
    await collection(Inquiry).updateMany({ '_id.community': community, 'answer.at': { $lte: before }, 'answer.text': { $exists: true } }, { $unset: { text: 1, address: 1, from: 1, resident: 1, 'answer.text': 1 } });
}
/** The text of an inquiry, decrypted; empty while a spoken one is not written down. */
export function inquiryText(vault, { _id, text }) {
    return text ? vault.decrypt('inquiryText', nameOf(_id), text) : '';
}
/** A text, encrypted as an inquiry keeps it. */
export function encryptedInquiry(vault, _id, text) {
    return vault.encrypt('inquiryText', nameOf(_id), text);
}
/** The text of the answer, decrypted; undefined if there is none, or none any more. */
export function answerText(vault, { _id, answer }) {
    return answer?.text && vault.decrypt('inquiryAnswer', nameOf(_id), answer.text);
}
/** The text of an answer, encrypted as `answer` keeps it. */
export function encryptedAnswer(vault, _id, text) {
    return vault.encrypt('inquiryAnswer', nameOf(_id), text);
}
/** The address to which the answer goes, decrypted; undefined after a deletion. */
export function inquiryAddress(vault, { _id, address }) {
    return address && vault.decrypt('inquiryAddress', nameOf(_id), address);
}
function encryptedInquiryAddress(vault, _id, address) {
    return vault.encrypt('inquiryAddress', nameOf(_id), address);
}
function nameOf({ community, number }) {
    return `${community}|${number}`;
}
