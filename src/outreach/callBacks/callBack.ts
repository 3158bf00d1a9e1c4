import { model, Schema } from 'mongoose';

/** Somebody called the community's `callback` number, and is called back. Forgotten after two days. */
export interface CallBackRecord {
  /** HMAC of the carrier's id of the call: it counts once. */
  _id: string;
  community: string;
  /** E.164, encrypted, and `addressHmac(…)` of it. */
  address: Buffer;
  from: string;
  /** `from|day|n`, n of 1…3: three a calendar day, also of calls at the same moment. */
  slot: string;
  /** When they called. */
  at: Date;
  /** `placing` that is left so is `unknown`: nobody is called twice for one call. */
  state: 'due' | 'placing' | 'placed' | 'failed' | 'unknown';
  dueAt: Date;
  carrierId?: string;
  /** Stable code of why it was not placed. */
  reason?: string;
}

const schema = new Schema<CallBackRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    address: { type: Buffer, required: true },
    from: { type: String, required: true },
    slot: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['due', 'placing', 'placed', 'failed', 'unknown'], required: true },
    dueAt: { type: Date, required: true },
    carrierId: String,
    reason: String,
  },
  { strict: 'throw', versionKey: false, collection: 'callBacks' },
);
schema.index({ slot: 1 }, { unique: true });
schema.index({ from: 1, at: 1 });
schema.index({ state: 1, dueAt: 1 });

export const CallBack = model<CallBackRecord>('CallBack', schema);
