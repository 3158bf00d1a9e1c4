import { model, Schema } from 'mongoose';
import { CodedError } from '../store/codedError.js';
import { collection } from '../store/collection.js';
const schema = new Schema({ _id: { type: String, required: true }, ahead: { type: Number, required: true } }, { strict: 'throw', versionKey: false, collection: 'democlock' });
const Moved = model('DemoClock', schema);
/** The demo's clock as it was left the last time. `moveTo` rejects with `not-ahead`. */
export async function demoClock(real) {
    let ahead = (await collection(Moved).findOne({ _id: 'demo' }))?.ahead ?? 0;
    const now = () => new Date(real().getTime() + ahead);
    return {
        now,
        ahead: () => ahead,
        moveTo: async (to) => {
            if (to <= now())
                throw new CodedError('not-ahead', 'The clock moves ahead only.');
            const wanted = to.getTime() - real().getTime();
            await collection(Moved).updateOne({ _id: 'demo' }, { $set: { ahead: wanted } }, { upsert: true });
            ahead = wanted;
        },
    };
}
/**
 * The world of a command beside a service: with the demo's clock if that service is the demo. `note` is the service's note; undefined if none runs.
 */
export async function worldBeside(world, note) {
    if (!note?.authToken)
        return world;
    const { now } = await demoClock(world.now);
    return { ...world, now };
}
