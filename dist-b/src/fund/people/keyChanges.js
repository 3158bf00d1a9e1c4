import mongoose, { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
/**
 * Records phones and cards that change while voting is open, with the person who changes them and the reason (docs/contract.md: The vote), in the
 * transaction that changes them: no change is in force without a record.
 */
export async function recordKeyChanges(community, changed, { actor, reason, at }, session) {
    if (changed.length === 0)
        return;
    const records = changed.map(({ resident, what }) => ({
        _id: new mongoose.Types.ObjectId(),
        community,
        resident,
        what,
        by: actor.name,
        reason,
        at,
    }));
    await collection(KeyChange).insertMany(records, { session });
}
/** How many phones and cards of a community were changed after one moment and before another. */
export async function keyChangesSince(community, after, before) {
    const count = (what) => forReaders(KeyChange).countDocuments({ community, what, at: { $gt: after, $lt: before } });
    const [phones, cards] = await Promise.all([count('phone'), count('card')]);
    return { phones, cards };
}
const schema = new Schema({
    community: { type: String, required: true },
    resident: { type: String, required: true },
    what: { type: String, enum: ['phone', 'card'], required: true },
    by: { type: String, required: true },
    reason: { type: String, required: true },
    at: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'keychanges' });
schema.index({ community: 1, what: 1, at: 1 });
export const KeyChange = model('KeyChange', schema);
