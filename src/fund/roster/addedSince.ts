import { forReaders } from '../../store/readers.ts';
import { Resident } from '../records/resident.ts';

/** How many were put on a community's roster after one moment and before another, those who have left since with them. */
export async function addedSince(community: string, after: Date, before: Date): Promise<number> {
  return forReaders(Resident).countDocuments({ community, addedAt: { $gt: after, $lt: before } });
}
