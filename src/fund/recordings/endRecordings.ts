import { native } from '../../store/native.ts';
import { Recording } from '../records/recording.ts';
import type { Spoken } from '../records/spoken.ts';

/** Has the recordings of what was spoken deleted, wherever they are; `workRecordings` does it. */
export async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0) await native(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}
