import { withLog } from '../../fund/log/index.ts';
import { type Actor, checkRight } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { wakeUps } from '../outbox/enqueue.ts';
import { Message } from '../outbox/message.ts';
import { Broadcast, broadcastById, NEVER } from './broadcast.ts';

/** Pauses a broadcast: no more of its messages are sent, leased ones included, until it is resumed. Harmless to repeat. */
export async function pauseBroadcast(world: World, id: string): Promise<void> {
  const now = world.now();
  await collection(Broadcast).updateOne({ _id: id, pausedAt: { $exists: false } }, { $set: { pausedAt: now } });
  await collection(Message).updateMany(
    { broadcast: id, state: { $in: ['pending', 'leased'] }, dueAt: { $ne: NEVER } },
    { $set: { state: 'pending', dueAt: NEVER, reason: 'paused', changedAt: now }, $unset: { token: '' } },
  );
}

/** Resumes a paused broadcast. Gives false if neither it nor any of its messages is paused: a resume that was cut off can be repeated and frees the rest. */
export async function resumeBroadcast(world: World, id: string, actor: Actor): Promise<boolean> {
  const found = await broadcastById(id);
  if (!found) return false;
  const acting = checkRight(actor, 'resumeBroadcast', found.community);
  const now = world.now();
  const broadcast = await withLog(world)(found.community, async (session, write) => {
    const before = await collection(Broadcast).findOneAndUpdate({ _id: id, state: { $ne: 'cancelled' } }, { $unset: { pausedAt: '' } }, { session });
    if (before?.pausedAt) await write({ ...acting, subject: `broadcast/${id}`, detail: { before: { pausedAt: before.pausedAt } } });
    return before;
  });
  if (!broadcast) return false;
  // a process that queues and still takes it for paused pauses it again
  const { modifiedCount } = await collection(Message).updateMany(
    { broadcast: id, state: 'pending', reason: 'paused' },
    { $set: { dueAt: broadcast.dueAt, changedAt: now }, $unset: { reason: '' } },
  );
  wakeUps(world).emit('queued');
  return broadcast.pausedAt !== undefined || modifiedCount > 0;
}

/** Cancels a broadcast: its messages that are not sent yet, leased ones included. Gives how many; undefined if there is no such broadcast. Harmless to repeat. */
export async function cancelBroadcast(world: World, id: string, actor: Actor): Promise<number | undefined> {
  const found = await broadcastById(id);
  if (!found) return undefined;
  const acting = checkRight(actor, 'cancelBroadcast', found.community);
  await withLog(world)(found.community, async (session, write) => {
    const which = { _id: id, state: { $ne: 'cancelled' as const } };
    const before = await collection(Broadcast).findOneAndUpdate(which, { $set: { state: 'cancelled' } }, { session });
    if (before) await write({ ...acting, subject: `broadcast/${id}`, detail: { before: { state: before.state }, after: { state: 'cancelled' } } });
  });
  return cancelUnsent(world, id);
}

/** Stops what is not sent of a broadcast, whoever cancelled it; gives how many messages it was. Harmless to repeat. */
export async function endBroadcast(world: World, id: string): Promise<number> {
  await collection(Broadcast).updateOne({ _id: id }, { $set: { state: 'cancelled' } });
  return cancelUnsent(world, id);
}

async function cancelUnsent(world: World, id: string): Promise<number> {
  const { modifiedCount } = await collection(Message).updateMany(
    { broadcast: id, state: { $in: ['pending', 'leased'] } },
    { $set: { state: 'cancelled', changedAt: world.now() }, $unset: { reason: '' } },
  );
  return modifiedCount;
}
