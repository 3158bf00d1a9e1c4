import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { bell } from '../bell.ts';
import { Message } from '../message.ts';
import { Broadcast } from './broadcast.ts';

/** A paused broadcast goes on; false where it is not paused. */
export async function resumeBroadcast(world: World, id: string): Promise<boolean> {
  const now = world.now();
  const broadcast = await native(Broadcast).findOne({ _id: id, pausedAt: { $exists: true }, state: { $ne: 'cancelled' } });
  if (!broadcast) return false;
  await native(Message).updateMany(
    { broadcast: id, state: 'pending', reason: 'paused' },
    { $set: { dueAt: broadcast.dueAt, changedAt: now }, $unset: { reason: '' } },
  );
  await native(Broadcast).updateOne({ _id: id }, { $unset: { pausedAt: '' } });
  bell(world).emit('queued');
  return true;
}
