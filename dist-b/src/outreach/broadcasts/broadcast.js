import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    text: { type: String, required: true },
    to: { type: String, required: true },
    by: { type: String, required: true },
    occasion: { type: String, required: true },
    cycle: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    state: { type: String, enum: ['queueing', 'queued', 'cancelled'], required: true },
    heldUntil: Date,
    pausedAt: Date,
    pausedBy: String,
}, { strict: 'throw', versionKey: false, collection: 'broadcasts' });
schema.index({ community: 1, dueAt: -1 });
schema.index({ state: 1 });
export const Broadcast = model('Broadcast', schema);
/** A broadcast by its id; null if there is none. */
export function broadcastById(_id) {
    return collection(Broadcast).findOne({ _id });
}
const NEWEST = 20;
/** A community's broadcasts that have begun and were not cancelled, newest first. */
export function publicBroadcasts(community, now) {
    return forReaders(Broadcast)
        .find({ community, dueAt: { $lte: now }, state: { $ne: 'cancelled' } }, { projection: { text: 1, to: 1, by: 1, dueAt: 1 }, sort: { dueAt: -1 }, limit: NEWEST })
        .toArray();
}
/** To whom a broadcast goes. */
export function audienceOf({ to, cycle }) {
    if (to === 'not-voted' && cycle !== undefined)
        return { to, cycle };
    if (to.startsWith('building:'))
        return { to: 'building', building: to.slice('building:'.length).trim() };
    return { to: 'all' };
}
/** Messages that were cancelled with their broadcast and never sent. A message that made no sense any more has a reason. */
export const CANCELLED_WITH = {
    state: 'cancelled',
    reason: { $exists: false },
};
/** The due time of a paused message. */
export const NEVER = new Date(8_640_000_000_000_000);
