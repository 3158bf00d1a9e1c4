import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Conversation } from './conversation.ts';

/** A day after their last turn: empties what conversations were answered and what their channels kept, and removes those of people who asked to be deleted. Gives how many. */
export async function forgetRecent({ now }: Pick<World, 'now'>): Promise<number> {
  const dayAgo = new Date(now().getTime() - 24 * 60 * 60 * 1000);
  const due = { at: { $lt: dayAgo }, recent: { $exists: true } };
  const { deletedCount } = await native(Conversation).deleteMany({ ...due, left: true });
  const { modifiedCount } = await native(Conversation).updateMany(due, { $unset: { recent: 1, answers: 1, entry: 1 } });
  return deletedCount + modifiedCount;
}
