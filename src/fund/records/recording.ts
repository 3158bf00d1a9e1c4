import { model, Schema } from 'mongoose';

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
