import { forReaders } from '../../store/readers.ts';
import { Broadcast, type BroadcastRecord } from './broadcast.ts';

/** What everybody may know of a broadcast: what was written, to whom, by whom, when. */
export type PublicBroadcast = Pick<BroadcastRecord, '_id' | 'text' | 'to' | 'by' | 'dueAt'>;

const NEWEST = 20;

/** A community's broadcasts that have begun, newest first; those cancelled before that are not among them. */
export function publicBroadcasts(community: string, now: Date): Promise<PublicBroadcast[]> {
  return forReaders(Broadcast)
    .find(
      { community, dueAt: { $lte: now }, state: { $ne: 'cancelled' } },
      { projection: { text: 1, to: 1, by: 1, dueAt: 1 }, sort: { dueAt: -1 }, limit: NEWEST },
    )
    .toArray();
}
