import { model, Schema } from 'mongoose';
import type { Channel } from '../act.ts';

/** What a community knows of one phone or chat, whoever holds it: locks, stop and consent. */
export interface AddressRecord {
  /** `addressHmac(…)`. */
  _id: string;
  /** After a `不是我`: every ballot from here needs the card, until `residents unlock`. */
  needsCard?: true;
  /** The day (`wholeDay`) of a stop for what we start; answers to a message go on. */
  stoppedAt?: Date;
  /** 订阅: a line on the day of each step, until a stop; the community whose. */
  newsOf?: string;
  /** Where the line goes (`Reach`), encrypted as JSON. */
  newsTo?: Buffer;
  /** Proof of consent and stop: what, on which day (`wholeDay`), in which words (`consentWords`), on which channel; and who unlocked it. The last fifty. */
  log: { what: 'first' | 'stop' | 'start' | 'news' | 'unlock'; at: Date; words: Buffer; channel?: Channel; key?: string }[];
}

const schema = new Schema<AddressRecord>(
  {
    _id: { type: String, required: true },
    needsCard: Boolean,
    stoppedAt: Date,
    newsOf: String,
    newsTo: Buffer,
    log: [{ type: { what: String, at: Date, words: Buffer, channel: String, key: String }, _id: false }],
  },
  { strict: 'throw', versionKey: false, collection: 'addresses' },
);

schema.index({ newsOf: 1, _id: 1 }, { partialFilterExpression: { newsOf: { $exists: true } } });

export const Address = model<AddressRecord>('Address', schema);
