import { model, Schema } from 'mongoose';

/** How far an occasion has been told. */
export interface SweepRecord {
  /** The occasion's id. */
  _id: string;
  community?: string;
  cycle?: string;
  at: Date;
  /** How far it was told: `_id` of the last one; of what was left unfinished, an hour in milliseconds, with the last `_id` where it was cut off. */
  cursor?: string;
  doneAt?: Date;
  /** 催票: asked for by a cadre, not by the calendar; not told any more from then on. */
  nudge?: { by: string; until: Date };
}

const schema = new Schema<SweepRecord>(
  {
    _id: { type: String, required: true },
    community: String,
    cycle: String,
    at: { type: Date, required: true },
    cursor: String,
    doneAt: Date,
    nudge: { type: { by: { type: String, required: true }, until: { type: Date, required: true } }, _id: false },
  },
  { strict: 'throw', versionKey: false, collection: 'sweeps' },
);
schema.index({ doneAt: 1 }, { partialFilterExpression: { nudge: { $exists: true } } });

export const Sweep = model<SweepRecord>('Sweep', schema);
