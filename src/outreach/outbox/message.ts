import { model, Schema } from 'mongoose';
import type { MessageContent } from '../../carriers/sending.ts';
import { CHANNEL_NAMES, type Channel } from '../../contacts/channel.ts';
import type { ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';

export const MESSAGE_STATES = ['pending', 'leased', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
/** From these states no message goes on by itself. `unknown` is also among the states under way, because a carrier may still report on it. */
export const ENDS = ['sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A message to be sent outside a reply (docs/architecture.md: The outbox). It holds a locale key and is worded when it is sent. */
export interface MessageRecord {
  /** `occasion|channel|to`; for messages to many `occasion|channel|resident`, so that the same occasion reaches the same person once. */
  _id: string;
  /** `occasion|channel|to`, for messages that say the same to many: a phone that several share gets them once. */
  once?: string;
  community: string;
  channel: Channel;
  /** The address, encrypted; `to` is its `addressHmac(…)`. */
  address: Buffer;
  to: string;
  /** `_id` of the resident, if the address belongs to one. */
  resident?: string;
  language: string;
  /**
   * A reply is what a turn answers, where the carrier's own response cannot carry it: it goes ahead of everything. A reply, a receipt, a code and an
   * alarm are sent in spite of a stop; a notice is not, nor an answer to what was asked before the stop.
   */
  kind: 'reply' | 'receipt' | 'code' | 'alarm' | 'answer' | 'notice';
  /** The locale key and its parameters, encrypted as JSON (`MessageContent`). */
  said: Buffer;
  /** `laneOf(…)`: senders take messages lane by lane. */
  lane: string;
  /** Where to try next (`ContactPoint[]`) if it is known not to have reached them here, encrypted as JSON. */
  next?: Buffer;
  /** The broadcast that it belongs to. */
  broadcast?: string;
  /** Of an answer: the day (`wholeDay`) on which it was asked for. A stop of an earlier day does not hold it back. */
  askedAt?: Date;
  /** It waits for the end of the quiet hours, whatever its kind. */
  heedsQuiet?: true;
  /** A cycle: not sent to residents who have voted in it by the time of sending. */
  unlessVoted?: string;
  /** After that it is not sent any more. */
  until?: Date;
  /** The cycle that it reminds of; counted for the limits of reminders. */
  reminds?: string;
  state: MessageState;
  /** When it is due next: to be sent, or, while it is held (`leased`, `sending`), when the lease runs out. */
  dueAt: Date;
  /** Leases taken so far. */
  attempts: number;
  /** The fencing token of the lease: each batch of leases has its own, and no later write counts under another. */
  token?: string;
  /** Its name in the carrier's callbacks: the community, a dot and an HMAC of `_id`, known before the carrier gives its own id. */
  ref: string;
  /** The carrier's id once it accepted the message. */
  carrierId?: string;
  /** Of a reply whose outcome is not known yet: the person has written again since. If its lease runs out, it is sent again. */
  isAwaited?: true;
  /** A stable code that says why it failed, is unknown, or waits for another try. */
  reason?: string;
  at: Date;
  changedAt: Date;
}

const schema = new Schema<MessageRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    channel: { type: String, enum: CHANNEL_NAMES, required: true },
    address: { ...encrypted('messageAddress'), required: true },
    to: { type: String, required: true },
    resident: String,
    language: { type: String, required: true },
    kind: { type: String, enum: ['reply', 'receipt', 'code', 'alarm', 'answer', 'notice'], required: true },
    once: String,
    said: { ...encrypted('messageSaid'), required: true },
    lane: { type: String, required: true },
    next: encrypted('messageNext'),
    broadcast: String,
    askedAt: Date,
    heedsQuiet: Boolean,
    unlessVoted: String,
    until: Date,
    reminds: String,
    state: { type: String, enum: MESSAGE_STATES, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    token: String,
    ref: { type: String, required: true },
    carrierId: String,
    isAwaited: Boolean,
    reason: String,
    at: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'outbox' },
);
schema.index({ channel: 1, state: 1, lane: 1, dueAt: 1 });
schema.index({ community: 1, once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } });
schema.index({ community: 1, broadcast: 1, state: 1 }, { partialFilterExpression: { broadcast: { $exists: true } } });
schema.index({ state: 1, changedAt: 1 }, { partialFilterExpression: { next: { $exists: true } } });
schema.index({ resident: 1, reminds: 1 }, { partialFilterExpression: { reminds: { $exists: true } } });
schema.index({ community: 1, ref: 1 }, { unique: true });
schema.index({ community: 1, carrierId: 1 }, { unique: true, partialFilterExpression: { carrierId: { $exists: true } } });
// a report that names the carrier's id alone may be of any community
schema.index({ carrierId: 1 }, { partialFilterExpression: { carrierId: { $exists: true } } });
schema.index({ channel: 1, to: 1, at: 1 });
schema.index({ kind: 1, changedAt: 1 }, { partialFilterExpression: { state: { $in: [...ENDS] } } });

/** The outbox. */
export const Message = model<MessageRecord>('Message', schema);

/** The messages sent to a phone or chat (`addressHmac`) on a channel after a moment, oldest first, at most twenty. */
export function sentSince({
  community,
  channel,
  to,
  after,
}: Pick<MessageRecord, 'community' | 'channel' | 'to'> & { readonly after: Date }): Promise<MessageRecord[]> {
  return collection(Message)
    .find(
      { community, channel, to, changedAt: { $gt: after }, state: { $in: ['sent', 'delivered'] } },
      { sort: { changedAt: 1 }, limit: 20, promoteBuffers: true },
    )
    .toArray();
}

/** The communities of messages, each once: a cluster finds the shards by them. */
export function communitiesOf(messages: readonly Pick<MessageRecord, 'community'>[]): string[] {
  return [...new Set(messages.map(({ community }) => community))];
}

/** Where a message goes. */
export function addressIn(vault: Vault, { _id, address }: Pick<MessageRecord, '_id' | 'address'>): string {
  return vault.decrypt('messageAddress', _id, address);
}

/** Where it is tried next if it is known not to have arrived. */
export function nextIn(vault: Vault, { _id, next }: Pick<MessageRecord, '_id' | 'next'>): ContactPoint[] {
  return next ? JSON.parse(vault.decrypt('messageNext', _id, next)) : [];
}

/** What a message says. It needs no check of its form, because we encrypted it. */
export function saidIn(vault: Vault, { _id, said }: Pick<MessageRecord, '_id' | 'said'>): MessageContent {
  return JSON.parse(vault.decrypt('messageSaid', _id, said));
}

/**
 * The lane of a message. Each community has one lane for replies, one for messages that belong to what a person is doing, which goes first, and one for
 * messages that we start. So a long broadcast delays neither a receipt nor another community; replies have a sender of their own.
 */
export function laneOf({ kind, community }: Pick<MessageRecord, 'kind' | 'community'>): string {
  return `${kind === 'reply' ? REPLIES : kind === 'notice' ? OURS : THEIRS}|${community}`;
}

/** The facts in a lane's name. */
export function laneFacts(lane: string): { isOurs: boolean; isReply: boolean; community: string } {
  return { isOurs: lane.startsWith(OURS), isReply: lane.startsWith(REPLIES), community: lane.slice(2) };
}

/** The lanes of replies, or all others, as a condition on `lane`. */
export function lanesOf(what: 'replies' | 'others'): { $lt: string } | { $gte: string } {
  return what === 'replies' ? { $lt: THEIRS } : { $gte: THEIRS };
}

const REPLIES = '-';
const THEIRS = '0';
const OURS = '1';
/** The lanes of what belongs to what somebody did, as a condition on `lane`. */
export const NOT_OURS = { $lt: OURS };
