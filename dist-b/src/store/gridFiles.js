import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { mongo } from 'mongoose';
import { CodedError } from './codedError.js';
import { isDuplicate } from './databaseErrors.js';
/** No upload takes longer; and so often it is looked whether another one is done. Milliseconds. */
const UPLOAD_MS = 15_000;
const LOOK_MS = 100;
/** What is kept so, with the purpose under which it is encrypted. A rotation of SECRET rewrites it. */
export const GRID_FILES = { recordingFiles: 'recordingSound', documentFiles: 'documentFile' };
export const GRID_BUCKETS = ['recordingFiles', 'documentFiles'];
export function gridFiles(vault, bucketName, database = connected) {
    const purpose = GRID_FILES[bucketName];
    return {
        keep: async (id, bytes) => {
            if (await isKept(id))
                return;
            try {
                await upload(id, bytes);
            }
            catch (error) {
                if (!isDuplicate(error))
                    throw error;
                if (await isKeptSoon(id))
                    return;
                await database()
                    .collection(`${bucketName}.chunks`)
                    .deleteMany({ files_id: fileId(id) });
                await upload(id, bytes);
            }
        },
        read: async (id) => ((await isKept(id)) ? vault.decryptBytes(purpose, id, await buffer(bucket().openDownloadStream(fileId(id)))) : null),
        remove: async (id) => {
            if (await isKept(id))
                await bucket().delete(fileId(id));
        },
    };
    function upload(id, bytes) {
        return pipeline([vault.encrypt(purpose, id, bytes)], bucket().openUploadStreamWithId(fileId(id), id));
    }
    /** Parts of the file are there: somebody keeps the same one at this moment, or a try broke off. Its parts are of one try alone, or nobody could read it. */
    async function isKeptSoon(id) {
        for (let waited = 0; waited < UPLOAD_MS; waited += LOOK_MS) {
            if (await isKept(id))
                return true;
            await sleep(LOOK_MS);
        }
        return isKept(id);
    }
    async function isKept(id) {
        return ((await bucket()
            .find({ _id: fileId(id) })
            .hasNext()) === true);
    }
    function bucket() {
        return new mongo.GridFSBucket(database(), { bucketName, writeConcern: { w: 'majority', j: true } });
    }
}
/** Replaces each file of a bucket, as it is encrypted, by what `renew` gives, of the same length; undefined leaves it. Gives how many were replaced. */
export async function renewGridFiles(bucketName, renew) {
    const chunks = connected().collection(`${bucketName}.chunks`);
    let replaced = 0;
    for await (const { _id, filename } of new mongo.GridFSBucket(connected(), { bucketName }).find({}, { sort: { _id: 1 } })) {
        const parts = await chunks.find({ files_id: _id }, { sort: { n: 1 }, promoteBuffers: true }).toArray();
        const renewed = renew(filename, Buffer.concat(parts.map(({ data }) => data)));
        if (!renewed)
            continue;
        let at = 0;
        const updates = parts.map((part) => {
            const data = renewed.subarray(at, at + part.data.length);
            at += part.data.length;
            return { updateOne: { filter: { _id: part._id }, update: { $set: { data } } } };
        });
        await mongoose.connection.transaction(async (session) => void (await chunks.bulkWrite(updates, { session })));
        replaced += 1;
    }
    return replaced;
}
function fileId(id) {
    return mongo.ObjectId.createFromHexString(id.padEnd(24, '0'));
}
function connected() {
    const { db } = mongoose.connection;
    if (!db)
        throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
    return db;
}
