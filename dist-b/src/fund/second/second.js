import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { encrypted } from '../../store/encryptedFields.js';
import { STAFF_ROLES } from '../people/index.js';
import { WAITING_ACTS } from './waitingActs.js';
export const SECOND_STATES = ['waiting', 'confirmed', 'refused', 'lapsed'];
const schema = new Schema({
    _id: {
        type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
        required: true,
    },
    act: { type: String, enum: Object.keys(WAITING_ACTS), required: true },
    subject: { type: String, required: true },
    about: { type: String, required: true },
    what: encrypted('secondAct'),
    names: { type: [String], default: undefined },
    role: { type: String, enum: [...STAFF_ROLES, 'any'], required: true },
    asked: {
        type: {
            id: { type: String, required: true },
            phone: { type: String, required: true },
            by: { type: String, required: true },
            at: { type: Date, required: true },
        },
        required: true,
        _id: false,
    },
    until: { type: Date, required: true },
    state: { type: String, enum: SECOND_STATES, required: true },
    decided: {
        type: {
            by: { type: String, required: true },
            role: { type: String, enum: STAFF_ROLES, required: true },
            at: { type: Date, required: true },
            reason: String,
        },
        _id: false,
    },
    revision: { type: Number, required: true },
}, { strict: 'throw', versionKey: false, collection: 'seconds' });
schema.index({ '_id.community': 1, about: 1 }, { unique: true, partialFilterExpression: { state: 'waiting' } });
schema.index({ '_id.community': 1, state: 1, '_id.number': 1 });
schema.index({ '_id.community': 1, names: 1 }, { partialFilterExpression: { names: { $exists: true } } });
// finds those that lapse, and those whose content is forgotten
schema.index({ state: 1, until: 1 });
schema.index({ until: 1 }, { partialFilterExpression: { what: { $exists: true } } });
export const Second = model('Second', schema);
export function encryptedWaits(vault, _id, waits) {
    return vault.encrypt('secondAct', nameOf(_id), JSON.stringify(waits));
}
/** What waits, decrypted; undefined if it named a person who was deleted. */
export function waitsOf(vault, { _id, what }) {
    return what && stored.parse(JSON.parse(vault.decrypt('secondAct', nameOf(_id), what)));
}
const stored = z.object({
    payload: z.unknown(),
    detail: z.object({ before: z.unknown().optional(), after: z.unknown().optional(), reason: z.string().optional() }),
});
function nameOf({ community, number }) {
    return `${community}|${number}`;
}
/** A filter for the records of a community by number. */
export function secondsOf(community) {
    return { _id: { $gt: { community, number: 0 }, $lte: { community, number: Number.MAX_SAFE_INTEGER } } };
}
/** The state at a moment: what waited for too long has lapsed, also before that is written. */
export function stateAt({ state, until }, now) {
    return state === 'waiting' && until <= now ? 'lapsed' : state;
}
