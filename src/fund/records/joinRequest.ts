import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../act.ts';

/** Somebody who asks to be put on the roster: one request an address. */
export interface JoinRequestRecord {
  /** `request` counts from 1 in a community; commands name it. */
  _id: { community: string; request: number };
  name: string;
  building: string;
  channel: Channel;
  address: string;
  at: Date;
  state: 'pending' | 'accepted' | 'refused';
  decided?: { by: string; at: Date; reason?: string; resident?: string };
  key: string;
}

const schema = new Schema<JoinRequestRecord>(
  {
    _id: { type: new Schema({ community: { type: String, required: true }, request: { type: Number, required: true } }, { _id: false }), required: true },
    name: { type: String, required: true },
    building: { type: String, required: true },
    channel: { type: String, enum: CHANNELS, required: true },
    address: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['pending', 'accepted', 'refused'], required: true },
    decided: { type: { by: String, at: Date, reason: String, resident: String }, _id: false },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'joinrequests' },
);
schema.index({ '_id.community': 1, '_id.request': -1 }, { unique: true });
schema.index({ '_id.community': 1, channel: 1, address: 1 }, { unique: true });
schema.index({ key: 1 });

export const JoinRequest = model<JoinRequestRecord>('JoinRequest', schema);
