import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { marking } from '../../store/recordMark.ts';
import { index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { Message, type MessageRecord } from '../outbox/message.ts';
import type { Audience } from '../recipients.ts';

/** A text that somebody writes to many residents. */
export const Broadcast = records(
  'broadcasts',
  {
    /** Eight hex digits of an HMAC of community, day, text and audience: the same text to the same people on the same day is the same broadcast. */
    _id: String,
    community: String,
    /** With its placeholders. It is public, with the name of the sender. */
    text: String,
    /** `all`, `not-voted` or `building:3`. */
    to: String,
    by: String,
    /** The occasion of its messages: the same for everybody on that day, so that nobody gets the text twice. */
    occasion: String,
    /** The cycle that is voting, if it goes to those who have not voted. */
    cycle: optional(String),
    at: Date,
    /** When it is to be sent. */
    dueAt: Date,
    state: oneOf(['queueing', 'queued', 'cancelled']),
    /** Until when a process is queueing it. */
    heldUntil: optional(Date),
    /** Set while it is paused: nothing more is sent until it is resumed. */
    pausedAt: optional(Date),
    /** The name of the person who paused it; absent if it paused by itself because too many failed. */
    pausedBy: optional(String),
    /** `markOfBroadcast(…)`. */
    mark: optional(String),
  },
  [index({ community: 1, dueAt: -1 }), index({ state: 1 })],
);
export type BroadcastRecord = RecordOf<typeof Broadcast>;

/** That the service wrote a broadcast: what it says, to whom and when. What has no such mark is neither sent nor shown. */
export const [markOfBroadcast, isOurs] = marking('broadcasts', ({ _id, community, text, to, by, occasion, cycle, at, dueAt }: BroadcastRecord) => ({
  ...{ _id, community, text, to, by, occasion, cycle, at, dueAt },
}));

/** The public part of a broadcast: what was written, to whom, by whom, when. */
export type PublicBroadcast = Pick<BroadcastRecord, '_id' | 'text' | 'to' | 'by' | 'dueAt'>;

/** A broadcast by its id; null if there is none. */
export function broadcastById(_id: string): Promise<BroadcastRecord | null> {
  return collection(Broadcast).findOne({ _id });
}

const NEWEST = 20;

/** A community's broadcasts that have begun and were not cancelled, newest first. */
export async function publicBroadcasts(vault: Vault, community: string, now: Date): Promise<PublicBroadcast[]> {
  const found = await forReaders(Broadcast)
    .find({ community, dueAt: { $lte: now }, state: { $ne: 'cancelled' } }, { sort: { dueAt: -1 }, limit: NEWEST })
    .toArray();
  return found.filter((broadcast) => isOurs(vault, broadcast));
}

/** To whom a broadcast goes. */
export function audienceOf({ to, cycle }: Pick<BroadcastRecord, 'to' | 'cycle'>): Audience {
  if (to === 'not-voted' && cycle !== undefined) return { to, cycle };
  if (to.startsWith('building:')) return { to: 'building', building: to.slice('building:'.length).trim() };
  return { to: 'all' };
}

/** Messages that were cancelled with their broadcast and never sent. A message that made no sense any more has a reason. */
export const CANCELLED_WITH: { readonly state: MessageRecord['state']; readonly reason: { readonly $exists: false } } = {
  state: 'cancelled',
  reason: { $exists: false },
};

/** The due time of a paused message. */
export const NEVER = new Date(8_640_000_000_000_000);

/** Pauses a broadcast by itself, or what was queued of one while it was paused. Harmless to repeat. */
export async function holdBroadcast(world: World, id: string): Promise<void> {
  await collection(Broadcast).updateOne({ _id: id, pausedAt: { $exists: false } }, { $set: { pausedAt: world.now() } });
  const found = await broadcastById(id);
  if (found) await holdUnsent(world, found);
}

/** Harmless to repeat. */
export async function holdUnsent(world: World, { _id: broadcast, community }: Pick<BroadcastRecord, '_id' | 'community'>): Promise<void> {
  await collection(Message).updateMany(
    { community, broadcast, state: { $in: ['pending', 'leased'] }, dueAt: { $ne: NEVER } },
    { $set: { state: 'pending', dueAt: NEVER, reason: 'paused', changedAt: world.now() }, $unset: { token: '' } },
  );
}

/** Whether something of a broadcast may still be sent: what is with a carrier may come back, or go on to a person's next channel. */
export async function isUnderWay({ _id, community, state }: Pick<BroadcastRecord, '_id' | 'community' | 'state'>): Promise<boolean> {
  if (state === 'queueing') return true;
  const message = await collection(Message).findOne(
    { community, broadcast: _id, $or: [{ state: { $in: ['pending', 'leased', 'sending'] } }, { state: 'failed', next: { $exists: true } }] },
    { projection: { _id: 1 } },
  );
  return message !== null;
}

/** Stops what is not sent of a broadcast, whoever cancelled it; gives how many messages it was. Harmless to repeat. */
export async function endBroadcast(world: World, id: string): Promise<number> {
  const found = await collection(Broadcast).findOneAndUpdate({ _id: id }, { $set: { state: 'cancelled' } });
  return found ? cancelUnsent(world, found) : 0;
}

/** Harmless to repeat; gives how many messages it were. */
export async function cancelUnsent(world: World, { _id: broadcast, community }: Pick<BroadcastRecord, '_id' | 'community'>): Promise<number> {
  const { modifiedCount } = await collection(Message).updateMany(
    { community, broadcast, state: { $in: ['pending', 'leased'] } },
    { $set: { state: 'cancelled', changedAt: world.now() }, $unset: { reason: '' } },
  );
  return modifiedCount;
}
