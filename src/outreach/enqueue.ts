import { groupCommit } from '../store/groupCommit.ts';
import { perWorld } from '../store/perWorld.ts';
import type { World } from '../store/world.ts';
import { bell } from './bell.ts';
import { insertNew } from './insertNew.ts';
import type { MessageRecord } from './message.ts';
import { type Outgoing, recordOf } from './recordOf.ts';

/**
 * Queues a message, with those that wait at the same time by one command; queued before under the same occasion, channel and address, it changes
 * nothing. Rejects only when the database is away.
 */
export const enqueue: (world: World) => (outgoing: Outgoing) => Promise<void> = perWorld((world) => {
  const insert = groupCommit(async (messages: readonly MessageRecord[]) => {
    if ((await insertNew(messages)) > 0) for (const channel of new Set(messages.map(({ channel }) => channel))) bell(world).emit('queued', channel);
    return messages.map(() => undefined);
  });
  return async (outgoing) => insert(recordOf(world, outgoing));
});
