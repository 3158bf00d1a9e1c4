import { model, Schema } from 'mongoose';

/** Six digits sent to a phone, to be repeated in a chat, or by who wants to act as a cadre. Of phone, chat and digits only HMACs are kept, and those for a day. */
export interface PhoneCodeRecord {
  /** `slug|HMAC of the phone|1…3`, of a cadre's `slug|cadre|…` (`codePlaces`): a phone has so many places in a day, whoever asks. */
  _id: string;
  community: string;
  phone: string;
  chat: string;
  digits: string;
  /** The act that asked for it. */
  key: string;
  at: Date;
  /** The acts that repeated it wrongly. */
  wrong: string[];
  /** The act that repeated it rightly: nobody else can. */
  used?: string;
}

const schema = new Schema<PhoneCodeRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    phone: { type: String, required: true },
    chat: { type: String, required: true },
    digits: { type: String, required: true },
    key: { type: String, required: true },
    at: { type: Date, required: true },
    wrong: { type: [String], required: true },
    used: String,
  },
  { strict: 'throw', versionKey: false, collection: 'phonecodes' },
);
schema.index({ community: 1, chat: 1, at: 1 });
schema.index({ at: 1 });

export const PhoneCode = model<PhoneCodeRecord>('PhoneCode', schema);
