import { inTime } from '../../store/inTime.ts';
import { native } from '../../store/native.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';

/** A voter's last entry, voided or not; null where there is none that is durable. */
export function lastEntry(mark: string): Promise<EntryRecord | null> {
  return inTime((signal) =>
    native(Entry).findOne({ voter: mark }, { sort: { '_id.seq': -1 }, promoteBuffers: true, readConcern: { level: 'majority' }, signal }),
  );
}
