import { model, Schema } from 'mongoose';

/** How often six digits were repeated wrongly, and sent by text, for one thing from one phone or chat on one calendar day. Kept for two days. */
export interface ProofDayRecord {
  /** `vault.hmac('proofDay', slug, tie, what for, day)`. */
  _id: string;
  /** The acts that repeated them wrongly. */
  wrong?: string[];
  /** The acts for which they went by text. */
  texted?: string[];
  at: Date;
}

const schema = new Schema<ProofDayRecord>(
  {
    _id: { type: String, required: true },
    wrong: { type: [String], default: undefined },
    texted: { type: [String], default: undefined },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'proofdays' },
);
schema.index({ at: 1 });

export const ProofDay = model<ProofDayRecord>('ProofDay', schema);
