import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../act.ts';

/** Somebody who asks to be put on the roster: one request an address. */
export interface JoinRequestRecord {
  /** `request` counts from 1 in a community; commands name it. */
  _id: { community: string; request: number };
  channel: Channel;
  /** Who asks, and where the answer goes (`Asker`), encrypted as JSON; gone after a deletion. */
  who?: Buffer;
  /** `addressHmac(…)` of where the answer goes; after a deletion `gone|` and the request's `_id`. */
  from: string;
  at: Date;
  /** How often it was asked: asking again opens the same request anew. */
  times: number;
  state: 'pending' | 'accepted' | 'refused' | 'withdrawn';
  decided?: { by: string; at: Date; reason?: string; resident?: string };
  key: string;
}

const schema = new Schema<JoinRequestRecord>(
  {
    _id: {
      type: new Schema({ community: { type: String, required: true }, request: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    channel: { type: String, enum: CHANNELS, required: true },
    who: Buffer,
    from: { type: String, required: true },
    at: { type: Date, required: true },
    times: { type: Number, required: true },
    state: { type: String, enum: ['pending', 'accepted', 'refused', 'withdrawn'], required: true },
    decided: { type: { by: String, at: Date, reason: String, resident: String }, _id: false },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'joinrequests' },
);
schema.index({ '_id.community': 1, '_id.request': -1 }, { unique: true });
schema.index({ from: 1, channel: 1 }, { unique: true });
schema.index({ key: 1 });

export const JoinRequest = model<JoinRequestRecord>('JoinRequest', schema);
