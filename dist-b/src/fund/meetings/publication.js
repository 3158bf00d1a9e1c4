import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { stageAt, voteOf } from '../cycles/index.js';
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    list: { ...encrypted('publishedList'), required: true },
    ofProposals: Boolean,
    differs: Date,
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    by: { type: String, required: true },
    check: { type: { by: String, at: Date, finding: String }, _id: false },
}, { strict: 'throw', versionKey: false, collection: 'publications' });
schema.index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true });
export const Publication = model('Publication', schema);
const item = z.strictObject({ number: z.int(), title: z.string(), cost: z.int().nullable() });
/** The list as it was published, decrypted. */
export function publishedList(vault, { _id, list }) {
    return z.array(item).parse(JSON.parse(vault.decrypt('publishedList', nameOf(_id), list)));
}
/** A list, encrypted as `list` keeps it. */
export function encryptedList(vault, _id, list) {
    return vault.encrypt('publishedList', nameOf(_id), JSON.stringify(list));
}
function nameOf({ cycle, number }) {
    return `${cycle}|${number}`;
}
/** A cycle's publication that counts; null if nothing was published. */
export function publicationOf(cycle, session) {
    return collection(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, promoteBuffers: true, ...(session && { session }) });
}
/** Whether it is the time for objections: the stage `publish`, and as long as a list is published, in whatever stage before the vote. */
export function takesObjections(cycle, publication, at) {
    const vote = voteOf(cycle, at);
    if (vote && vote.from <= at)
        return false;
    return stageAt(cycle, at) === 'publish' || (publication !== null && at < publication.to);
}
/** How a publication stands with the objections of its cycle. */
export function publicationState({ check, differs }, { open, overdue }) {
    if (!check)
        return 'unchecked';
    if (check.finding !== undefined)
        return 'wrong';
    if (differs)
        return 'differs';
    if (overdue > 0)
        return 'overdue';
    return open > 0 ? 'open' : 'clear';
}
