import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.js';
const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, _id: false };
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, id: { type: String, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    table: { type: Number, required: true },
    number: { type: Number, required: true },
    serial: { type: String, required: true },
    voter: String,
    asks: Boolean,
    person: encrypted('markPerson'),
    at: { type: Date, required: true },
    heardAt: { type: Date, required: true },
    by: { type: [hand], required: true },
    active: Boolean,
}, { strict: 'throw', versionKey: false, collection: 'marks' });
schema.index({ serial: 1 }, { unique: true, partialFilterExpression: { active: true } });
schema.index({ '_id.cycle': 1, table: 1, number: -1 });
schema.index({ voter: 1, at: 1 }, { partialFilterExpression: { voter: { $exists: true } } });
// finds the marks of those who may be on the roster by now
schema.index({ '_id.cycle': 1, asks: 1 }, { partialFilterExpression: { asks: true } });
// finds the marks whose persons are to be forgotten
schema.index({ '_id.cycle': 1, person: 1 }, { partialFilterExpression: { person: { $exists: true } } });
export const Mark = model('Mark', schema);
export function encryptedMarked(vault, _id, person) {
    return vault.encrypt('markPerson', nameOf(_id), JSON.stringify(person));
}
/** Who handed the slip in; undefined once that is forgotten. */
export function markedPerson(vault, { _id, person }) {
    return person && JSON.parse(vault.decrypt('markPerson', nameOf(_id), person));
}
function nameOf({ cycle, id }) {
    return `${cycle}|${id}`;
}
