import { model, Schema } from 'mongoose';

export const VERIFY = ['phone', 'card', 'either', 'strict'] as const;

/** A village or neighbourhood, as `community.yaml` gives it (contract §7). */
export interface CommunityRecord {
  /** The slug. */
  _id: string;
  name: string;
  language: string;
  /** IANA name. */
  timezone: string;
  /** E.164: the number residents text and call. */
  phone: string;
  callback?: string;
  verify: (typeof VERIFY)[number];
  ballots: 'public' | 'supervisors';
  /** `HH:MM-HH:MM` in the community's zone. */
  quiet: string;
  person: { name: string; phone: string };
  /** Days that recordings are kept; 180 where absent. */
  keepRecordings?: number;
  /** What people ask, and what is said then. */
  about?: { money?: string; notFor?: string; answers?: { asks: string[]; says: string }[] };
  rates?: { sms?: number; voice?: number; wechat?: number };
  prices?: { sms?: number; voice?: number; currency?: string };
  templates?: Record<string, string>;
  /** Came with the demo. */
  demo?: boolean;
}

const schema = new Schema<CommunityRecord>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    language: { type: String, required: true },
    timezone: { type: String, required: true },
    phone: { type: String, required: true },
    callback: String,
    verify: { type: String, enum: VERIFY, required: true },
    ballots: { type: String, enum: ['public', 'supervisors'], required: true },
    quiet: { type: String, required: true },
    person: { type: { name: { type: String, required: true }, phone: { type: String, required: true } }, required: true, _id: false },
    keepRecordings: Number,
    about: { type: Object },
    rates: { type: Object },
    prices: { type: Object },
    templates: { type: Object },
    demo: Boolean,
  },
  { strict: 'throw', versionKey: false, collection: 'communities' },
);
schema.index({ phone: 1 }, { unique: true });
schema.index({ callback: 1 }, { unique: true, sparse: true });

export const Community = model<CommunityRecord>('Community', schema);
