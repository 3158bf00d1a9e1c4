import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import type { World } from '../store/world.ts';
import { conversations } from './conversations.ts';

/** The id of a conversation that belongs to nobody: no channel makes such an id. */
export const NOBODY = 'ready';

/**
 * Takes a turn without a message, through the queues of all turns: a look-up, and a durable write of its own. Rejects if a turn would
 * fail. If another process writes the same at the same time, that also shows that the database takes writes.
 */
export async function tryTurn(world: World): Promise<void> {
  const nothing = Buffer.alloc(0);
  const key = randomUUID();
  const { begin, commit } = conversations(world);
  const begun = await begin(NOBODY, key);
  if (!begun) throw new CodedError('conversation-held', `The conversation ${NOBODY} is held, which no turn does; remove it.`);
  try {
    await commit({ begun, community: '', at: world.now(), recent: nothing, answered: { key, encrypted: nothing } });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'overtaken') throw error;
  }
}
