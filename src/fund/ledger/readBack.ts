import { inTime } from '../../store/inTime.ts';
import { native } from '../../store/native.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';

/** After a write of which nobody knows: the entries that are durable, by key. Empty where the database does not answer. */
export async function readBack(entries: readonly EntryRecord[]): Promise<Map<string, EntryRecord>> {
  try {
    const keys = entries.map(({ key }) => key);
    const found = await inTime((signal) =>
      native(Entry)
        .find({ key: { $in: keys } }, { promoteBuffers: true, readConcern: { level: 'majority' }, signal })
        .toArray(),
    );
    return new Map(found.map((entry) => [entry.key, entry]));
  } catch {
    return new Map();
  }
}
