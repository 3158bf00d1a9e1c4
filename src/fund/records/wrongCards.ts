import { model, Schema } from 'mongoose';

/** The wrong cards, with a right check digit, that one phone or chat has shown in all communities together; forgotten after a day without one. */
export interface WrongCardsRecord {
  /** `vault.hmac('wrongCards', tie)`. */
  _id: string;
  /** Five lock card entry there, for a day from the last one. */
  count: number;
  /** The last one, and its act's key: none counts twice. */
  at: Date;
  key: string;
}

const schema = new Schema<WrongCardsRecord>(
  {
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    at: { type: Date, required: true },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'wrongcards' },
);
schema.index({ at: 1 });

export const WrongCards = model<WrongCardsRecord>('WrongCards', schema);
