import { model, Schema } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import { type GridFiles, gridFiles } from '../../store/gridFiles.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';

/** What is known of words that were spoken on the phone, before and after somebody writes them down. */
export interface Spoken {
  /** `_id` of the recording. It is deleted after the time that the community sets. */
  recording: string;
  /** `lost`: the recording never came, or was deleted before anybody wrote it down. */
  state: 'beingWrittenDown' | 'writtenDown' | 'lost';
  /** The person who wrote it down, and when. */
  by?: string;
  at?: Date;
}

/** The fields of `Spoken`, for the schema of a record that may be spoken. */
export const spokenFields = { type: { recording: String, state: String, by: String, at: Date }, _id: false };

/**
 * A recording of what was said on the phone. `awaited`: only the carrier has it yet. `kept`: it is here, encrypted. `lost`: it never came. `ending`:
 * it is to be deleted wherever it is. Once it is deleted, the record is gone as well.
 */
export interface RecordingRecord {
  /** The id by which commands name it: `recordingId(…)`. */
  _id: string;
  community: string;
  state: 'awaited' | 'kept' | 'lost' | 'ending';
  /** The carrier's id, encrypted; gone once the carrier's copy is deleted. */
  carrierId?: Buffer;
  /** The length in seconds, once the recording is kept. */
  seconds?: number;
  /** The reason why the last try failed: a stable code. */
  reason?: string;
  /** When the words were spoken. */
  at: Date;
  /** When the next step is to be done. */
  dueAt: Date;
  /** How often this step was tried. */
  attempts: number;
}

const schema = new Schema<RecordingRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    state: { type: String, enum: ['awaited', 'kept', 'lost', 'ending'], required: true },
    carrierId: encrypted('recordingCarrierId'),
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

/**
 * Notes that the carrier has a recording; it is fetched from there as soon as possible. Gives the id by which commands name it. Harmless to repeat.
 */
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

/** Notes that nothing needs a recording of the carrier's: it is deleted wherever it is. Harmless to repeat. */
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

/** Marks the recordings of spoken items for deletion, wherever they are; `workRecordings` deletes them. */
export async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0)
    await collection(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}

/** The sounds themselves, by the ids of their recordings. */
export function recordingFiles({ vault }: Pick<World, 'vault'>): GridFiles {
  return gridFiles(vault, 'recordingFiles');
}

/** The id by which commands name a recording: short, and always the same for the same recording of the carrier's. */
export function recordingId(vault: Vault, carrierId: string): string {
  return Buffer.from(vault.hmac('recording', carrierId), 'base64url').toString('hex').slice(0, 12);
}
