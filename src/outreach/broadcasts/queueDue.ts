import type { Channel } from '../../fund/act.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { eachApart } from '../eachApart.ts';
import { Broadcast } from './broadcast.ts';
import { queueBroadcast } from './queueBroadcast.ts';

/** Queues the broadcasts that were written down and not queued to the end: those that cadres sent by message, and what a command that is gone has left. */
export function queueDue(world: World, channels: readonly Channel[]): () => Promise<void> {
  const queue = queueBroadcast(world, channels);
  return async () => {
    const due = await native(Broadcast)
      .find({ state: 'queueing' }, { projection: { _id: 1 } })
      .toArray();
    await eachApart(due, 'broadcasts', ({ _id }) => queue(_id));
  };
}
