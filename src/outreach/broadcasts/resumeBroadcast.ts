import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { bell } from '../bell.ts';
import { Message } from '../message.ts';
import { Broadcast } from './broadcast.ts';

/** A paused broadcast goes on; false where neither it nor anything of it is paused: begun again, it frees what was left behind. */
export async function resumeBroadcast(world: World, id: string): Promise<boolean> {
  const now = world.now();
  const broadcast = await native(Broadcast).findOneAndUpdate({ _id: id, state: { $ne: 'cancelled' } }, { $unset: { pausedAt: '' } });
  if (!broadcast) return false;
  // what is queued just now by one who still takes it for paused pauses it anew
  const { modifiedCount } = await native(Message).updateMany(
    { broadcast: id, state: 'pending', reason: 'paused' },
    { $set: { dueAt: broadcast.dueAt, changedAt: now }, $unset: { reason: '' } },
  );
  bell(world).emit('queued');
  return broadcast.pausedAt !== undefined || modifiedCount > 0;
}
