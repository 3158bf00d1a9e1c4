import { model, Schema } from 'mongoose';
import type { Channel } from '../../contacts/channel.ts';
import { type Actor, checkView } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { Message, type MessageRecord, type MessageState } from '../outbox/message.ts';

/** A text that somebody writes to many residents. */
export interface BroadcastRecord {
  /** Eight hex digits of an HMAC of community, day, text and audience: the same text to the same people on the same day is the same broadcast. */
  _id: string;
  community: string;
  /** With its placeholders. It is public, with the name of the sender. */
  text: string;
  /** `all`, `not-voted` or `building:3`. */
  to: string;
  by: string;
  /** The occasion of its messages: the same for everybody on that day, so that nobody gets the text twice. */
  occasion: string;
  /** The cycle that is voting, if it goes to those who have not voted. */
  cycle?: string;
  at: Date;
  /** When it is to be sent. */
  dueAt: Date;
  state: 'queueing' | 'queued' | 'cancelled';
  /** Until when a process is queueing it. */
  heldUntil?: Date;
  /** Set if too many failed: nothing more is sent until it is resumed. */
  pausedAt?: Date;
}

const schema = new Schema<BroadcastRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    text: { type: String, required: true },
    to: { type: String, required: true },
    by: { type: String, required: true },
    occasion: { type: String, required: true },
    cycle: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    state: { type: String, enum: ['queueing', 'queued', 'cancelled'], required: true },
    heldUntil: Date,
    pausedAt: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'broadcasts' },
);
schema.index({ community: 1, dueAt: -1 });
schema.index({ state: 1 });

export const Broadcast = model<BroadcastRecord>('Broadcast', schema);

/** The public part of a broadcast: what was written, to whom, by whom, when. */
export type PublicBroadcast = Pick<BroadcastRecord, '_id' | 'text' | 'to' | 'by' | 'dueAt'>;

/** A broadcast by its id; null if there is none. */
export function broadcastById(_id: string): Promise<BroadcastRecord | null> {
  return collection(Broadcast).findOne({ _id });
}

/** All broadcasts of a community, newest first. */
export function broadcastsOf(community: string): Promise<BroadcastRecord[]> {
  return collection(Broadcast)
    .find({ community }, { sort: { dueAt: -1 } })
    .toArray();
}

const BATCH = 1_000;

/** To whom a message of a broadcast went, and what became of it. */
export type BroadcastMessage = Pick<MessageRecord, 'broadcast' | 'resident' | 'channel' | 'state' | 'reason'>;

/** The messages of a broadcast, a thousand at a time: it is never whole in memory. */
export async function* messagesOf(broadcast: string): AsyncGenerator<BroadcastMessage[]> {
  let batch: BroadcastMessage[] = [];
  const projection = { broadcast: 1, resident: 1, channel: 1, state: 1, reason: 1 };
  for await (const message of collection(Message).find({ broadcast }, { projection, batchSize: BATCH })) {
    batch.push(message);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const NEWEST = 20;

/** A community's broadcasts that have begun and were not cancelled, newest first. */
export function publicBroadcasts(community: string, now: Date): Promise<PublicBroadcast[]> {
  return forReaders(Broadcast)
    .find(
      { community, dueAt: { $lte: now }, state: { $ne: 'cancelled' } },
      { projection: { text: 1, to: 1, by: 1, dueAt: 1 }, sort: { dueAt: -1 }, limit: NEWEST },
    )
    .toArray();
}

/** A broadcast that is paused, or some of whose messages reached nobody. */
export interface TroubledBroadcast extends Pick<BroadcastRecord, '_id' | 'text' | 'dueAt' | 'pausedAt'> {
  readonly failed: number;
}

/** Those of a community's newest broadcasts that need somebody to look at them, newest first. Rejects with `not-allowed` (`checkView`). */
export async function troubledBroadcasts(community: string, since: Date, actor: Actor): Promise<TroubledBroadcast[]> {
  checkView(actor, 'waiting', community);
  const newest = await forReaders(Broadcast)
    .find({ community, dueAt: { $gte: since }, state: { $ne: 'cancelled' } }, { sort: { dueAt: -1 }, limit: NEWEST })
    .toArray();
  const failed = await Promise.all(
    newest.map(({ _id }) => forReaders(Message).countDocuments({ broadcast: _id, state: { $in: ['failed', 'unknown'] } })),
  );
  return newest
    .map(({ _id, text, dueAt, pausedAt }, index) => ({ _id, text, dueAt, ...(pausedAt && { pausedAt }), failed: failed[index] ?? 0 }))
    .filter(({ pausedAt, failed }) => pausedAt !== undefined || failed > 0);
}

export interface BroadcastCount {
  readonly channel: Channel;
  readonly state: MessageState;
  readonly reason?: string;
  readonly count: number;
}

/** How many messages of a broadcast are in each state, by channel and reason. */
export function countBroadcast(id: string): Promise<BroadcastCount[]> {
  return collection(Message)
    .aggregate<BroadcastCount>([
      { $match: { broadcast: id } },
      { $group: { _id: { channel: '$channel', state: '$state', reason: '$reason' }, count: { $sum: 1 } } },
      { $sort: { '_id.channel': 1, '_id.state': 1, '_id.reason': 1 } },
      { $replaceWith: { $mergeObjects: ['$_id', { count: '$count' }] } },
    ])
    .toArray();
}

/** Messages that were cancelled with their broadcast and never sent. A message that made no sense any more has a reason. */
export const CANCELLED_WITH: { readonly state: MessageRecord['state']; readonly reason: { readonly $exists: false } } = {
  state: 'cancelled',
  reason: { $exists: false },
};

/** The due time of a paused message. */
export const NEVER = new Date(8_640_000_000_000_000);
