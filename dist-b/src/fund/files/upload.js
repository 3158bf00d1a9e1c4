import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
import { encrypted } from '../../store/encryptedFields.js';
import { HOUR_MS } from '../../store/wallTime.js';
/** How long an uploaded file is kept until its import is confirmed. */
const KEPT_MS = HOUR_MS / 2;
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    by: { type: String, required: true },
    content: { ...encrypted('uploadContent'), required: true },
    at: { type: Date, required: true },
}, { strict: 'throw', versionKey: false, collection: 'uploads' });
schema.index({ community: 1, by: 1 });
schema.index({ at: 1 });
const Upload = model('Upload', schema);
/** Keeps a file for half an hour in place of an earlier one of the same person; gives the token that shows it to them. */
export async function keepUpload({ vault, now, randomBytes }, community, { id: by }, { lines, ignored }) {
    const token = randomBytes(16).toString('base64url');
    const _id = vault.hmac('upload', community, by, token);
    await collection(Upload).deleteMany({ community, by });
    await collection(Upload).insertOne({
        _id,
        community,
        by,
        content: vault.encrypt('uploadContent', _id, JSON.stringify({ lines, ignored })),
        at: now(),
    });
    return token;
}
/** The file of a token; null if it was imported or is over, or is somebody else's. */
export async function openUpload({ vault, now }, community, { id: by }, token) {
    const _id = vault.hmac('upload', community, by, token);
    const upload = await collection(Upload).findOne({ _id, at: { $gt: new Date(now().getTime() - KEPT_MS) } }, { promoteBuffers: true });
    return upload && JSON.parse(vault.decrypt('uploadContent', _id, upload.content));
}
/** Forgets the file of a token. */
export async function dropUpload({ vault }, community, { id: by }, token) {
    await collection(Upload).deleteOne({ _id: vault.hmac('upload', community, by, token) });
}
/** Forgets the files that are over. */
export async function forgetUploads(now) {
    await collection(Upload).deleteMany({ at: { $lte: new Date(now.getTime() - KEPT_MS) } });
}
