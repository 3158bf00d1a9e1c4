import type { mongo } from 'mongoose';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Conversation, type ConversationRecord } from './conversation.ts';

const HOUR_MS = 60 * 60 * 1_000;
const AT_ONCE = 1_000;

/**
 * A day after their last turn: empties what conversations were answered, what their channels kept and whose they are, and removes those of
 * people who asked to be deleted. After three days: what was open in them, and when it was. After thirty: the conversations of whom nobody knows. Gives how many.
 */
export async function forgetRecent({ now }: Pick<World, 'now'>): Promise<number> {
  const before = (hours: number) => ({ $lt: new Date(now().getTime() - hours * HOUR_MS) });
  const answered = { at: before(24), recent: { $exists: true } };
  const { deletedCount } = await native(Conversation).deleteMany({ ...answered, left: true });
  const emptied = await updateAll({ ...answered, left: { $exists: false } }, [
    { $unset: ['recent', 'answers', 'entry', 'place', 'lastBatch'] },
    { $set: { at: { $cond: [{ $eq: [{ $type: '$open' }, 'missing'] }, '$$REMOVE', '$at'] } } },
  ]);
  const closed = await updateAll({ at: before(72), open: { $exists: true } }, [{ $unset: ['open', 'at'] }]);
  const gone = await eachSome({ strangerUntil: { $lte: now() } }, async (some) => (await native(Conversation).deleteMany(some)).deletedCount);
  return deletedCount + emptied + closed + gone;
}

function updateAll(due: mongo.Filter<ConversationRecord>, update: mongo.Document[]): Promise<number> {
  return eachSome(due, async (some) => (await native(Conversation).updateMany(some, update)).modifiedCount);
}

/** Some at a time: a command that goes on for long holds up turns. */
async function eachSome(due: mongo.Filter<ConversationRecord>, change: (some: mongo.Filter<ConversationRecord>) => Promise<number>): Promise<number> {
  for (let changed = 0; ; ) {
    const some = await native(Conversation)
      .find(due, { projection: { _id: 1 }, limit: AT_ONCE })
      .toArray();
    changed += await change({ ...due, _id: { $in: some.map(({ _id }) => _id) } });
    if (some.length < AT_ONCE) return changed;
  }
}
