import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { byId, readersLookUps } from '../../store/lookUps.js';
import { checkView, mayDo } from '../people/index.js';
import { Staff, staffRole } from '../staff/index.js';
import { Second, secondsOf, stateAt, waitsOf } from './second.js';
/**
 * A page of a community's acts that wait, the oldest first, or that are over, the newest first. `more`: others follow. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSeconds(world) {
    return async (community, { state, after, limit }, actor) => {
        checkView(actor, 'second', community);
        const now = world.now();
        const isWaiting = state === 'waiting';
        const which = isWaiting
            ? { state: 'waiting', until: { $gt: now } }
            : { $or: [{ state: { $ne: 'waiting' } }, { until: { $lte: now } }] };
        const place = after === undefined ? {} : { '_id.number': isWaiting ? { $gt: after } : { $lt: after } };
        const found = await forReaders(Second)
            .find({ ...secondsOf(community), ...which, ...place }, { sort: { _id: isWaiting ? 1 : -1 }, limit: limit + 1, promoteBuffers: true })
            .toArray();
        const own = await staffRole(world, actor.id);
        return { seconds: found.slice(0, limit).map((record) => listed(world.vault, record, now, own?.phone)), more: found.length > limit };
    };
}
/** One of them; null if there is none. Rejects with `not-allowed` (`checkView`). */
export function readSecond(world) {
    return async (community, number, actor) => {
        checkView(actor, 'second', community);
        const record = await collection(Second).findOne({ _id: { community, number } }, { promoteBuffers: true });
        return record && listed(world.vault, record, world.now(), (await staffRole(world, actor.id))?.phone);
    };
}
function listed(vault, record, now, phone) {
    const { _id, act, subject, role, until, decided, revision, asked } = record;
    return {
        ...{ number: _id.number, act, subject, role, until, revision, state: stateAt(record, now), asked: { by: asked.by, at: asked.at } },
        ...(decided && { decided }),
        detail: waitsOf(vault, record)?.detail,
        isOwn: asked.phone === phone,
    };
}
/**
 * How many acts wait for a second person: those that the reader may confirm, and the others. Rejects with `not-allowed` (`checkView`).
 */
export function waitingSeconds(world) {
    const waitingIn = readersLookUps(world)(waitingByCommunity);
    const roleOf = readersLookUps(world)(byId(Staff, { person: 0 }));
    return async (community, actor) => {
        checkView(actor, 'second', community);
        const [waiting, own] = await Promise.all([waitingIn(community), roleOf(actor.id)]);
        const now = world.now();
        const found = waiting.filter(({ until }) => until > now);
        const isTurn = ({ role, asked }) => (role === 'any' ? mayDo(actor, 'confirmAny', community) : actor.role === role) && asked.phone !== own?.phone;
        return { turn: counted(found.filter(isTurn)), others: counted(found.filter((record) => !isTurn(record))) };
    };
}
/** Acts whose time is over are included until they are noted as lapsed. */
const waitingByCommunity = {
    model: Second,
    pipeline: (communities) => [
        { $match: { '_id.community': { $in: communities }, state: 'waiting' } },
        { $sort: { '_id.number': 1 } },
        { $project: { role: 1, asked: 1, until: 1 } },
    ],
    results: (found, communities) => communities.map((community) => found.filter(({ _id }) => _id.community === community)),
};
function counted(some) {
    const [first, another] = some;
    return { count: some.length, ...(first && { since: first.asked.at, ...(!another && { only: first._id.number }) }) };
}
