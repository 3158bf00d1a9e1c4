import { z } from 'zod';
import { act, communitySubject, done, given, refuse, subject } from '../../fund/act/index.ts';
import { inTens } from '../../fund/ballots/index.ts';
import { BY_MESSAGE_TOO, DAILY_WORK } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { wakeUps } from '../outbox/enqueue.ts';
import { Message } from '../outbox/message.ts';
import { Broadcast, type BroadcastRecord, cancelUnsent, holdUnsent, isUnderWay, markOfBroadcast } from './broadcast.ts';

const one = subject<BroadcastRecord>({
  path: '/messages/:id',
  find: (_, community, { id = '' }, session) => collection(Broadcast).findOne({ _id: id, community }, { ...(session && { session }) }),
  name: ({ _id }) => `broadcast/${_id}`,
});

/**
 * Writes a planned broadcast down durably, to be queued by any process. If it was sent today already, gives that one; if that one was cancelled, it is queued
 * again.
 */
export const createBroadcast = act({
  ...{ name: 'broadcast.send', may: BY_MESSAGE_TOO, on: communitySubject('/messages') },
  input: z.object({
    ...{ id: given(z.string()), occasion: given(z.string()), text: given(z.string()), to: given(z.string()) },
    ...{ cycle: given(z.string()).optional(), dueAt: given(z.date()) },
  }),
  refusals: {},
  async run({ world, session, on: { _id: community }, input: { id: _id, cycle, ...planned }, actor }) {
    const { text, to, dueAt } = planned;
    const found = await collection(Broadcast).findOne({ _id }, { session });
    if (found && found.state !== 'cancelled') return done(found);
    const of = { community, ...planned, ...(cycle !== undefined && { cycle }) };
    const written: BroadcastRecord = { _id, ...of, by: actor.name, at: world.now(), state: 'queueing' };
    const broadcast = { ...written, mark: markOfBroadcast(world.vault, written) };
    const { _id: _, ...rest } = broadcast;
    if (found) await collection(Broadcast).updateOne({ _id }, { $set: rest, $unset: { heldUntil: '', pausedAt: '', pausedBy: '' } }, { session });
    else await collection(Broadcast).insertOne(broadcast, { session });
    return done(broadcast, { subject: `broadcast/${_id}`, after: { text, to, dueAt } });
  },
});

/** No more messages of it are sent, leased ones included, until it is resumed. Who repeats it holds what a pause that was cut off left. */
export const pauseBroadcast = act({
  ...{ name: 'broadcast.pause', may: DAILY_WORK, on: one, input: z.object({}) },
  refusals: { over: null },
  run: async ({ world, session, on, actor }) => {
    if (on.pausedAt) return done({});
    if (on.state === 'cancelled' || !(await isUnderWay(on))) return refuse('over');
    const pausedAt = world.now();
    await collection(Broadcast).updateOne({ _id: on._id }, { $set: { pausedAt, pausedBy: actor.name } }, { session });
    return done({}, { after: { pausedAt } });
  },
  around: async ({ world, on }, transact) => {
    const performed = await transact();
    if (performed.is === 'done') await holdUnsent(world, on);
    return performed;
  },
});

/** It goes on after a pause. Who repeats it frees what a resume that was cut off left. */
export const resumeBroadcast = act({
  ...{ name: 'broadcast.resume', may: DAILY_WORK, on: one, input: z.object({}) },
  refusals: { notPaused: null },
  run: async ({ session, on: { _id, state, pausedAt } }) => {
    if (state === 'cancelled') return refuse('notPaused');
    if (!pausedAt) return done({ wasPaused: false });
    await collection(Broadcast).updateOne({ _id }, { $unset: { pausedAt: '', pausedBy: '' } }, { session });
    return done({ wasPaused: true }, { before: { pausedAt } });
  },
  around: async ({ world, on: { _id: broadcast, community, dueAt } }, transact) => {
    const performed = await transact();
    if (performed.is !== 'done') return performed;
    // a process that queues and still takes it for paused pauses it again
    const { modifiedCount } = await collection(Message).updateMany(
      { community, broadcast, state: 'pending', reason: 'paused' },
      { $set: { dueAt, changedAt: world.now() }, $unset: { reason: '' } },
    );
    wakeUps(world).emit('queued');
    return performed.result.wasPaused || modifiedCount > 0 ? performed : { is: 'refused', refused: 'notPaused' };
  },
});

/** What is not sent of it is never sent, leased messages included. `cancelled`: how many those are; to those who have not voted in tens. Harmless to repeat. */
export const cancelBroadcast = act({
  ...{ name: 'broadcast.cancel', may: DAILY_WORK, on: one, input: z.object({}) },
  refusals: { over: null },
  run: async ({ session, on }) => {
    const { _id, state } = on;
    if (state === 'cancelled') return done({ cancelled: 0 });
    if (!(await isUnderWay(on))) return refuse('over');
    await collection(Broadcast).updateOne({ _id }, { $set: { state: 'cancelled' } }, { session });
    return done({ cancelled: 0 }, { before: { state }, after: { state: 'cancelled' } });
  },
  around: async ({ world, on }, transact) => {
    const performed = await transact();
    if (performed.is !== 'done') return performed;
    const cancelled = await cancelUnsent(world, on);
    return { is: 'done', result: { cancelled: on.to === 'not-voted' ? inTens(cancelled) : cancelled } };
  },
});
