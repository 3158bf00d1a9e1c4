import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Message } from '../message.ts';
import { Broadcast } from './broadcast.ts';

/** Stops what of a broadcast is not sent, also what is leased; gives how many, undefined where there is no such broadcast. Harmless to repeat. */
export async function cancelBroadcast(world: World, id: string): Promise<number | undefined> {
  const { matchedCount } = await native(Broadcast).updateOne({ _id: id }, { $set: { state: 'cancelled' } });
  if (matchedCount === 0) return undefined;
  const { modifiedCount } = await native(Message).updateMany(
    { broadcast: id, state: { $in: ['pending', 'leased'] } },
    { $set: { state: 'cancelled', changedAt: world.now() }, $unset: { reason: '' } },
  );
  return modifiedCount;
}
