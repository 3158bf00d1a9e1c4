import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Conversation } from './conversation.ts';

/** Empties what conversations were answered, a day after their last turn. Gives how many were emptied. */
export async function forgetRecent({ now }: Pick<World, 'now'>): Promise<number> {
  const dayAgo = new Date(now().getTime() - 24 * 60 * 60 * 1000);
  const { modifiedCount } = await native(Conversation).updateMany({ at: { $lt: dayAgo }, recent: { $exists: true } }, { $unset: { recent: 1 } });
  return modifiedCount;
}
