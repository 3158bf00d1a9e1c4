import type { MessageContent } from '../../carriers/sending.ts';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import type { ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';

export const MESSAGE_STATES = ['pending', 'leased', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
/** From these states no message goes on by itself. `unknown` is also among the states under way, because a carrier may still report on it. */
export const ENDS = ['sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A message to be sent outside a reply (docs/architecture.md: The outbox). It holds a locale key and is worded when it is sent. */
export const Message = records(
  'outbox',
  {
    /** `occasion|channel|to`; for messages to many `occasion|channel|resident`, so that the same occasion reaches the same person once. */
    _id: String,
    /** `occasion|channel|to`, for messages that say the same to many: a phone that several share gets them once. */
    once: optional(String),
    community: String,
    channel: oneOf(CHANNEL_NAMES),
    /** The address, encrypted; `to` is its `addressHmac(…)`. */
    address: encrypted('messageAddress'),
    to: String,
    /** `_id` of the resident, if the address belongs to one. */
    resident: optional(String),
    language: String,
    /**
     * A reply is what a turn answers, where the carrier's own response cannot carry it: it goes ahead of everything. A reply, a receipt, a code and an
     * alarm are sent in spite of a stop; a notice is not, nor an answer to what was asked before the stop.
     */
    kind: oneOf(['reply', 'receipt', 'code', 'alarm', 'answer', 'notice']),
    /** The locale key and its parameters, encrypted as JSON (`MessageContent`). */
    said: encrypted('messageSaid'),
    /** `laneOf(…)`: senders take messages lane by lane. */
    lane: String,
    /** Where to try next (`ContactPoint[]`) if it is known not to have reached them here, encrypted as JSON. */
    next: optional(encrypted('messageNext')),
    /** The broadcast that it belongs to. */
    broadcast: optional(String),
    /** Of an answer: the day (`wholeDay`) on which it was asked for. A stop of an earlier day does not hold it back. */
    askedAt: optional(Date),
    /** It waits for the end of the quiet hours, whatever its kind. */
    heedsQuiet: optional(true),
    /** A cycle: not sent to residents who have voted in it by the time of sending. */
    unlessVoted: optional(String),
    /** After that it is not sent any more. */
    until: optional(Date),
    /** The cycle that it reminds of; counted for the limits of reminders. */
    reminds: optional(String),
    state: oneOf(MESSAGE_STATES),
    /** When it is due next: to be sent, or, while it is held (`leased`, `sending`), when the lease runs out. */
    dueAt: Date,
    /** Leases taken so far. */
    attempts: Number,
    /** The fencing token of the lease: each batch of leases has its own, and no later write counts under another. */
    token: optional(String),
    /** Its name in the carrier's callbacks: the community, a dot and an HMAC of `_id`, known before the carrier gives its own id. */
    ref: String,
    /** The carrier's id once it accepted the message. */
    carrierId: optional(String),
    /** Of a reply whose outcome is not known yet: the person has written again since. If its lease runs out, it is sent again. */
    isAwaited: optional(true),
    /** A stable code that says why it failed, is unknown, or waits for another try. */
    reason: optional(String),
    at: Date,
    changedAt: Date,
  },
  [
    index({ channel: 1, state: 1, lane: 1, dueAt: 1 }),
    index({ community: 1, once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } }),
    index({ community: 1, broadcast: 1, state: 1 }, { partialFilterExpression: { broadcast: { $exists: true } } }),
    index({ state: 1, changedAt: 1 }, { partialFilterExpression: { next: { $exists: true } } }),
    index({ resident: 1, reminds: 1 }, { partialFilterExpression: { reminds: { $exists: true } } }),
    index({ community: 1, ref: 1 }, { unique: true }),
    index({ community: 1, carrierId: 1 }, { unique: true, partialFilterExpression: { carrierId: { $exists: true } } }),
    // a report that names the carrier's id alone may be of any community
    index({ carrierId: 1 }, { partialFilterExpression: { carrierId: { $exists: true } } }),
    index({ channel: 1, to: 1, at: 1 }),
    index({ kind: 1, changedAt: 1 }, { partialFilterExpression: { state: { $in: [...ENDS] } } }),
  ],
);
export type MessageRecord = RecordOf<typeof Message>;

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
