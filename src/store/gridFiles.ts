import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import mongoose, { mongo } from 'mongoose';
import { CodedError } from './codedError.ts';
import type { EncryptionPurpose, Vault } from './vault.ts';

/** Files in GridFS, encrypted. An id is up to 24 hex digits. No address on the web leads to them by itself. */
export interface GridFiles {
  /** Keeps a file; if it was kept before, nothing changes. */
  keep(id: string, bytes: Uint8Array): Promise<void>;
  /** The file's bytes, decrypted; null if there is none. */
  read(id: string): Promise<Buffer | null>;
  remove(id: string): Promise<void>;
}

export function gridFiles(vault: Vault, bucketName: string, purpose: EncryptionPurpose): GridFiles {
  return {
    keep: async (id, bytes) => {
      if (await isKept(id)) return;
      await database()
        .collection(`${bucketName}.chunks`)
        .deleteMany({ files_id: fileId(id) }); // from a try that broke off
      await pipeline([vault.encrypt(purpose, id, bytes)], bucket().openUploadStreamWithId(fileId(id), id));
    },
    read: async (id) => ((await isKept(id)) ? vault.decryptBytes(purpose, id, await buffer(bucket().openDownloadStream(fileId(id)))) : null),
    remove: async (id) => {
      if (await isKept(id)) await bucket().delete(fileId(id));
    },
  };

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

function fileId(id: string): mongo.ObjectId {
  return mongo.ObjectId.createFromHexString(id.padEnd(24, '0'));
}

function database(): mongo.Db {
  const { db } = mongoose.connection;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db;
}
