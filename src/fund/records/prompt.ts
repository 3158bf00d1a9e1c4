import { model, Schema } from 'mongoose';

/** A prompt that somebody recorded for a community's phone line. */
export interface PromptRecord {
  /** `community|language|key`. */
  _id: string;
  community: string;
  language: string;
  key: string;
  /** Hex SHA-256 of the sound: its address. */
  hash: string;
  seconds: number;
  /** MP3. */
  sound: Buffer;
}

/** A prompt as a folder has it. */
export type PromptFile = Omit<PromptRecord, '_id' | 'community'>;

const schema = new Schema<PromptRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    language: { type: String, required: true },
    key: { type: String, required: true },
    hash: { type: String, required: true },
    seconds: { type: Number, required: true },
    sound: { type: Buffer, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'prompts' },
);
schema.index({ community: 1 });
schema.index({ hash: 1 });

export const Prompt = model<PromptRecord>('Prompt', schema);
