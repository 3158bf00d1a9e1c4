import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { isDuplicate } from '../../store/databaseErrors.js';
import { encrypted } from '../../store/encryptedFields.js';
import { gridFiles } from '../../store/gridFiles.js';
/** The fields of `Spoken`, for the schema of a record that may be spoken. */
export const spokenFields = { type: { recording: String, state: String, by: String, at: Date }, _id: false };
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    state: { type: String, enum: ['awaited', 'kept', 'lost', 'ending'], required: true },
    carrierId: encrypted('recordingCarrierId'),
    seconds: Number,
    reason: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
}, { strict: 'throw', versionKey: false, collection: 'recordings' });
schema.index({ dueAt: 1 });
schema.index({ community: 1, at: 1 });
export const Recording = model('Recording', schema);
/**
 * Notes that the carrier has a recording; it is fetched from there as soon as possible. Gives the id by which commands name it. Harmless to repeat.
 */
export async function awaitRecording({ vault }, carrierId, { community, at }) {
    const _id = recordingId(vault, carrierId);
    try {
        await collection(Recording).insertOne({
            _id,
            community,
            state: 'awaited',
            carrierId: vault.encrypt('recordingCarrierId', _id, carrierId),
            at,
            dueAt: at,
            attempts: 0,
        });
    }
    catch (error) {
        if (!isDuplicate(error))
            throw error;
    }
    return _id;
}
/** Notes that nothing needs a recording of the carrier's: it is deleted wherever it is. Harmless to repeat. */
export async function refuseRecording({ vault }, carrierId, { community, at }) {
    const _id = recordingId(vault, carrierId);
    await collection(Recording).updateOne({ _id }, {
        $set: { state: 'ending', dueAt: at, attempts: 0 },
        $setOnInsert: { community, carrierId: vault.encrypt('recordingCarrierId', _id, carrierId), at },
    }, { upsert: true });
}
/** Marks the recordings of spoken items for deletion, wherever they are; `workRecordings` deletes them. */
export async function endRecordings(at, of) {
    const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
    if (recordings.length > 0)
        await collection(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}
/** The sounds themselves, by the ids of their recordings. */
export function recordingFiles({ vault }) {
    return gridFiles(vault, 'recordingFiles');
}
/** The id by which commands name a recording: short, and always the same for the same recording of the carrier's. */
export function recordingId(vault, carrierId) {
    return Buffer.from(vault.hmac('recording', carrierId), 'base64url').toString('hex').slice(0, 12);
}
