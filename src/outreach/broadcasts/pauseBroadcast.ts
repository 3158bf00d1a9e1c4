import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Message } from '../message.ts';
import { Broadcast } from './broadcast.ts';
import { NEVER } from './never.ts';

/** Nothing more of a broadcast goes out, also of what is leased, until it is resumed. Harmless to repeat. */
export async function pauseBroadcast(world: World, id: string): Promise<void> {
  const now = world.now();
  await native(Broadcast).updateOne({ _id: id, pausedAt: { $exists: false } }, { $set: { pausedAt: now } });
  await native(Message).updateMany(
    { broadcast: id, state: { $in: ['pending', 'leased'] }, dueAt: { $ne: NEVER } },
    { $set: { state: 'pending', dueAt: NEVER, reason: 'paused', changedAt: now }, $unset: { token: '' } },
  );
}
