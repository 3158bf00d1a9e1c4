import { model, Schema } from 'mongoose';
import { isDuplicate } from '../../fund/isDuplicate.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';

/** Which process runs a job: one doc a job. */
interface RunRecord {
  /** The job's name. */
  _id: string;
  /** Which of its times, counted from 1970. */
  slot: number;
  /** Held until then at most. */
  until: Date;
}

const schema = new Schema<RunRecord>(
  { _id: { type: String, required: true }, slot: { type: Number, required: true }, until: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'runs' },
);
const Run = model<RunRecord>('Run', schema);

/** Longer than a job's run: a process that holds it longer is gone. */
const HELD_MS = 30_000;
const FREE = new Date(0);

/**
 * A job that every process is asked to do every so often, done by one of them each time, and never twice at once. A time left out is
 * harmless: jobs look for what is due.
 */
export function inOneProcess({ now }: World, name: string, everyMs: number, job: () => Promise<void>): () => Promise<void> {
  return async () => {
    const at = now().getTime();
    const slot = Math.floor(at / everyMs);
    if (!(await isMine(name, slot, at))) return;
    try {
      await job();
    } finally {
      await native(Run).updateOne({ _id: name, slot }, { $set: { until: FREE } });
    }
  };
}

/** Held further ahead than anybody holds it, it is from a time to which the clock was set by mistake. */
async function isMine(name: string, slot: number, at: number): Promise<boolean> {
  const until = new Date(at + HELD_MS);
  const isFree = [{ until: { $lte: new Date(at) } }, { until: { $gt: until } }];
  try {
    await native(Run).updateOne({ _id: name, slot: { $ne: slot }, $or: isFree }, { $set: { slot, until } }, { upsert: true });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false; // another process has this time, or is still at the one before
    throw error;
  }
}
