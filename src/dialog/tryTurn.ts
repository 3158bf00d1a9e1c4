import { randomUUID } from 'node:crypto';
import { CodedError } from '../store/codedError.ts';
import type { World } from '../store/world.ts';
import { conversations } from './conversations.ts';

/** The conversation that is nobody's: no channel has this name. */
export const NOBODY = 'ready';

/**
 * A turn without a message, which goes the way of all turns through their queues: a look-up, and a durable write of its own. Rejects where
 * a turn would fail. That another process writes the same at the same time shows as well that the database takes it.
 */
export async function tryTurn(world: World): Promise<void> {
  const nothing = Buffer.alloc(0);
  const key = randomUUID();
  const { begin, commit } = conversations(world);
  const begun = await begin(NOBODY, key);
  if (!begun) throw new CodedError('conversation-held', `The conversation ${NOBODY} is held, which no turn does; remove it.`);
  try {
    await commit({ begun, at: world.now(), recent: nothing, answered: { key, encrypted: nothing } });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'overtaken') throw error;
  }
}
