import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { mongo } from 'mongoose';
import { CodedError } from './codedError.ts';
import { isDuplicate } from './databaseErrors.ts';
import type { EncryptionPurpose, Vault } from './vault.ts';

/** Files in GridFS, encrypted, of the database that is connected or of another. An id is up to 24 hex digits. No address on the web leads to them by itself. */
export interface GridFiles {
  /** Keeps a file; if it was kept before, nothing changes. */
  keep(id: string, bytes: Uint8Array): Promise<void>;
  /** The file's bytes, decrypted; null if there is none. */
  read(id: string): Promise<Buffer | null>;
  remove(id: string): Promise<void>;
}

/** No upload takes longer; and so often it is looked whether another one is done. Milliseconds. */
const UPLOAD_MS = 15_000;
const LOOK_MS = 100;

/** What is kept so, with the purpose under which it is encrypted. A rotation of SECRET rewrites it. */
export const GRID_FILES = { recordingFiles: 'recordingSound', documentFiles: 'documentFile' } as const satisfies Record<string, EncryptionPurpose>;
export const GRID_BUCKETS = ['recordingFiles', 'documentFiles'] as const satisfies (keyof typeof GRID_FILES)[];

export function gridFiles(vault: Vault, bucketName: keyof typeof GRID_FILES, database: () => mongo.Db = connected): GridFiles {
  const purpose = GRID_FILES[bucketName];
  return {
    keep: async (id, bytes) => {
      if (await isKept(id)) return;
      try {
        await upload(id, bytes);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        if (await isKeptSoon(id)) return;
        await database()
          .collection(`${bucketName}.chunks`)
          .deleteMany({ files_id: fileId(id) });
        await upload(id, bytes);
      }
    },
    read: async (id) => ((await isKept(id)) ? vault.decryptBytes(purpose, id, await buffer(bucket().openDownloadStream(fileId(id)))) : null),
    remove: async (id) => {
      if (await isKept(id)) await bucket().delete(fileId(id));
    },
  };

  function upload(id: string, bytes: Uint8Array): Promise<void> {
    return pipeline([vault.encrypt(purpose, id, bytes)], bucket().openUploadStreamWithId(fileId(id), id));
  }

  /** Parts of the file are there: somebody keeps the same one at this moment, or a try broke off. Its parts are of one try alone, or nobody could read it. */
  async function isKeptSoon(id: string): Promise<boolean> {
    for (let waited = 0; waited < UPLOAD_MS; waited += LOOK_MS) {
      if (await isKept(id)) return true;
      await sleep(LOOK_MS);
    }
    return isKept(id);
  }

  async function isKept(id: string): Promise<boolean> {
    return (
      (await bucket()
        .find({ _id: fileId(id) })
        .hasNext()) === true
    );
  }

  function bucket(): mongo.GridFSBucket {
    return new mongo.GridFSBucket(database(), { bucketName, writeConcern: { w: 'majority', j: true } });
  }
}

/** Replaces each file of a bucket, as it is encrypted, by what `renew` gives, of the same length; undefined leaves it. Gives how many were replaced. */
export async function renewGridFiles(bucketName: keyof typeof GRID_FILES, renew: (id: string, bytes: Buffer) => Buffer | undefined): Promise<number> {
  const chunks = connected().collection<{ files_id: mongo.ObjectId; n: number; data: Buffer }>(`${bucketName}.chunks`);
  let replaced = 0;
  for await (const { _id, filename } of new mongo.GridFSBucket(connected(), { bucketName }).find({}, { sort: { _id: 1 } })) {
    const parts = await chunks.find({ files_id: _id }, { sort: { n: 1 }, promoteBuffers: true }).toArray();
    const renewed = renew(filename, Buffer.concat(parts.map(({ data }) => data)));
    if (!renewed) continue;
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

function fileId(id: string): mongo.ObjectId {
  return mongo.ObjectId.createFromHexString(id.padEnd(24, '0'));
}

function connected(): mongo.Db {
  const { db } = mongoose.connection;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db;
}
