import { checkView } from '../../fund/people/index.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { addressIn, Message } from '../outbox/message.js';
import { Broadcast } from './broadcast.js';
const WAITING = ['pending', 'leased', 'sending'];
/** How far a broadcast is, from the index alone. */
export async function progressOf({ now }, broadcast) {
    const counts = await forReaders(Message)
        .aggregate([{ $match: { broadcast: broadcast._id } }, { $group: { _id: '$state', count: { $sum: 1 } } }], {
        hint: { broadcast: 1, state: 1 },
    })
        .toArray();
    const sum = (states) => counts.reduce((all, { _id, count }) => all + (!states || states.includes(_id) ? count : 0), 0);
    const waiting = sum(WAITING);
    return {
        standing: standingOf(broadcast, waiting, now()),
        total: sum(),
        waiting,
        states: Object.fromEntries(counts.map(({ _id, count }) => [_id, count])),
    };
}
function standingOf({ state, dueAt, pausedAt }, waiting, now) {
    if (state === 'cancelled')
        return 'cancelled';
    if (state === 'queued' && waiting === 0)
        return 'done';
    if (pausedAt)
        return 'paused';
    if (dueAt > now)
        return 'planned';
    return state === 'queueing' ? 'queueing' : 'sending';
}
/** All broadcasts of a community, newest first. */
export function broadcastsOf(community) {
    return collection(Broadcast)
        .find({ community }, { sort: { dueAt: -1 } })
        .toArray();
}
/** A community's broadcasts, newest first, and whether there are more. Rejects with `not-allowed` (`checkView`). */
export function readBroadcasts(world) {
    return async (community, { which, skip, limit }, actor) => {
        checkView(actor, 'messages', community);
        const live = { state: { $ne: 'cancelled' } };
        const filter = { all: {}, coming: { ...live, dueAt: { $gt: world.now() } }, paused: { ...live, pausedAt: { $exists: true } } }[which];
        const found = await forReaders(Broadcast)
            .find({ community, ...filter }, { sort: { dueAt: -1 }, skip, limit: limit + 1 })
            .toArray();
        const shown = found.slice(0, limit);
        const progress = await Promise.all(shown.map((broadcast) => progressOf(world, broadcast)));
        const broadcasts = shown.flatMap((broadcast, index) => {
            const its = progress[index];
            return its ? [{ ...broadcast, progress: its }] : [];
        });
        return { broadcasts, more: found.length > limit };
    };
}
/** A broadcast of a community; null if it has none of this id. Rejects with `not-allowed` (`checkView`). */
export function readBroadcast(world) {
    return async (community, id, actor) => {
        checkView(actor, 'messages', community);
        const found = await forReaders(Broadcast).findOne({ _id: id, community });
        return found && { ...found, progress: await progressOf(world, found) };
    };
}
/** How far a broadcast is; null if there is none of this id. */
export async function readProgress(world, id) {
    const found = await forReaders(Broadcast).findOne({ _id: id });
    return found && progressOf(world, found);
}
/** How many messages of a broadcast are in each state, by channel and reason. */
export function countBroadcast(id) {
    return forReaders(Message)
        .aggregate([
        { $match: { broadcast: id } },
        { $group: { _id: { channel: '$channel', state: '$state', reason: '$reason' }, count: { $sum: 1 } } },
        { $sort: { '_id.channel': 1, '_id.state': 1, '_id.reason': 1 } },
        { $replaceWith: { $mergeObjects: ['$_id', { count: '$count' }] } },
    ])
        .toArray();
}
/** Whether nobody is told to whom a broadcast went: it would say who has not voted. */
export function isForNotVoted({ to }) {
    return to === 'not-voted';
}
/** The messages of a broadcast, those of one state together; none of one to those who have not voted. Rejects with `not-allowed` (`checkView`). */
export function readMessages(world) {
    return async (broadcast, { states, skip, limit }, actor) => {
        checkView(actor, 'messagesEach', broadcast.community);
        if (isForNotVoted(broadcast))
            return { messages: [], more: false };
        const filter = { broadcast: broadcast._id, ...(states && { state: { $in: [...states] } }) };
        const found = await forReaders(Message)
            .find(filter, { hint: { broadcast: 1, state: 1 }, skip, limit: limit + 1, promoteBuffers: true })
            .toArray();
        const messages = found.slice(0, limit).map((message) => {
            const { channel, state, reason, changedAt } = message;
            return { channel, address: addressIn(world.vault, message), state, ...(reason && { reason }), changedAt };
        });
        return { messages, more: found.length > limit };
    };
}
const BATCH = 1_000;
/** The messages of a broadcast, a thousand at a time: it is never whole in memory. */
export async function* messagesOf(broadcast) {
    let batch = [];
    const projection = { broadcast: 1, channel: 1, state: 1, reason: 1, ...(!isForNotVoted(broadcast) && { resident: 1 }) };
    for await (const message of collection(Message).find({ broadcast: broadcast._id }, { projection, batchSize: BATCH })) {
        batch.push(message);
        if (batch.length < BATCH)
            continue;
        yield batch;
        batch = [];
    }
    if (batch.length > 0)
        yield batch;
}
/** The newest broadcasts that are looked through for trouble. */
const NEWEST = 20;
/** Those of a community's newest broadcasts that need somebody to look at them, newest first. Rejects with `not-allowed` (`checkView`). */
export async function troubledBroadcasts(community, since, actor) {
    checkView(actor, 'waiting', community);
    const newest = await forReaders(Broadcast)
        .find({ community, dueAt: { $gte: since }, state: { $ne: 'cancelled' } }, { sort: { dueAt: -1 }, limit: NEWEST })
        .toArray();
    const failed = await Promise.all(newest.map(({ _id }) => forReaders(Message).countDocuments({ broadcast: _id, state: { $in: ['failed', 'unknown'] } })));
    return newest
        .map(({ _id, text, dueAt, pausedAt }, index) => ({ _id, text, dueAt, ...(pausedAt && { pausedAt }), failed: failed[index] ?? 0 }))
        .filter(({ pausedAt, failed }) => pausedAt !== undefined || failed > 0);
}
