import { model, Schema } from 'mongoose';

/** The wrong cards of a community's last hour: fifty lock card entry for numbers that are not on its roster, for an hour. */
export interface CardGuardRecord {
  /** The slug. */
  _id: string;
  /** The last fifty at most; `key` is the turn's, so that none counts twice. */
  wrong: { at: Date; key: string }[];
  lockedUntil?: Date;
}

const schema = new Schema<CardGuardRecord>(
  {
    _id: { type: String, required: true },
    wrong: [{ type: { at: Date, key: String }, _id: false }],
    lockedUntil: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'cardguards' },
);

export const CardGuard = model<CardGuardRecord>('CardGuard', schema);
