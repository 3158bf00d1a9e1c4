import { native } from '../../store/native.ts';
import { Resident, ROLES } from '../records/resident.ts';

/** The next residents of a community by their `_id`, those who left among them: from the index alone. */
export async function rosterPage(community: string, after: string, limit: number): Promise<string[]> {
  const found = await native(Resident)
    .find(
      { community, role: { $in: [...ROLES] }, _id: { $gt: after } },
      { projection: { _id: 1 }, sort: { _id: 1 }, limit, hint: { community: 1, role: 1, _id: 1 } },
    )
    .toArray();
  return found.map(({ _id }) => _id);
}
