import { isDeepStrictEqual } from 'node:util';
import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { RULES } from '../ballots/tally/index.js';
/** The stages of a cycle, in their order. */
export const STAGES = ['announce', 'propose', 'deliberate', 'publish', 'vote', 'implement', 'evaluate', 'closed'];
const project = {
    number: { type: Number, required: true },
    title: { type: String, required: true },
    short: String,
    category: String,
    cost: { type: Number, required: true },
    detail: String,
    place: String,
    due: String,
};
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    title: { type: String, required: true },
    budget: { type: Number, required: true },
    currency: { type: String, required: true },
    rule: { type: String, enum: RULES, required: true },
    threshold: { type: Number, required: true },
    choices: { type: { min: { type: Number, required: true }, max: { type: Number, required: true } }, required: true, _id: false },
    stages: [{ type: { stage: { type: String, enum: STAGES, required: true }, from: { type: Date, required: true } }, _id: false }],
    moves: [
        {
            type: {
                kind: { type: String, enum: ['move', 'extend', 'slips'], required: true },
                stage: { type: String, enum: STAGES, required: true },
                from: { type: Date, required: true },
                by: { type: String, required: true },
                reason: String,
                at: { type: Date, required: true },
            },
            _id: false,
        },
    ],
    holds: { type: [{ type: { from: { type: Date, required: true }, to: Date }, _id: false }], default: undefined },
    paper: { type: { until: { type: Date, required: true } }, _id: false },
    projects: [{ type: project, _id: false }],
    importedAt: Date,
    lot: { type: [Number], default: undefined },
    frozen: {
        type: {
            at: { type: Date, required: true },
            ballot: { type: String, required: true },
            hash: { type: String, required: true },
            residents: { type: Number, required: true },
            timezone: { type: String, required: true },
            day: String,
        },
        _id: false,
    },
    pseudonymKey: encrypted('pseudonymKey'),
    sealedAt: Date,
    residentsAtClose: Number,
    released: { type: { at: { type: Date, required: true }, by: { type: [String], required: true } }, _id: false },
}, { strict: 'throw', versionKey: false, collection: 'cycles' });
schema.index({ community: 1, 'stages.0.from': -1 });
// finds the cycles whose calendar has a date in the last days or in the future
schema.index({ 'stages.from': 1 });
schema.index({ 'moves.from': 1 });
// finds the cycles that are still to be sealed, and those whose key is still to be destroyed
schema.index({ sealedAt: 1 });
schema.index({ pseudonymKey: 1 }, { sparse: true });
export const Cycle = model('Cycle', schema);
/** Whether a cycle's vote has opened and its ballot is frozen; false for null. */
export function isFrozen(cycle) {
    return cycle?.frozen !== undefined;
}
/**
 * Writes a cycle as its file gives it, in an import’s transaction. What was moved by hand stays, and so does what was frozen. A file that
 * says the same as before changes nothing. */
export async function saveCycle({ lot, paper, ...cycle }, community, { now, before, isOpened }, session) {
    if (!before) {
        await collection(Cycle).insertOne({ ...cycle, ...(lot && { lot }), ...(paper && { paper }), community, moves: [], importedAt: now }, { session });
        return;
    }
    const { _id, ...fields } = cycle;
    const isSame = Object.entries({ ...fields, lot, paper }).every(([field, value]) => isDeepStrictEqual(value, new Map(Object.entries(before)).get(field)));
    if (isSame)
        return;
    const base = isOpened ? {} : { importedAt: now };
    const unset = { ...(!lot && !before.frozen && { lot: 1 }), ...(!paper && { paper: 1 }) };
    const set = { ...fields, ...base, ...(lot && { lot }), ...(paper && { paper }) };
    await collection(Cycle).updateOne({ _id }, { $set: set, ...(Object.keys(unset).length > 0 && { $unset: unset }) }, { session });
}
