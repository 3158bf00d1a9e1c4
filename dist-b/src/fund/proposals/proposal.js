import { model, Schema } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.js';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { maskNumbers } from '../../store/text.js';
import { spokenFields } from '../inquiries/index.js';
export const PROPOSAL_STATES = ['received', 'considered', 'merged', 'project', 'declined', 'done'];
/** While it is in one of these, nobody has decided what becomes of it. */
export const OPEN_STATES = ['received', 'considered'];
export function isOpenState(state) {
    return OPEN_STATES.some((open) => open === state);
}
/** How a proposal came: over a channel, or a cadre wrote it down. */
export const ORIGINS = [...CHANNEL_NAMES, 'paper', 'walk-in', 'meeting', 'phone'];
/** Why a proposal is refused (docs/contract.md: Proposals). */
export const REASONS = [
    'private-cost',
    'other-party',
    'government-duty',
    'outside',
    'unlawful',
    'unsafe',
    'over-budget',
    'already-done',
    'unclear',
    'personal-data',
];
/** Who does the work: a builder, somebody who gives a service, or residents themselves. */
export const MANNERS = ['works', 'service', 'residents'];
export const DECISIONS = ['recommended', 'not', 'deferred'];
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    at: { type: Date, required: true },
    origin: { type: String, enum: ORIGINS, required: true },
    channel: { type: String, enum: CHANNEL_NAMES },
    writtenBy: String,
    enteredIn: String,
    whose: encrypted('proposalOf'),
    category: String,
    distinct: { type: [Number], default: undefined },
    distinctBefore: { type: [Number], default: undefined },
    opinion: {
        type: {
            isFeasible: Boolean,
            cost: Number,
            own: Number,
            manner: { type: String, enum: MANNERS },
            reason: { type: String, enum: REASONS },
            sentence: String,
            by: String,
            at: Date,
            given: { type: { by: String, at: Date }, _id: false },
        },
        _id: false,
    },
    council: { type: { decision: { type: String, enum: DECISIONS }, meeting: Number, reason: String, at: Date }, _id: false },
    text: encrypted('proposalText'),
    spoken: spokenFields,
    state: { type: String, enum: PROPOSAL_STATES, required: true },
    project: Number,
    mergedInto: Number,
    mergedBy: Number,
    public: { type: Boolean, required: true },
    hidden: { type: { by: String, reason: String, at: Date }, _id: false },
    released: { type: { by: String, reason: String, at: Date }, _id: false },
    by: { type: String, required: true },
    address: encrypted('proposalAddress'),
    slot: String,
    strangerSlot: String,
    key: String,
    history: [{ type: { state: String, by: String, at: Date }, _id: false }],
}, { strict: 'throw', versionKey: false, collection: 'proposals' });
schema.index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true });
schema.index({ '_id.cycle': 1, category: 1, state: 1 });
schema.index({ '_id.cycle': 1, 'opinion.at': 1 }, { partialFilterExpression: { 'opinion.at': { $exists: true } } });
schema.index({ '_id.cycle': 1, 'opinion.given.at': 1, 'opinion.isFeasible': 1 }, { partialFilterExpression: { 'opinion.given.at': { $exists: true } } });
schema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });
schema.index({ '_id.cycle': 1, slot: 1 }, { unique: true, partialFilterExpression: { slot: { $exists: true } } });
schema.index({ '_id.cycle': 1, mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $exists: true } } });
schema.index({ strangerSlot: 1 }, { unique: true, partialFilterExpression: { strangerSlot: { $exists: true } } });
schema.index({ community: 1, by: 1 });
// whose author is no longer told anything, or named
schema.index({ community: 1, at: 1 }, { partialFilterExpression: { address: { $exists: true } } });
schema.index({ community: 1, at: 1 }, { partialFilterExpression: { whose: { $exists: true } } });
schema.index({ '_id.cycle': 1, enteredIn: 1 }, { partialFilterExpression: { enteredIn: { $exists: true } } });
// what waits to be written down
schema.index({ community: 1, 'spoken.state': 1, at: 1, 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.state': { $exists: true } } });
schema.index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } });
export const Proposal = model('Proposal', schema);
/** Undefined while a proposal is not refused, or no reason was given. Nothing of a draft is given. */
export function refusalOf({ state, opinion, council }) {
    if (state !== 'declined')
        return undefined;
    if (opinion?.given && !opinion.isFeasible && opinion.reason)
        return { code: opinion.reason, text: maskNumbers(opinion.sentence ?? '') };
    return council?.decision === 'not' && council.reason ? { code: null, text: maskNumbers(council.reason) } : undefined;
}
/** The highest number of a cycle's proposals; undefined if there is none. */
export async function lastNumber(cycle) {
    const last = await collection(Proposal).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
    return last?._id.number;
}
/** Selects the proposals of a cycle that anyone may read: without those that wait to be released, and those that a cadre has hidden. */
export function onPublicList(cycle) {
    return { '_id.cycle': cycle, public: true, hidden: { $exists: false } };
}
/**
 * The newest decision of a council, if it stands: it was made on the opinion that is given now. Who gives another opinion, perhaps with another cost, has
 * to ask the council again.
 */
export function standingDecision({ council, opinion }) {
    return council && opinion?.given && opinion.given.at <= council.at ? council : undefined;
}
/** What a proposal asks for, as written, decrypted; empty while a spoken one is not written down. */
export function proposalText(vault, { _id, text }) {
    return text ? vault.decrypt('proposalText', nameOf(_id), text) : '';
}
/** A proposal's text, encrypted as `text` keeps it. */
export function encryptedProposal(vault, _id, text) {
    return vault.encrypt('proposalText', nameOf(_id), text);
}
/** The address to which what became of a proposal is sent, decrypted; undefined after a deletion. */
export function proposalAddress(vault, { _id, address }) {
    return address && vault.decrypt('proposalAddress', nameOf(_id), address);
}
/** Whose words a proposal is, decrypted; undefined if it came from themselves, or nobody knows the name. */
export function proposalOf(vault, { _id, whose }) {
    return whose && vault.decrypt('proposalOf', nameOf(_id), whose);
}
/** The name of a person whose words were written down, encrypted as `whose` keeps it. */
export function encryptedProposalOf(vault, _id, name) {
    return vault.encrypt('proposalOf', nameOf(_id), name);
}
/** A proposer's address, encrypted as `address` keeps it. */
export function encryptedProposalAddress(vault, _id, address) {
    return vault.encrypt('proposalAddress', nameOf(_id), address);
}
function nameOf({ cycle, number }) {
    return `${cycle}|${number}`;
}
/** In characters, as people count them. */
export const LONGEST_PROPOSAL = 300;
