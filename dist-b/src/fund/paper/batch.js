import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.js';
import { OUTCOMES } from './slip.js';
/**
 * `first`, `second`: is keyed, or waits for a person who keys it, the first or the second time. `differences`: waits for a third person. `ready`: waits for two who
 * accept it. `entering`: it is accepted, and its slips are being entered into the ledger. `accepted`: they are.
 */
export const BATCH_STATES = ['first', 'second', 'differences', 'ready', 'entering', 'accepted'];
const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, required: true, _id: false };
const number = { type: Number, required: true };
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, number }, { _id: false }), required: true },
    community: { type: String, required: true },
    table: number,
    at: { type: Date, required: true },
    state: { type: String, enum: BATCH_STATES, required: true },
    keyed: { type: [{ type: { by: hand, slips: { ...encrypted('slipBatch'), required: true } }, _id: false }], required: true },
    accepted: { type: [{ type: { by: hand, at: { type: Date, required: true } }, _id: false }], required: true },
    outcomes: { type: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Number])), _id: false },
    revision: number,
}, { strict: 'throw', versionKey: false, collection: 'batches' });
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });
// finds what was accepted and is not yet entered whole, after a crash
schema.index({ state: 1 }, { partialFilterExpression: { state: 'entering' } });
export const Batch = model('Batch', schema);
export function encryptedKeyed(vault, _id, slips) {
    return vault.encrypt('slipBatch', nameOf(_id), JSON.stringify(slips));
}
/** What each of those who keyed a batch says, in their order. */
export function keyedIn(vault, { _id, keyed }) {
    return keyed.map(({ slips }) => JSON.parse(vault.decrypt('slipBatch', nameOf(_id), slips)));
}
function nameOf({ cycle, number }) {
    return `${cycle}|${number}`;
}
/** The serials on which those who keyed first and second do not agree, or which only one of them has. Pure. */
export function differing([first = [], second = []]) {
    const serials = new Set([...first, ...second].map(({ serial }) => serial));
    return [...serials].filter((serial) => saidOf(first, serial) !== saidOf(second, serial));
}
/** The slips of a batch as two of those who keyed it agree, or the third settled it; undefined while a difference is not settled. Pure. */
export function agreed(keyed) {
    const [first = [], , third = []] = keyed;
    const open = new Set(differing(keyed));
    const settled = third.filter(({ serial }) => open.has(serial));
    if (settled.length < open.size)
        return undefined;
    return [...first.filter(({ serial }) => !open.has(serial)), ...settled.filter(({ absent }) => !absent)];
}
function saidOf(slips, serial) {
    const slip = slips.find((each) => each.serial === serial);
    return slip ? `${slip.picks ?? 'unreadable'}` : 'absent';
}
