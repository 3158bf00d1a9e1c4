import type { EntryRecord } from '../records/entry.ts';
import type { Tip } from './nextEntry.ts';

/** The end of a chain whose last entry this is. */
export function tipOf({ _id: { seq }, at, hash, sealed }: Pick<EntryRecord, '_id' | 'at' | 'hash' | 'sealed'>): Tip {
  return { seq, at, hash, sealed };
}
