import parsePhoneNumber from 'libphonenumber-js/max';
import { model, Schema } from 'mongoose';
import { CHANNELS } from '../../contacts/channel.js';
import { boundedMap } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { dayOf } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { holdersOf } from './holders.js';
/** Answers in a day to numbers from other countries that nobody on the roster has. */
const MOST_A_DAY = 100;
/**
 * Whether a text gets an answer; each answer costs money. A text from the country of the community's own number, or from a number on its roster,
 * always gets one. Of other texts, only so many a day get one.
 */
export const mayAnswer = perWorld((world) => {
    const codes = boundedMap(2_000);
    const holders = holdersOf(world);
    return (from, { phone, timezone }) => {
        if (!CHANNELS[from.channel].isAnswerPaid)
            return true;
        const code = codes.getOrMake(phone, () => `+${parsePhoneNumber(phone)?.countryCallingCode ?? ''}`);
        return from.address.startsWith(code) || abroad(from, timezone);
    };
    async function abroad(from, timezone) {
        if ((await holders(from)).holders.length > 0)
            return true;
        const today = await collection(ForeignDay).findOneAndUpdate({ _id: `${from.community}|${dayOf(from.at, timezone)}` }, { $inc: { answers: 1 }, $setOnInsert: { at: from.at } }, { upsert: true, returnDocument: 'after' });
        return (today?.answers ?? 0) <= MOST_A_DAY;
    }
});
const schema = new Schema({ _id: { type: String, required: true }, answers: { type: Number, required: true }, at: { type: Date, required: true } }, { strict: 'throw', versionKey: false, collection: 'foreigndays' });
schema.index({ at: 1 });
export const ForeignDay = model('ForeignDay', schema);
