import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import mongoose, { model, mongo, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';

/** What was said on the phone, before and after somebody writes it down. */
export interface Spoken {
  /** `_id` of the recording, which is deleted after the community's term. */
  recording: string;
  /** `lost`: the recording never came, or was deleted before anybody wrote it down. */
  state: 'beingWrittenDown' | 'writtenDown' | 'lost';
  /** Who wrote it down, and when. */
  by?: string;
  at?: Date;
}

export const spokenFields = { type: { recording: String, state: String, by: String, at: Date }, _id: false };

/**
 * What somebody said on the phone. `awaited`: still with the carrier alone; `kept`: here, encrypted; `lost`: it never came; `ending`: to be deleted
 * wherever it is. Once deleted, the record is gone as well.
 */
export interface RecordingRecord {
  /** What commands call it: `recordingId(…)`. */
  _id: string;
  community: string;
  state: 'awaited' | 'kept' | 'lost' | 'ending';
  /** The carrier's id, encrypted; gone once the carrier's copy is deleted. */
  carrierId?: Buffer;
  /** Once it is kept. */
  seconds?: number;
  /** Why the last try failed: a stable code. */
  reason?: string;
  /** When it was spoken. */
  at: Date;
  /** When something is to be done next. */
  dueAt: Date;
  /** Tries of what is to be done now. */
  attempts: number;
}

const schema = new Schema<RecordingRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    state: { type: String, enum: ['awaited', 'kept', 'lost', 'ending'], required: true },
    carrierId: Buffer,
    seconds: Number,
    reason: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'recordings' },
);
schema.index({ dueAt: 1 });
schema.index({ community: 1, at: 1 });

export const Recording = model<RecordingRecord>('Recording', schema);

/** Notes that the carrier has a recording, which is fetched from there as soon as it can be; harmless to repeat. Gives what commands call it. */
export async function awaitRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<string> {
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
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  return _id;
}

/** Notes that nothing needs what the carrier recorded: it is deleted wherever it is; harmless to repeat. */
export async function refuseRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<void> {
  const _id = recordingId(vault, carrierId);
  await collection(Recording).updateOne(
    { _id },
    {
      $set: { state: 'ending', dueAt: at, attempts: 0 },
      $setOnInsert: { community, carrierId: vault.encrypt('recordingCarrierId', _id, carrierId), at },
    },
    { upsert: true },
  );
}

/** Has the recordings of what was spoken deleted, wherever they are; `workRecordings` does it. */
export async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0)
    await collection(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}

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

/** What commands call a recording: short, and the same for the same one of the carrier's. */
export function recordingId(vault: Vault, carrierId: string): string {
  return Buffer.from(vault.hmac('recording', carrierId), 'base64url').toString('hex').slice(0, 12);
}
