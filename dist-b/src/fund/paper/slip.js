import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.js';
import { FOUND } from '../ballots/audit/index.js';
/** What became of a slip whose batch was accepted. Only what is `counted` is in the ledger. */
export const OUTCOMES = ['counted', 'superseded', 'notOnRoll', 'unmarked', 'unreadable', 'invalid', 'double', 'late'];
const schema = new Schema({
    _id: { type: String, required: true },
    cycle: { type: String, required: true },
    made: { type: { at: { type: Date, required: true }, by: { type: String, required: true }, ballot: String }, required: true, _id: false },
    batch: Number,
    outcome: { type: String, enum: OUTCOMES },
    waits: Boolean,
    picks: encrypted('slipPicks'),
    compared: {
        type: {
            found: { type: String, enum: FOUND, required: true },
            by: { type: String, required: true },
            at: { type: Date, required: true },
            changes: { type: Number, required: true },
        },
        _id: false,
    },
}, { strict: 'throw', versionKey: false, collection: 'slips' });
schema.index({ cycle: 1, outcome: 1, _id: 1 });
// finds what was compared with the box
schema.index({ cycle: 1, 'compared.at': 1 }, { partialFilterExpression: { 'compared.at': { $exists: true } } });
schema.index({ waits: 1, _id: 1 }, { partialFilterExpression: { waits: true } });
export const Slip = model('Slip', schema);
export function encryptedPicks(vault, serial, picks) {
    return vault.encrypt('slipPicks', serial, JSON.stringify(picks));
}
/** What was keyed of a slip. */
export function decryptedPicks(vault, serial, picks) {
    return JSON.parse(vault.decrypt('slipPicks', serial, picks));
}
