import type { EntryRecord } from '../records/entry.ts';

/** Names an entry's place in its chain: what is encrypted for it can be decrypted there alone. */
export function placeOf({ cycle, seq }: EntryRecord['_id']): string {
  return `${cycle}|${seq}`;
}
