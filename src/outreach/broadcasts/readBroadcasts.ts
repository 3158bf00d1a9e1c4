import type { mongo } from 'mongoose';
import type { Channel } from '../../contacts/channel.ts';
import { inTens } from '../../fund/ballots/index.ts';
import { OVERSEES, SEES_NUMBERS, SEES_PEOPLE, view } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { World } from '../../store/world.ts';
import { addressIn, Message, type MessageRecord, type MessageState } from '../outbox/message.ts';
import { Broadcast, type BroadcastRecord } from './broadcast.ts';

/** Where a broadcast stands. `planned`: it is for later; `done`: nothing of it is under way any more. */
export type Standing = 'planned' | 'queueing' | 'sending' | 'paused' | 'done' | 'cancelled';

/** How far a broadcast is. Of one to those who have not voted every number is told in tens, for it tells how many they are. */
export interface Progress {
  readonly standing: Standing;
  /** All its messages; more while it is still being queued. */
  readonly total: number;
  /** Those that did not come to an end yet. */
  readonly waiting: number;
  readonly states: Readonly<Partial<Record<MessageState, number>>>;
  /** The numbers are tens. */
  readonly isInTens: boolean;
}

const BY_BROADCAST = { community: 1, broadcast: 1, state: 1 } as const;

function ofBroadcast({ _id: broadcast, community }: Pick<BroadcastRecord, '_id' | 'community'>) {
  return { community, broadcast };
}

const WAITING: readonly MessageState[] = ['pending', 'leased', 'sending'];

/** How far a broadcast is, from the index alone. */
export async function progressOf(
  { now }: Pick<World, 'now'>,
  broadcast: Pick<BroadcastRecord, '_id' | 'community' | 'to' | 'state' | 'dueAt' | 'pausedAt'>,
): Promise<Progress> {
  const counts = await forReaders(Message)
    .aggregate<{ _id: MessageState; count: number }>([{ $match: ofBroadcast(broadcast) }, { $group: { _id: '$state', count: { $sum: 1 } } }], {
      hint: BY_BROADCAST,
    })
    .toArray();
  const sum = (states?: readonly MessageState[]) => counts.reduce((all, { _id, count }) => all + (!states || states.includes(_id) ? count : 0), 0);
  const waiting = sum(WAITING);
  const isInTens = isForNotVoted(broadcast);
  const told = isInTens ? inTens : (count: number) => count;
  return {
    standing: standingOf(broadcast, waiting, now()),
    total: told(sum()),
    waiting: told(waiting),
    states: Object.fromEntries(counts.map(({ _id, count }) => [_id, told(count)])),
    isInTens,
  };
}

function standingOf({ state, dueAt, pausedAt }: Pick<BroadcastRecord, 'state' | 'dueAt' | 'pausedAt'>, waiting: number, now: Date): Standing {
  if (state === 'cancelled') return 'cancelled';
  if (state === 'queued' && waiting === 0) return 'done';
  if (pausedAt) return 'paused';
  if (dueAt > now) return 'planned';
  return state === 'queueing' ? 'queueing' : 'sending';
}

/** All broadcasts of a community, newest first. */
export function broadcastsOf(community: string): Promise<BroadcastRecord[]> {
  return collection(Broadcast)
    .find({ community }, { sort: { dueAt: -1 } })
    .toArray();
}

/** A broadcast, and how far it is. */
export interface BroadcastSeen extends BroadcastRecord {
  readonly progress: Progress;
}

export interface BroadcastsWanted {
  /** `coming`: those that are for later; `paused`. */
  readonly which: 'all' | 'coming' | 'paused';
  /** How many are passed over. */
  readonly skip: number;
  readonly limit: number;
}

/** A community's broadcasts, newest first, and whether there are more. */
export const readBroadcasts = view({
  name: 'message.list',
  may: OVERSEES,
  query: async ({ world, community }, { which, skip, limit }: BroadcastsWanted): Promise<{ broadcasts: BroadcastSeen[]; more: boolean }> => {
    const live = { state: { $ne: 'cancelled' as const } };
    const filter = { all: {}, coming: { ...live, dueAt: { $gt: world.now() } }, paused: { ...live, pausedAt: { $exists: true } } }[which];
    const found = await forReaders(Broadcast)
      .find({ community, ...filter }, { sort: { dueAt: -1 }, skip, limit: limit + 1 })
      .toArray();
    const shown = found.slice(0, limit);
    const progress = await Promise.all(shown.map((broadcast) => progressOf(world, broadcast)));
    const broadcasts = shown.flatMap((broadcast, index) => {
      const its = progress[index];
      return its ? [{ ...broadcast, progress: its }] : [];
    });
    return { broadcasts, more: found.length > limit };
  },
});

/** A broadcast of a community; null if it has none of this id. */
export const readBroadcast = view({
  name: 'message.one',
  may: OVERSEES,
  query: async ({ world, community }, id: string): Promise<BroadcastSeen | null> => {
    const found = await forReaders(Broadcast).findOne({ _id: id, community });
    return found && { ...found, progress: await progressOf(world, found) };
  },
});

/** How far a broadcast is; null if there is none of this id. */
export async function readProgress(world: World, id: string): Promise<Progress | null> {
  const found = await forReaders(Broadcast).findOne({ _id: id });
  return found && progressOf(world, found);
}

export interface BroadcastCount {
  readonly channel: Channel;
  readonly state: MessageState;
  readonly reason?: string;
  readonly count: number;
}

/**
 * How many messages of a broadcast are in each state, by channel and reason; of one to those who have not voted by channel alone, in tens, where they are ten or
 * more.
 */
export async function countBroadcast(broadcast: Pick<BroadcastRecord, '_id' | 'community' | 'to'>): Promise<BroadcastCount[]> {
  const isSecret = isForNotVoted(broadcast);
  const counts = await forReaders(Message)
    .aggregate<BroadcastCount>([
      { $match: ofBroadcast(broadcast) },
      { $group: { _id: { channel: '$channel', state: '$state', ...(!isSecret && { reason: '$reason' }) }, count: { $sum: 1 } } },
      { $sort: { '_id.channel': 1, '_id.state': 1, '_id.reason': 1 } },
      { $replaceWith: { $mergeObjects: ['$_id', { count: '$count' }] } },
    ])
    .toArray();
  return isSecret ? counts.map((each) => ({ ...each, count: inTens(each.count) })).filter(({ count }) => count > 0) : counts;
}

/** Whether nobody is told to whom a broadcast went: it would say who has not voted. */
export function isForNotVoted({ to }: Pick<BroadcastRecord, 'to'>): boolean {
  return to === 'not-voted';
}

/** What became of one message, for those who may know. */
export interface MessageSeen {
  readonly channel: Channel;
  /** Undefined if it does not read. */
  readonly address: string | undefined;
  readonly state: MessageState;
  readonly reason?: string;
  readonly changedAt: Date;
}

export interface MessagesWanted {
  /** All states if absent. */
  readonly states?: readonly MessageState[] | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** The messages of a broadcast, those of one state together; none of one to those who have not voted. */
export const readMessages = view({
  name: 'message.each',
  may: SEES_PEOPLE,
  query: async (
    { world, community },
    broadcast: BroadcastRecord,
    { states, skip, limit }: MessagesWanted,
  ): Promise<{ messages: MessageSeen[]; more: boolean }> => {
    if (broadcast.community !== community || isForNotVoted(broadcast)) return { messages: [], more: false };
    const filter: mongo.Filter<MessageRecord> = { ...ofBroadcast(broadcast), ...(states && { state: { $in: [...states] } }) };
    const found = await forReaders(Message)
      .find(filter, { hint: BY_BROADCAST, skip, limit: limit + 1, promoteBuffers: true })
      .toArray();
    const messages = found.slice(0, limit).map((message) => {
      const { channel, state, reason, changedAt } = message;
      return { channel, address: unlessForged(() => addressIn(world.vault, message)), state, ...(reason && { reason }), changedAt };
    });
    return { messages, more: found.length > limit };
  },
});

const BATCH = 1_000;

/** What became of a message of a broadcast. */
export type BroadcastMessage = Pick<MessageRecord, 'broadcast' | 'resident' | 'channel' | 'state' | 'reason'>;

/** The messages of a broadcast, a thousand at a time: it is never whole in memory. None of one to those who have not voted: how many they are is told in tens alone. */
export async function* messagesOf(broadcast: Pick<BroadcastRecord, '_id' | 'community' | 'to'>): AsyncGenerator<BroadcastMessage[]> {
  if (isForNotVoted(broadcast)) return;
  let batch: BroadcastMessage[] = [];
  const projection = { broadcast: 1, channel: 1, state: 1, reason: 1, resident: 1 };
  for await (const message of collection(Message).find(ofBroadcast(broadcast), { projection, batchSize: BATCH })) {
    batch.push(message);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The newest broadcasts that are looked through for trouble. */
const NEWEST = 20;

/** A broadcast that is paused, or some of whose messages reached nobody. */
export interface TroubledBroadcast extends Pick<BroadcastRecord, '_id' | 'text' | 'dueAt' | 'pausedAt'> {
  readonly failed: number;
}

/** Those of a community's newest broadcasts that need somebody to look at them, newest first. */
export const troubledBroadcasts = view({
  name: 'message.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }, since: Date): Promise<TroubledBroadcast[]> => {
    const newest = await broadcastsBy(world, [
      { $match: { community, dueAt: { $gte: since }, state: { $ne: 'cancelled' } } },
      { $sort: { dueAt: -1 } },
      { $limit: NEWEST },
    ]);
    const failed = await Promise.all(
      newest.map((broadcast) =>
        countsBy(world, [{ $match: { ...ofBroadcast(broadcast), state: { $in: ['failed', 'unknown'] } } }, { $count: 'count' }]),
      ),
    );
    return newest
      .map(({ _id, text, to, dueAt, pausedAt }, index) => {
        const count = failed[index]?.[0]?.count ?? 0;
        return { _id, text, dueAt, ...(pausedAt && { pausedAt }), failed: isForNotVoted({ to }) ? inTens(count) : count };
      })
      .filter(({ pausedAt, failed }) => pausedAt !== undefined || failed > 0);
  },
});

const broadcastsBy = batchedQuery(Broadcast);
const countsBy = batchedQuery<MessageRecord, { readonly count: number }>(Message);
