import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { ENDS, Message } from './message.ts';

/**
 * After a backup was brought back: what was under way when it was made may have gone out since, so it is `unknown`, which is never sent again by
 * itself. Gives how many. No sender may be running.
 */
export async function setAsideRestored({ now }: Pick<World, 'now'>): Promise<number> {
  const { modifiedCount } = await collection(Message).updateMany(
    { state: { $nin: [...ENDS] } },
    { $set: { state: 'unknown', reason: 'restored', changedAt: now() }, $unset: { token: 1 } },
    { timeoutMS: 0 },
  );
  return modifiedCount;
}
