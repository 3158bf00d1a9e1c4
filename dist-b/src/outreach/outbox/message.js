import { model, Schema } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.js';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
export const MESSAGE_STATES = ['pending', 'leased', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'];
/** From these states no message goes on by itself. `unknown` is also among the states under way, because a carrier may still report on it. */
export const ENDS = ['sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'];
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    channel: { type: String, enum: CHANNEL_NAMES, required: true },
    address: { ...encrypted('messageAddress'), required: true },
    to: { type: String, required: true },
    resident: String,
    language: { type: String, required: true },
    kind: { type: String, enum: ['reply', 'receipt', 'code', 'alarm', 'answer', 'notice'], required: true },
    once: String,
    said: { ...encrypted('messageSaid'), required: true },
    lane: { type: String, required: true },
    next: encrypted('messageNext'),
    broadcast: String,
    askedAt: Date,
    heedsQuiet: Boolean,
    unlessVoted: String,
    until: Date,
    reminds: String,
    state: { type: String, enum: MESSAGE_STATES, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    token: String,
    ref: { type: String, required: true },
    carrierId: String,
    reason: String,
    at: { type: Date, required: true },
    changedAt: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'outbox' });
schema.index({ channel: 1, state: 1, lane: 1, dueAt: 1 });
schema.index({ once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } });
schema.index({ broadcast: 1, state: 1 }, { partialFilterExpression: { broadcast: { $exists: true } } });
schema.index({ state: 1, changedAt: 1 }, { partialFilterExpression: { next: { $exists: true } } });
schema.index({ resident: 1, reminds: 1 }, { partialFilterExpression: { reminds: { $exists: true } } });
schema.index({ ref: 1 }, { unique: true });
schema.index({ carrierId: 1 }, { unique: true, partialFilterExpression: { carrierId: { $exists: true } } });
schema.index({ channel: 1, to: 1, at: 1 });
schema.index({ kind: 1, changedAt: 1 }, { partialFilterExpression: { state: { $in: [...ENDS] } } });
/** The outbox. */
export const Message = model('Message', schema);
/** The messages sent to a phone or chat (`addressHmac`) on a channel after a moment, oldest first, at most twenty. */
export function sentSince(channel, to, after) {
    return collection(Message)
        .find({ channel, to, changedAt: { $gt: after }, state: { $in: ['sent', 'delivered'] } }, { sort: { changedAt: 1 }, limit: 20, promoteBuffers: true })
        .toArray();
}
/** Where a message goes. */
export function addressIn(vault, { _id, address }) {
    return vault.decrypt('messageAddress', _id, address);
}
/** Where it is tried next if it is known not to have arrived. */
export function nextIn(vault, { _id, next }) {
    return next ? JSON.parse(vault.decrypt('messageNext', _id, next)) : [];
}
/** What a message says. It needs no check of its form, because we encrypted it. */
export function saidIn(vault, { _id, said }) {
    return JSON.parse(vault.decrypt('messageSaid', _id, said));
}
/**
 * The lane of a message. Each community has one lane for replies, one for messages that belong to what a person is doing, which goes first, and one for
 * messages that we start. So a long broadcast delays neither a receipt nor another community; replies have a sender of their own.
 */
export function laneOf({ kind, community }) {
    return `${kind === 'reply' ? REPLIES : kind === 'notice' ? OURS : THEIRS}|${community}`;
}
/** The facts in a lane's name. */
export function laneFacts(lane) {
    return { isOurs: lane.startsWith(OURS), isReply: lane.startsWith(REPLIES), community: lane.slice(2) };
}
/** The lanes of replies, or all others, as a condition on `lane`. */
export function lanesOf(what) {
    return what === 'replies' ? { $lt: THEIRS } : { $gte: THEIRS };
}
const REPLIES = '-';
const THEIRS = '0';
const OURS = '1';
