import { model, Schema } from 'mongoose';
import type { RunCoordinator } from 'node-cron';
import { isDuplicate } from '../../fund/isDuplicate.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';

/** Which process runs a job: one doc a job. */
interface RunRecord {
  /** The job's name. */
  _id: string;
  /** node-cron's key of the run: `name:slot`. */
  slot: string;
  /** Held until then at most. */
  until: Date;
}

const schema = new Schema<RunRecord>(
  { _id: { type: String, required: true }, slot: { type: String, required: true }, until: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'runs' },
);
const Run = model<RunRecord>('Run', schema);

const FREE = new Date(0);

/** Has each slot of a job run in one process only, and never two slots at once. A slot left out is harmless: jobs look for what is due. */
export function runCoordinator({ now }: World): RunCoordinator {
  return {
    shouldRun: async (key, ttlMs) => {
      const at = now();
      try {
        await native(Run).updateOne(
          { _id: nameIn(key), slot: { $ne: key }, until: { $lte: at } },
          { $set: { slot: key, until: new Date(at.getTime() + ttlMs) } },
          { upsert: true },
        );
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false; // another process has this slot, or is still at the one before
        throw error;
      }
    },
    onComplete: async (key) => {
      await native(Run).updateOne({ _id: nameIn(key), slot: key }, { $set: { until: FREE } });
    },
  };
}

function nameIn(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
