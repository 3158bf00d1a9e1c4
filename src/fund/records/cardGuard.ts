import { model, Schema } from 'mongoose';

/** The wrong cards of a community's last hour: five hundred lock card entry for numbers that are not on its roster, for an hour. */
export interface CardGuardRecord {
  /** The slug. */
  _id: string;
  /** How many in each minute (since the epoch) that had some, sixty at most. */
  minutes: { minute: number; wrong: number }[];
  lockedUntil?: Date;
}

const schema = new Schema<CardGuardRecord>(
  {
    _id: { type: String, required: true },
    minutes: [{ type: { minute: Number, wrong: Number }, _id: false }],
    lockedUntil: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'cardguards' },
);

export const CardGuard = model<CardGuardRecord>('CardGuard', schema);
