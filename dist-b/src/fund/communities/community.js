import { model, Schema } from 'mongoose';
import { TEMPLATED, USUAL_CARRIER } from '../../contacts/channel.js';
import { collection } from '../../store/collection.js';
/** For how many days recordings are kept where a community says nothing else. */
export const RECORDINGS_DAYS = 180;
/** For how many days words that were answered are kept, and who wrote them; a community may keep them for less. */
export const LETTERS_DAYS = 730;
/** Words that stand where a slug stands in an address or a command; no community is called by them. In small letters. */
export const RESERVED_SLUGS = new Set('all assets communities devices help link new overview overview.csv overview.xlsx passkeys persona sign-in sign-out start'.split(' '));
/** The council's quorum and majority where a community says nothing else. */
export const COUNCIL = { quorum: '2/3', majority: '1/2' };
/** The languages that a community or a resident may have: those in `locales/`. */
export const LANGUAGES = ['zh-CN', 'zh-CN-sichuan', 'en'];
export const VERIFY = ['phone', 'card', 'either', 'strict'];
const schema = new Schema({
    _id: { type: String, required: true },
    name: { type: String, required: true },
    language: { type: String, required: true },
    timezone: { type: String, required: true },
    phone: { type: String, required: true },
    callback: String,
    textNumber: String,
    shownNumber: String,
    verify: { type: String, enum: VERIFY, required: true },
    ballots: { type: String, enum: ['public', 'supervisors'], required: true },
    quiet: { type: String, required: true },
    person: { type: { name: { type: String, required: true }, phone: { type: String, required: true } }, required: true, _id: false },
    keep: { type: { recordings: Number, letters: Number }, _id: false },
    publishDays: Number,
    council: { type: { quorum: String, majority: String }, _id: false },
    offers: Number,
    offersAbove: Number,
    twoPersonsAbove: Number,
    about: { type: Object },
    categories: { type: Array, default: undefined },
    carriers: { type: Object },
    rates: { type: Object },
    prices: { type: Object },
    templates: { type: Object },
    smsTemplates: { type: Array, default: undefined },
    demo: Boolean,
}, { strict: 'throw', versionKey: false, collection: 'communities' });
schema.index({ phone: 1 }, { unique: true });
schema.index({ callback: 1 }, { unique: true, sparse: true });
schema.index({ textNumber: 1 }, { sparse: true });
schema.index({ 'carriers.sms': 1, textNumber: 1 }, { unique: true, partialFilterExpression: { textNumber: { $exists: true } } });
schema.index({ 'carriers.sms': 1 }, { sparse: true });
export const Community = model('Community', schema);
/** The carrier that brings a channel to a community. */
export function carrierOf(community, channel) {
    return community?.carriers?.[channel] ?? USUAL_CARRIER;
}
/** A receipt, also of a changed ballot; the same to somebody new, with who writes and how to stop; and a code: without these nobody can vote. With the slots of each. */
const NEEDED = {
    'vote.receipt': { lists: true, slots: ['receipt', 'closesAt'] },
    'vote.changed': { lists: true, slots: ['receipt'] },
    'vote.receipt+common.first': { lists: true, slots: ['receipt', 'closesAt'] },
    'notice.code': { slots: ['digits'] },
};
/**
 * The texts for which a community has to have a template and has none with their slots, if the carrier of its texts takes no others; with `choices`, also
 * `vote.receipt 3` for each number of projects that a ballot may have.
 */
export function neededTemplates({ carriers, language, smsTemplates = [] }, choices) {
    const name = carriers?.sms;
    if (!name || !TEMPLATED.includes(name))
        return [];
    const written = language === 'en' ? 'en' : 'zh-CN';
    return Object.entries(NEEDED).flatMap(([text, { lists, slots }]) => {
        const fitting = smsTemplates.filter((one) => {
            const wanted = [...(lists ? upTo(Number(one.variant)).map((n) => `picks${n}`) : []), ...slots];
            return one.text === text && one.language === written && one.slots.length === wanted.length && wanted.every((slot) => one.slots.includes(slot));
        });
        if (fitting.length === 0)
            return [text];
        if (!lists || !choices)
            return [];
        const variants = upTo(choices.max).filter((n) => n >= choices.min && !fitting.some(({ variant }) => variant === String(n)));
        return variants.map((n) => `${text} ${n}`);
    });
}
/** 1 to this number; nothing for what is none. */
function upTo(most) {
    return Array.from({ length: most || 0 }, (_, index) => index + 1);
}
/** The number that residents text, as they are shown it. */
export function numberToText({ shownNumber, textNumber, phone }) {
    return shownNumber ?? textNumber ?? phone;
}
/** Residents text another number than they call. */
export function isTextedElsewhere(community) {
    return numberToText(community) !== community.phone;
}
/** Writes a community as its file gives it, in an import's transaction. */
export async function saveCommunity({ _id, ...fields }, session) {
    await collection(Community).replaceOne({ _id }, fields, { upsert: true, session });
}
