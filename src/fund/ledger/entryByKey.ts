import { native } from '../../store/native.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';

/** The entry that bears a key, once it is durable. */
export function entryByKey(key: string): Promise<EntryRecord | null> {
  return native(Entry).findOne({ key }, { promoteBuffers: true, readConcern: { level: 'majority' } });
}
