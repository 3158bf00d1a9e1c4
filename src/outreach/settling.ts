import { mongo } from 'mongoose';
import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { Held } from './lease.ts';
import { Message, type MessageRecord, type MessageState } from './message.ts';

/** What came of a held message, and from which states it may come to that. */
export interface Outcome {
  readonly message: Held;
  readonly from: readonly MessageState[];
  readonly to: Partial<MessageRecord>;
}

const DUPLICATE_KEY = 11_000;

/** Writes what came of messages durably, those that wait together by one command; each counts only while its token is its own. */
export function settling(world: World): (outcome: Outcome) => Promise<void> {
  return groupCommit(async (outcomes) => {
    try {
      await write(world, outcomes);
    } catch (error) {
      const clashed = clashes(error);
      if (!clashed) throw error;
      // a carrier that gives one id to two messages knows nothing of either: nobody knows what it did
      await write(
        world,
        outcomes.filter((_, index) => clashed.has(index)).map((outcome) => ({ ...outcome, to: { state: 'unknown', reason: 'nonsense' } })),
      );
    }
    return outcomes.map(() => undefined);
  });
}

async function write(world: World, outcomes: readonly Outcome[]): Promise<void> {
  const changedAt = world.now();
  await native(Message).bulkWrite(
    outcomes.map(({ message: { _id, token }, from, to }) => ({
      updateOne: { filter: { _id, token, state: { $in: [...from] } }, update: { $set: { ...to, changedAt } } },
    })),
    { ordered: false },
  );
}

/** Which of the writes met an id that another message has; undefined where something else went wrong. */
function clashes(error: unknown): Set<number> | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError)) return undefined;
  const failed = [error.writeErrors].flat();
  return failed.every(({ code }) => code === DUPLICATE_KEY) ? new Set(failed.map(({ index }) => index)) : undefined;
}
