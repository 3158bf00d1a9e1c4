import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { checkView } from './actor.js';
import { listed, MembershipRequest } from './requestMembership.js';
import { Resident } from './resident.js';
/**
 * A page of a community's requests to join: those that wait, the oldest first, or those that were decided, the newest first. `more`: others follow.
 * Rejects with `not-allowed` (`checkView`).
 */
export function readRequests(world) {
    return async (community, { state, after, limit }, actor) => {
        checkView(actor, 'requests', community);
        const isPending = state === 'pending';
        const which = {
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
export function readRequest(world) {
    return async (community, request, actor) => {
        checkView(actor, 'requests', community);
        const asked = await collection(MembershipRequest).findOne({ _id: { community, request } }, { promoteBuffers: true });
        return asked && asked.state !== 'withdrawn' ? listed(world.vault, asked) : null;
    };
}
/** How many requests to join wait, since when, and the number of the first one. Rejects with `not-allowed` (`checkView`). */
export async function waitingRequests(community, actor) {
    checkView(actor, 'waiting', community);
    const [waiting] = await forReaders(MembershipRequest)
        .aggregate([
        { $match: { '_id.community': community, state: 'pending' } },
        { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' }, first: { $min: '$_id.request' } } },
    ])
        .toArray();
    return waiting ?? { count: 0 };
}
/** How many requests to join wait, by the slug of the community; those of the communities in which any do. */
export async function requestsAmong(communities) {
    const found = await forReaders(MembershipRequest)
        .aggregate([
        { $match: { state: 'pending', '_id.community': { $in: [...communities] } } },
        { $group: { _id: '$_id.community', count: { $sum: 1 }, since: { $min: '$at' } } },
    ], { hint: { state: 1, '_id.community': 1, at: 1 } })
        .toArray();
    return new Map(found.map(({ _id, count, since }) => [_id, { count, since }]));
}
/** Those of the communities on whose roster a supervisor is. */
export async function supervisedOnRoster(communities) {
    const found = await forReaders(Resident)
        .find({ community: { $in: [...communities] }, role: 'supervisor', erasedAt: { $exists: false } }, { projection: { community: 1 }, hint: { community: 1, role: 1, _id: 1 } })
        .toArray();
    return new Set(found.map(({ community }) => community));
}
