import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { batchedQuery } from '../../store/lookUps.ts';
import type { World } from '../../store/world.ts';
import { SEES_NUMBERS, SEES_PEOPLE } from './actor.ts';
import { isStanding, type ListedRequest, listed, MembershipRequest, type MembershipRequestRecord } from './requestMembership.ts';
import { officeOf, Resident } from './resident.ts';
import { view } from './view.ts';

export interface RequestsWanted {
  readonly state: 'pending' | 'decided';
  /** The page that follows this request. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * A page of a community's requests to join: those that wait, the oldest first, or those that were decided, the newest first. `more`: others follow.
 */
export const readRequests = view({
  name: 'request.list',
  may: SEES_PEOPLE,
  query: async (
    { world, community },
    { state, after, limit }: RequestsWanted,
  ): Promise<{ readonly requests: ListedRequest[]; readonly more: boolean }> => {
    const isPending = state === 'pending';
    const which: mongo.Filter<MembershipRequestRecord> = {
      '_id.community': community,
      state: isPending ? 'pending' : { $in: ['accepted', 'refused'] },
      ...(after !== undefined && { '_id.request': isPending ? { $gt: after } : { $lt: after } }),
    };
    const found = await forReaders(MembershipRequest)
      .find(which, { sort: { '_id.request': isPending ? 1 : -1 }, limit: limit + 1, promoteBuffers: true })
      .toArray();
    return {
      requests: found
        .slice(0, limit)
        .filter(isStanding)
        .map((asked) => listed(world.vault, asked)),
      more: found.length > limit,
    };
  },
});

/** One request to join; null if there is none, or it was withdrawn. */
export const readRequest = view({
  name: 'request.one',
  may: SEES_PEOPLE,
  query: async ({ world, community }, request: number): Promise<ListedRequest | null> => {
    const asked = await collection(MembershipRequest).findOne({ _id: { community, request } }, { promoteBuffers: true });
    return asked && isStanding(asked) ? listed(world.vault, asked) : null;
  },
});

/** How many requests to join wait, since when, and the number of the first one. */
export const waitingRequests = view({
  name: 'request.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<{ readonly count: number; readonly since?: Date; readonly first?: number }> => {
    const [waiting] = await countsBy(world, [
      { $match: { '_id.community': community, state: 'pending' } },
      { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' }, first: { $min: '$_id.request' } } },
    ]);
    return waiting ? { count: waiting.count, since: waiting.since, first: waiting.first } : { count: 0 };
  },
});

const countsBy = batchedQuery<MembershipRequestRecord, Waits & { readonly first: number }>(MembershipRequest);

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
export async function supervisedOnRoster({ vault }: Pick<World, 'vault'>, communities: readonly string[]): Promise<Set<string>> {
  const found = await forReaders(Resident)
    .find(
      { community: { $in: [...communities] }, role: 'supervisor', erasedAt: { $exists: false } },
      { projection: { community: 1, ...OFFICE }, hint: { community: 1, role: 1, _id: 1 } },
    )
    .toArray();
  return new Set(found.filter((resident) => officeOf(vault, resident) === 'supervisor').map(({ community }) => community));
}

const OFFICE = { role: 1, officeMark: 1 } as const;

/** Whether somebody on a community's roster has an office. */
export async function isHeldOnRoster(world: World, community: string, role: 'council' | 'supervisor'): Promise<boolean> {
  const which = { community, role, erasedAt: { $exists: false } };
  return (await residentsBy(world, [{ $match: which }, { $project: OFFICE }])).some((resident) => officeOf(world.vault, resident) === role);
}

/** Whether nobody is on a community's roster. */
export async function isRosterEmpty(world: World, community: string): Promise<boolean> {
  const which = { community, erasedAt: { $exists: false } };
  return (await residentsBy(world, [{ $match: which }, { $limit: 1 }, { $project: { _id: 1 } }])).length === 0;
}

const residentsBy = batchedQuery(Resident);
