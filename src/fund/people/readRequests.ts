import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/inTime.ts';
import type { World } from '../../store/world.ts';
import { type Actor, checkView } from './actor.ts';
import { type ListedRequest, listed, MembershipRequest, type MembershipRequestRecord } from './requestMembership.ts';
import { personOf, Resident, ROLES } from './resident.ts';

export interface RequestsWanted {
  readonly state: 'pending' | 'decided';
  /** The page that follows this request. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * A page of a community's requests to join: those that wait, the oldest first, or those that were decided, the newest first. `more`: others follow.
 * Rejects with `not-allowed` (`checkView`).
 */
export function readRequests(
  world: World,
): (community: string, wanted: RequestsWanted, actor: Actor) => Promise<{ readonly requests: ListedRequest[]; readonly more: boolean }> {
  return async (community, { state, after, limit }, actor) => {
    checkView(actor, 'requests', community);
    const isPending = state === 'pending';
    const which: mongo.Filter<MembershipRequestRecord> = {
      '_id.community': community,
      state: isPending ? 'pending' : { $in: ['accepted', 'refused'] },
      ...(after !== undefined && { '_id.request': isPending ? { $gt: after } : { $lt: after } }),
    };
    const found = await forReaders(MembershipRequest)
      .find(which, { sort: { '_id.request': isPending ? 1 : -1 }, limit: limit + 1, promoteBuffers: true })
      .toArray();
    return { requests: found.slice(0, limit).map((asked) => listed(world.vault, asked)), more: found.length > limit };
  };
}

/** One request to join; null if there is none, or it was withdrawn. Rejects with `not-allowed` (`checkView`). */
export function readRequest(world: World): (community: string, request: number, actor: Actor) => Promise<ListedRequest | null> {
  return async (community, request, actor) => {
    checkView(actor, 'requests', community);
    const asked = await collection(MembershipRequest).findOne({ _id: { community, request } }, { promoteBuffers: true });
    return asked && asked.state !== 'withdrawn' ? listed(world.vault, asked) : null;
  };
}

/** How many requests to join wait, and since when. Rejects with `not-allowed` (`checkView`). */
export async function waitingRequests(community: string, actor: Actor): Promise<{ readonly count: number; readonly since?: Date }> {
  checkView(actor, 'waiting', community);
  const [waiting] = await forReaders(MembershipRequest)
    .aggregate<{ count: number; since: Date }>([
      { $match: { '_id.community': community, state: 'pending' } },
      { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } },
    ])
    .toArray();
  return waiting ?? { count: 0 };
}

/** Somebody on the roster who may be the person who asks. */
export interface NearName {
  /** `id` on the roster. */
  readonly id: string;
  readonly name: string;
  readonly building: string | undefined;
}

const MOST_NEAR = 20;

/**
 * The people on a community's roster who have the name, or live in the same building and share a character of it. It reads the whole roster, because
 * names are encrypted there. Rejects with `not-allowed` (`checkView`).
 */
export function nearNames(
  world: World,
): (community: string, asker: { readonly name: string; readonly building: string }, actor: Actor) => Promise<NearName[]> {
  return async (community, asker, actor) => {
    checkView(actor, 'requests', community);
    const same: NearName[] = [];
    const near: NearName[] = [];
    const residents = forReaders(Resident).find(
      { community, role: { $in: [...ROLES] }, person: { $exists: true } },
      { projection: { person: 1, building: 1 }, promoteBuffers: true, batchSize: 1_000 },
    );
    for await (const resident of withPauses(residents)) {
      const { rosterId, name } = personOf(world.vault, resident);
      if (rosterId === undefined || name === undefined) continue;
      const { building } = resident;
      const isNear = building === asker.building && [...asker.name].some((character) => name.includes(character));
      if (name === asker.name) same.push({ id: rosterId, name, building });
      else if (isNear && near.length < MOST_NEAR) near.push({ id: rosterId, name, building });
    }
    return [...same, ...near].slice(0, MOST_NEAR);
  };
}
