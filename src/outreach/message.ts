import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../fund/act.ts';

export const MESSAGE_STATES = ['pending', 'leased', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Something to be sent outside a reply (DESIGN §7). Words are chosen when it is sent: it holds a locale key. */
export interface MessageRecord {
  /** `occasion|channel|address`: the same occasion reaches the same address once. */
  _id: string;
  community: string;
  channel: Channel;
  address: string;
  /** `resident` `_id`, where the address belongs to one. */
  resident?: string;
  language: string;
  /** receipt and code are sent in spite of a stop; answer and notice are not. */
  kind: 'receipt' | 'code' | 'answer' | 'notice';
  /** Locale key and parameters of what is said; sealed (vault) as JSON `{key, params}`. */
  said: Buffer;
  state: MessageState;
  dueAt: Date;
  attempts: number;
  /** Who holds it and until when; each lease has its own token, and no later write counts under another. */
  lease?: { token: string; until: Date };
  /** The carrier's id once it accepted the message. */
  carrierId?: string;
  /** Stable code of why it failed. */
  reason?: string;
  at: Date;
  changedAt: Date;
}

const schema = new Schema<MessageRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    channel: { type: String, enum: CHANNELS, required: true },
    address: { type: String, required: true },
    resident: String,
    language: { type: String, required: true },
    kind: { type: String, enum: ['receipt', 'code', 'answer', 'notice'], required: true },
    said: { type: Buffer, required: true },
    state: { type: String, enum: MESSAGE_STATES, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    lease: { type: { token: String, until: Date }, _id: false },
    carrierId: String,
    reason: String,
    at: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'outbox' },
);
schema.index({ channel: 1, state: 1, dueAt: 1 });
schema.index({ carrierId: 1 }, { unique: true, partialFilterExpression: { carrierId: { $type: 'string' } } });
schema.index({ channel: 1, address: 1, at: 1 });

/** The outbox. */
export const Message = model<MessageRecord>('Message', schema);
