import { model, Schema, type Types } from 'mongoose';

/** What a resident votes by, changed by hand while voting was open: how many there were is public, who did it and why is kept. */
export interface KeyChangeRecord {
  _id: Types.ObjectId;
  community: string;
  /** `_id` of whose it is. */
  resident: string;
  /** A phone: or a chat. */
  what: 'phone' | 'card';
  by: string;
  reason: string;
  at: Date;
}

const schema = new Schema<KeyChangeRecord>(
  {
    community: { type: String, required: true },
    resident: { type: String, required: true },
    what: { type: String, enum: ['phone', 'card'], required: true },
    by: { type: String, required: true },
    reason: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'keychanges' },
);
schema.index({ community: 1, what: 1, at: 1 });

export const KeyChange = model<KeyChangeRecord>('KeyChange', schema);
