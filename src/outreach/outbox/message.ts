import { model, Schema } from 'mongoose';
import { CHANNEL_NAMES, type Channel } from '../../contacts/channel.ts';
import type { ContactPoint } from '../../contacts/contact.ts';
import type { Statement } from '../../dialog/question.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';

export const MESSAGE_STATES = ['pending', 'leased', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
/** From here no message goes on by itself; `unknown`, as a carrier may still tell, is among those under way too. */
export const ENDS = ['sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Something to be sent outside a reply (docs/architecture.md: The outbox). Words are chosen when it is sent: it holds a locale key. */
export interface MessageRecord {
  /** `occasion|channel|to`, of what goes to many `occasion|channel|resident`: the same occasion reaches the same person once. */
  _id: string;
  /** `occasion|channel|to` of what goes to many and says the same to all: a phone that several share gets it once. */
  once?: string;
  community: string;
  channel: Channel;
  /** Encrypted, and `addressHmac(…)` of it. */
  address: Buffer;
  to: string;
  /** `resident` `_id`, where the address belongs to one. */
  resident?: string;
  language: string;
  /** receipt, code and alarm are sent in spite of a stop; answer and notice are not. */
  kind: 'receipt' | 'code' | 'alarm' | 'answer' | 'notice';
  /** Locale key and parameters of what is said; encrypted as JSON `{key, params}`. */
  said: Buffer;
  /** `laneOf(…)`: senders take messages lane by lane. */
  lane: string;
  /** Where to go on (`ContactPoint[]`) when it is known not to have reached them here, encrypted as JSON. */
  next?: Buffer;
  /** The broadcast that it belongs to. */
  broadcast?: string;
  /** A cycle: who has voted in it by the time of sending is not written to. */
  unlessVoted?: string;
  /** After that it is not sent any more. */
  until?: Date;
  /** It is a reminder: of this cycle, for the caps. */
  reminds?: string;
  state: MessageState;
  /** When it is to be looked at next: to be sent or, while it is held (`leased`, `sending`), because the lease has run out. */
  dueAt: Date;
  /** Leases taken so far. */
  attempts: number;
  /** The fencing token of the lease: each batch of leases has its own, and no later write counts under another. */
  token?: string;
  /** What the carrier's callbacks call it: an HMAC of `_id`, known before the carrier gave an id of its own. */
  ref: string;
  /** The carrier's id once it accepted the message. */
  carrierId?: string;
  /** Stable code of why it failed, is unknown, or waits for another try. */
  reason?: string;
  at: Date;
  changedAt: Date;
}

const schema = new Schema<MessageRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    channel: { type: String, enum: CHANNEL_NAMES, required: true },
    address: { type: Buffer, required: true },
    to: { type: String, required: true },
    resident: String,
    language: { type: String, required: true },
    kind: { type: String, enum: ['receipt', 'code', 'alarm', 'answer', 'notice'], required: true },
    once: String,
    said: { type: Buffer, required: true },
    lane: { type: String, required: true },
    next: Buffer,
    broadcast: String,
    unlessVoted: String,
    until: Date,
    reminds: String,
    state: { type: String, enum: MESSAGE_STATES, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    token: String,
    ref: { type: String, required: true },
    carrierId: String,
    reason: String,
    at: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'outbox' },
);
schema.index({ channel: 1, state: 1, lane: 1, dueAt: 1 });
schema.index({ once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } });
schema.index({ broadcast: 1, state: 1 }, { partialFilterExpression: { broadcast: { $exists: true } } });
schema.index({ state: 1, changedAt: 1 }, { partialFilterExpression: { next: { $exists: true } } });
schema.index({ resident: 1, reminds: 1 }, { partialFilterExpression: { reminds: { $exists: true } } });
schema.index({ ref: 1 }, { unique: true });
schema.index({ carrierId: 1 }, { unique: true, partialFilterExpression: { carrierId: { $exists: true } } });
schema.index({ channel: 1, to: 1, at: 1 });
schema.index({ kind: 1, changedAt: 1 }, { partialFilterExpression: { state: { $in: [...ENDS] } } });

/** The outbox. */
export const Message = model<MessageRecord>('Message', schema);

/** What was sent to a phone or chat (`addressHmac`) on a channel after a moment, the oldest first, twenty at most. */
export function sentSince(channel: Channel, to: string, after: Date): Promise<MessageRecord[]> {
  return collection(Message)
    .find(
      { channel, to, changedAt: { $gt: after }, state: { $in: ['sent', 'delivered'] } },
      { sort: { changedAt: 1 }, limit: 20, promoteBuffers: true },
    )
    .toArray();
}

/** Where a message goes. */
export function addressIn(vault: Vault, { _id, address }: Pick<MessageRecord, '_id' | 'address'>): string {
  return vault.decrypt('messageAddress', _id, address);
}

/** Where it goes on when it is known not to have reached anybody there. */
export function nextIn(vault: Vault, { _id, next }: Pick<MessageRecord, '_id' | 'next'>): ContactPoint[] {
  return next ? JSON.parse(vault.decrypt('messageNext', _id, next)) : [];
}

/** What a message says: what was encrypted by us is of the shape that we encrypted. */
export function saidIn(vault: Vault, { _id, said }: Pick<MessageRecord, '_id' | 'said'>): Statement {
  return JSON.parse(vault.decrypt('messageSaid', _id, said));
}

/**
 * The lane of a message: one for what belongs to what a person is doing, which goes first, and one for what we start, of each
 * community. A long broadcast holds up neither a receipt nor another community.
 */
export function laneOf({ kind, community }: Pick<MessageRecord, 'kind' | 'community'>): string {
  return `${kind === 'notice' ? OURS : THEIRS}|${community}`;
}

/** What a lane's name says. */
export function laneFacts(lane: string): { isOurs: boolean; community: string } {
  return { isOurs: lane.startsWith(OURS), community: lane.slice(2) };
}

const THEIRS = '0';
const OURS = '1';
