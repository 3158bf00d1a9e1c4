import { model, Schema } from 'mongoose';

/** How many messages from other countries, of nobody on the roster, a community answered on one day. */
export interface ForeignDayRecord {
  /** `slug|YYYY-MM-DD`, the day in the community's zone. */
  _id: string;
  answers: number;
  at: Date;
}

const schema = new Schema<ForeignDayRecord>(
  { _id: { type: String, required: true }, answers: { type: Number, required: true }, at: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'foreigndays' },
);
schema.index({ at: 1 });

export const ForeignDay = model<ForeignDayRecord>('ForeignDay', schema);
