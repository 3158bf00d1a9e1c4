import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { checkRight } from '../people/index.js';
import { WORK_STATES } from './steps.js';
/** What a work's document is (docs/contract.md: Works). */
export const DOCUMENT_KINDS = ['offer', 'contract', 'plan', 'acceptance', 'invoice', 'other'];
const text = { type: String, required: true };
const number = { type: Number, required: true };
const date = { type: Date, required: true };
const schema = new Schema({
    _id: { type: new Schema({ cycle: text, number }, { _id: false }), required: true },
    community: text,
    state: { type: String, enum: WORK_STATES, required: true },
    steps: [
        {
            type: { state: { type: String, enum: WORK_STATES, required: true }, day: text, by: text, at: date, reason: String, isBack: Boolean },
            _id: false,
        },
    ],
    offers: [
        {
            type: {
                implementer: number,
                asked: { type: { by: text, at: date }, required: true, _id: false },
                amount: Number,
                day: String,
                document: String,
            },
            _id: false,
        },
    ],
    chosen: { type: { implementer: number, amount: number, reason: text, fewReason: String, by: text, at: date }, _id: false },
    contract: { type: { number: text, amount: number, day: text, until: String, document: String }, _id: false },
    mend: { type: { until: text, what: text }, _id: false },
    papers: { type: [{ type: String, enum: DOCUMENT_KINDS }], required: true },
    picturedAt: Date,
    news: number,
    rating: { type: { count: number, mean: number }, _id: false },
    revision: number,
}, { strict: 'throw', versionKey: false, collection: 'works' });
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });
schema.index({ community: 1, state: 1 });
schema.index({ community: 1, 'chosen.implementer': 1 });
export const Work = model('Work', schema);
/** A work by its cycle and its project's number; null if there is none. */
export function findWork(cycle, number, session) {
    return collection(Work).findOne({ _id: { cycle, number } }, { ...(session && { session }) });
}
/** Changes a work, unless somebody else has changed it since it was read; gives whether it did. */
export async function changeWork({ _id, revision }, change, session) {
    const { matchedCount } = await collection(Work).updateOne({ _id, revision }, { ...change, $inc: { revision: 1 } }, { session });
    return matchedCount > 0;
}
/** What the log calls a work. */
export function workSubject({ cycle, number }) {
    return `work/${cycle}/${number}`;
}
/** A work as it is now, for somebody who may do this act; null if there is none. Throws `not-allowed` (`checkRight`). */
export async function workFor({ cycle, number, actor }, act) {
    const work = await findWork(cycle, number);
    return work && { work, acting: checkRight(actor, act, work.community), community: work.community };
}
