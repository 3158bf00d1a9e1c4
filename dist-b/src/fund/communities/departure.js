import { model, Schema } from 'mongoose';
import { cached, changes } from '../../store/cache.js';
import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { isDuplicate } from '../../store/databaseErrors.js';
import { perWorld } from '../../store/world.js';
import { Community } from './community.js';
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: Object, required: true },
    cycles: { type: [String], required: true },
    to: { type: String, required: true },
    url: { type: String, required: true },
    at: { type: Date, required: true },
    head: { type: { seq: Number, hash: String }, required: true, _id: false },
    arrivedAt: Date,
    steps: Number,
}, { strict: 'throw', versionKey: false, collection: 'departures' });
export const Departure = model('Departure', schema);
/** A cell that so many communities have left is emptied by hand. */
const MOST = 10_000;
/** Takes a community out of those that are served here, in the transaction of the act. */
export async function departCommunity(departure, session) {
    const { deletedCount } = await collection(Community).deleteOne({ _id: departure._id }, { session });
    if (deletedCount !== 1)
        throw new CodedError('no-community', `There is no community ${departure._id} here.`);
    await collection(Departure).insertOne(departure, { session });
}
/** Serves a community here from now on: one that has come, or that stays after all. In the transaction of the act. Rejects with `slug-taken`. */
export async function settleCommunity(community, session) {
    try {
        await collection(Community).insertOne(community, { session });
    }
    catch (error) {
        if (!isDuplicate(error))
            throw error;
        throw new CodedError('slug-taken', `There is a community ${community._id}, or one with a number of it, here already.`, { cause: error });
    }
    await collection(Departure).deleteOne({ _id: community._id }, { session });
}
/** From now on what reaches the old cell is shown the way to the new one. */
export async function putSignpost(slug, at) {
    await collection(Departure).updateOne({ _id: slug, arrivedAt: { $exists: false } }, { $set: { arrivedAt: at } });
}
/** A community that has left with this slug or one of these numbers; null if none did. */
export function leftWith({ _id, phone, callback = phone, textNumber, carriers }, session) {
    const numbers = { $in: [phone, callback] };
    const same = [
        { _id },
        { 'community.phone': numbers },
        { 'community.callback': numbers },
        ...(textNumber === undefined ? [] : [{ 'community.carriers.sms': carriers?.sms, 'community.textNumber': textNumber }]),
    ];
    return collection(Departure).findOne({ $or: same }, { session });
}
/** Communities that are on their way, not arrived yet. */
export function underWay() {
    return collection(Departure)
        .find({ arrivedAt: { $exists: false } }, { limit: MOST })
        .toArray();
}
export const departures = perWorld((world) => {
    const all = cached(world, 1_000, 1, () => collection(Departure).find().sort({ _id: 1 }).limit(MOST).toArray(), changes(world).version);
    return {
        bySlug: async (slug) => (await all('')).find(({ _id }) => _id === slug),
        byCycle: async (id) => (await all('')).find(({ cycles }) => cycles.includes(id)),
        byNumber: async (number, carrier) => (await all('')).find(({ community }) => isItsNumber(community, number, carrier)),
        some: async (carrier) => (await all('')).some(({ community: { carriers, textNumber } }) => carrier === undefined || (carriers?.sms === carrier && !textNumber)),
    };
});
function isItsNumber({ phone, callback, textNumber, carriers }, number, carrier) {
    const digits = number.replace(/^(\+|00)/, '');
    const written = [`+${digits}`, `+86${digits.replace(/^0/, '')}`];
    const isTexted = textNumber !== undefined && digits.startsWith(textNumber) && (carrier === undefined || carriers?.sms === carrier);
    return isTexted || written.includes(phone) || (callback !== undefined && written.includes(callback));
}
