import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.js';
import { collection } from '../../store/collection.js';
const schema = new Schema({ _id: { type: String, required: true }, tokens: { type: Number, required: true }, at: { type: Date, required: true }, granted: Number }, { strict: 'throw', versionKey: false, collection: 'sendingRates' });
const SendingRate = model('SendingRate', schema);
/** The bucket holds the tokens of a fifth of a second, at least one: no second gets much more than its rate. */
const BURST_S = 0.2;
/** Refusals slow sending down for a minute at most. */
const LONGEST_REST_S = 60;
/** A bucket that is lost is simply full again. */
const NOT_DURABLE = { writeConcern: { w: 1 } };
export function sendingRate(world, channel, community) {
    const { _id, rates } = community;
    const perSecond = rates?.[channel] ?? CHANNELS[channel].perSecond;
    const most = Math.max(1, perSecond * BURST_S);
    const bucket = { _id: `${channel}|${_id}` };
    return {
        everyMs: 1_000 / perSecond,
        take: async (wanted) => {
            const now = world.now();
            const since = { $max: [0, { $subtract: [now, { $ifNull: ['$at', now] }] }] }; // a clock that was put back adds and takes no tokens
            const filled = { $min: [most, { $add: [{ $ifNull: ['$tokens', most] }, { $multiply: [since, perSecond / 1_000] }] }] };
            const after = await collection(SendingRate).findOneAndUpdate(bucket, [
                { $set: { tokens: filled, at: now } },
                { $set: { granted: { $max: [0, { $min: [wanted, { $floor: '$tokens' }] }] } } },
                { $set: { tokens: { $subtract: ['$tokens', '$granted'] } } },
            ], { upsert: true, returnDocument: 'after', ...NOT_DURABLE });
            return after?.granted ?? 0;
        },
        giveBack: async (unused) => {
            if (unused > 0)
                await collection(SendingRate).updateOne(bucket, { $inc: { tokens: unused } }, NOT_DURABLE);
        },
        slowDown: async () => {
            const less = { $max: [-LONGEST_REST_S * perSecond, { $subtract: ['$tokens', perSecond] }] };
            await collection(SendingRate).updateOne(bucket, [{ $set: { tokens: less } }], NOT_DURABLE);
        },
    };
}
