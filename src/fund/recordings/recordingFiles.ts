import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import mongoose, { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';

/** The sounds themselves, encrypted, in GridFS. No address on the web leads here. */
export interface RecordingFiles {
  /** Kept before, it changes nothing. */
  keep(id: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is none. */
  read(id: string): Promise<Buffer | null>;
  remove(id: string): Promise<void>;
}

const NAME = 'recordingFiles';

export function recordingFiles({ vault }: World): RecordingFiles {
  return {
    keep: async (id, bytes) => {
      if (await isKept(id)) return;
      await database()
        .collection(`${NAME}.chunks`)
        .deleteMany({ files_id: fileId(id) }); // of a try that broke off
      await pipeline([vault.encrypt('recordingSound', id, bytes)], bucket().openUploadStreamWithId(fileId(id), id));
    },
    read: async (id) => ((await isKept(id)) ? vault.decryptBytes('recordingSound', id, await buffer(bucket().openDownloadStream(fileId(id)))) : null),
    remove: async (id) => {
      if (await isKept(id)) await bucket().delete(fileId(id));
    },
  };
}

async function isKept(id: string): Promise<boolean> {
  return (
    (await bucket()
      .find({ _id: fileId(id) })
      .hasNext()) === true
  );
}

function fileId(id: string): mongo.ObjectId {
  return mongo.ObjectId.createFromHexString(id.padEnd(24, '0'));
}

function bucket(): mongo.GridFSBucket {
  return new mongo.GridFSBucket(database(), { bucketName: NAME, writeConcern: { w: 'majority', j: true } });
}

function database(): mongo.Db {
  const { db } = mongoose.connection;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db;
}
