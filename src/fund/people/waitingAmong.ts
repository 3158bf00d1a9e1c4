import { forReaders } from '../../store/connect.ts';
import { MembershipRequest } from './requestMembership.ts';
import { Resident } from './resident.ts';

/** How much waits in a community, and since when. */
export interface Waits {
  readonly count: number;
  readonly since: Date;
}

/** How many requests to join wait, by the slug of the community; those of the communities in which any do. */
export async function requestsAmong(communities: readonly string[]): Promise<Map<string, Waits>> {
  const found = await forReaders(MembershipRequest)
    .aggregate<{ _id: string } & Waits>(
      [
        { $match: { state: 'pending', '_id.community': { $in: [...communities] } } },
        { $group: { _id: '$_id.community', count: { $sum: 1 }, since: { $min: '$at' } } },
      ],
      { hint: { state: 1, '_id.community': 1, at: 1 } },
    )
    .toArray();
  return new Map(found.map(({ _id, count, since }) => [_id, { count, since }]));
}

/** Those of the communities on whose roster a supervisor is. */
export async function supervisedOnRoster(communities: readonly string[]): Promise<Set<string>> {
  const found = await forReaders(Resident)
    .find(
      { community: { $in: [...communities] }, role: 'supervisor', erasedAt: { $exists: false } },
      { projection: { community: 1 }, hint: { community: 1, role: 1, _id: 1 } },
    )
    .toArray();
  return new Set(found.map(({ community }) => community));
}
