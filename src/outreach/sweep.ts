import type { Channel } from '../fund/act.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Message } from './message.ts';

/** What senders that are gone have left: a message they held waits again; of one that was `sending` nobody knows whether the carrier has it, and it is not sent again by itself. */
export async function sweep(world: World, channel: Channel): Promise<void> {
  const now = world.now();
  const leftIn = (state: 'leased' | 'sending') => ({ channel, state, dueAt: { $lte: now } });
  await native(Message).updateMany(leftIn('sending'), { $set: { state: 'unknown', reason: 'leaseLost', changedAt: now } });
  // due since it was queued: the lease's end may lie ahead of a clock that was put back
  await native(Message).updateMany(leftIn('leased'), [{ $set: { state: 'pending', dueAt: '$at', changedAt: now } }, { $unset: 'token' }]);
}
