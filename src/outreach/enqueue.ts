import type { World } from '../store/world.ts';
import { bell } from './bell.ts';
import { insertNew } from './insertNew.ts';
import { type Outgoing, recordOf } from './recordOf.ts';

/** Queues a message; queued before under the same occasion, channel and address, it changes nothing. Rejects only when the database is away. */
export function enqueue(world: World): (outgoing: Outgoing) => Promise<void> {
  return async (outgoing) => {
    if ((await insertNew([recordOf(world, outgoing)])) > 0) bell(world).emit('queued');
  };
}
