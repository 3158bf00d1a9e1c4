import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../act.ts';
import { type Spoken, spokenFields } from './spoken.ts';

export const LETTER_KINDS = ['question', 'complaint', 'call', 'notMe'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** What lies in a community's inbox for a person to answer: questions, complaints, people to call, reports after the close. */
export interface LetterRecord {
  _id: { community: string; number: number };
  kind: LetterKind;
  /** Encrypted (`letterText`); none while a spoken one is not written down. */
  text?: Buffer;
  spoken?: Spoken;
  channel: Channel;
  /** Where the answer goes, encrypted, and `addressHmac(…)` of it; gone after a deletion. */
  address?: Buffer;
  from?: string;
  resident?: string;
  at: Date;
  /** `text` encrypted. */
  answer?: { text: Buffer; by: string; at: Date };
  /** Counts once: the act's key. */
  key: string;
}

const schema = new Schema<LetterRecord>(
  {
    _id: {
      type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    kind: { type: String, enum: LETTER_KINDS, required: true },
    text: Buffer,
    spoken: spokenFields,
    channel: { type: String, enum: CHANNELS, required: true },
    address: Buffer,
    from: String,
    resident: String,
    at: { type: Date, required: true },
    answer: { type: { text: Buffer, by: String, at: Date }, _id: false },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'letters' },
);
schema.index({ '_id.community': 1, '_id.number': -1 }, { unique: true });
schema.index({ key: 1 }, { unique: true });
schema.index({ from: 1 }, { partialFilterExpression: { from: { $exists: true } } });
schema.index({ '_id.community': 1, resident: 1 }, { partialFilterExpression: { resident: { $exists: true } } });
schema.index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } });

export const Letter = model<LetterRecord>('Letter', schema);
