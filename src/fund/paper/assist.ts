import { model, Schema } from 'mongoose';
import type { Hand } from './hands.ts';

/** That somebody entered a ballot beside its voter. It says neither whose nor what. */
export interface AssistRecord {
  /** `key`: an HMAC of the form's key: it counts once. */
  _id: { cycle: string; key: string };
  community: string;
  helper: Hand;
  witness: Hand;
  /** The table at which it was; absent elsewhere. */
  table?: number;
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, required: true, _id: false };
const schema = new Schema<AssistRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, key: { type: String, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    helper: hand,
    witness: hand,
    table: Number,
  },
  { strict: 'throw', versionKey: false, collection: 'assists' },
);
schema.index({ '_id.cycle': 1, 'helper.phone': 1 });

export const Assist = model<AssistRecord>('Assist', schema);
