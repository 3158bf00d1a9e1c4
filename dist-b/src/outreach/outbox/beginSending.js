import { stoppedAmong } from '../../contacts/addressBook.js';
import { cycleById, voteOf } from '../../fund/cycles/index.js';
import { votedOrHandedIn } from '../../fund/paper/index.js';
import { contactIdsOf, holdersAt, leavingAmong, Resident } from '../../fund/people/index.js';
import { collection } from '../../store/collection.js';
import { groupCommit } from '../../store/groupCommit.js';
import { Broadcast, NEVER } from '../broadcasts/broadcast.js';
import { knownAmong } from './known.js';
import { addressIn, Message } from './message.js';
/**
 * The last step before the carrier. Held messages durably become `sending`; those that wait together by one command. Then, at this
 * moment, residents who have stopped us, voted or asked to be deleted are left out, and so is a broadcast that was cancelled or is paused. Each caller gets its own outcome.
 */
export function beginSending(world, givenUpAfterMs) {
    const known = knownAmong(world);
    const stoppedIn = stoppedOf(world);
    return groupCommit(async (messages) => {
        const ours = await markSending(world, givenUpAfterMs, messages);
        const [stopped, told, pointless, held] = await Promise.all([
            stoppedIn(messages.filter(heedsStop)),
            known(messages.filter(isOurs).map(({ channel, address, community, to: id }) => ({ channel, address, community, id }))),
            pointlessOf(world, messages),
            heldBack(messages),
        ]);
        return messages.map((message) => {
            if (!ours.has(message))
                return { state: 'lost' };
            if (stopped.has(message))
                return { state: 'stopped' };
            if (pointless.has(message))
                return { state: 'cancelled', reason: 'noLongerDue' };
            const back = message.broadcast !== undefined && held.get(message.broadcast);
            if (back)
                return back;
            return { state: 'sending', isFirst: isOurs(message) && !told.has(message.to) };
        });
    });
}
/** The messages that became `sending` under their present lease. */
async function markSending(world, givenUpAfterMs, messages) {
    const now = world.now();
    const { matchedCount } = await collection(Message).updateMany({ $or: byToken(messages).map(([token, ids]) => ({ _id: { $in: ids }, token, state: 'leased' })) }, { $set: { state: 'sending', dueAt: new Date(now.getTime() + givenUpAfterMs), changedAt: now } });
    if (matchedCount === messages.length)
        return new Set(messages);
    const sending = await collection(Message)
        .find({ _id: { $in: messages.map(({ _id }) => _id) }, state: 'sending' }, { projection: { token: 1 } })
        .toArray();
    const tokenOf = new Map(sending.map(({ _id, token }) => [_id, token]));
    return new Set(messages.filter(({ _id, token }) => tokenOf.get(_id) === token));
}
/** The messages' ids by token. Only its own token counts, because a message whose lease ran out may be held again by this same process. */
function byToken(messages) {
    const ids = new Map();
    for (const { _id, token } of messages)
        ids.set(token, [...(ids.get(token) ?? []), _id]);
    return [...ids];
}
/** Whether a stop holds a message back. Receipts and codes belong to what the person is doing now, an alarm to what somebody else may be doing; a stop does not hold these back. */
function heedsStop({ kind }) {
    return kind === 'answer' || kind === 'notice';
}
function isOurs({ kind }) {
    return kind === 'notice';
}
/** The broadcasts that may not be sent now, and the state of their messages; this also catches messages that a cancel or a pause did not find waiting. */
async function heldBack(messages) {
    const ids = [...new Set(messages.flatMap(({ broadcast }) => broadcast ?? []))];
    if (ids.length === 0)
        return new Map();
    const found = await collection(Broadcast)
        .find({ _id: { $in: ids }, $or: [{ state: 'cancelled' }, { pausedAt: { $exists: true } }] }, { projection: { state: 1 } })
        .toArray();
    return new Map(found.map(({ _id, state }) => [_id, state === 'cancelled' ? { state } : { state: 'pending', dueAt: NEVER, reason: 'paused' }]));
}
/** The messages that make no sense any more: they ask for a vote that was cast meanwhile or is over, or they come too late. */
async function pointlessOf(world, messages) {
    const pointless = new Set(messages.filter(({ until }) => until !== undefined && until <= world.now()));
    for (const [id, asking] of byCycle(messages)) {
        const cycle = await cycleById(world)(id);
        const vote = cycle && voteOf(cycle, world.now());
        const isOver = !vote || world.now() >= vote.to;
        const whom = await Promise.all(asking.map((message) => toldBy(world, message)));
        const none = new Set();
        const [voted, erasureRequest] = cycle && !isOver ? await Promise.all([votedOrHandedIn(world)(cycle, whom.flat()), leavingAmong(whom.flat())]) : [none, none];
        asking.forEach((message, index) => {
            const told = (whom[index] ?? []).filter((resident) => !erasureRequest.has(resident));
            if (isOver || (told.length > 0 && told.every((resident) => voted.has(resident))))
                pointless.add(message);
        });
    }
    return pointless;
}
/** The residents whom a message is for. If several share a phone that gets it once, it is for all of them. */
async function toldBy(world, { resident, once, to }) {
    if (resident === undefined)
        return [];
    if (once === undefined)
        return [resident];
    const { holders } = await holdersAt(world)(to);
    return [...new Set([resident, ...holders.map((holder) => holder.resident)])];
}
function byCycle(messages) {
    const asking = new Map();
    for (const message of messages) {
        if (message.unlessVoted === undefined)
            continue;
        asking.set(message.unlessVoted, [...(asking.get(message.unlessVoted) ?? []), message]);
    }
    return asking;
}
/**
 * The messages that a stop holds back: the phone or chat wants no message that we start, or the person has said so on another of theirs, before they had
 * this one, or has asked to be deleted. A stop from a shared phone is for that phone only: a message that it gets once for all of them is sent as long as
 * it is for one of them.
 */
function stoppedOf(world) {
    const holders = holdersAt(world);
    return async (messages) => {
        const asked = messages.flatMap(({ resident }) => resident ?? []);
        const [contactIds, erasureRequest] = await Promise.all([contactIdsOfAll(asked), leavingAmong(asked)]);
        const stopped = await stoppedAmong([...messages.map(({ to }) => to), ...[...contactIds.values()].flat()]);
        const isStopped = async ({ resident = '', once, to, askedAt }) => {
            const holdsBack = (id) => stopped.has(id) && !isAskedAfter(askedAt, stopped.get(id));
            if (holdsBack(to))
                return true;
            if (erasureRequest.has(resident))
                return once === undefined || !(await hasOneWhoStays(to));
            const elsewhere = (contactIds.get(resident) ?? []).filter(holdsBack);
            if (elsewhere.length === 0 || (await isShared(to)))
                return false;
            return (await Promise.all(elsewhere.map(isShared))).includes(false);
        };
        const found = await Promise.all(messages.map(isStopped));
        return new Set(messages.filter((_, index) => found[index]));
    };
    async function isShared(id) {
        return (await holders(id)).holders.length > 1;
    }
    async function hasOneWhoStays(id) {
        const here = (await holders(id)).holders.map(({ resident }) => resident);
        return (await leavingAmong(here)).size < here.length;
    }
}
/** Whether somebody asked although they had stopped our messages: they want this answer. Of both only the day is known. */
function isAskedAfter(askedAt, stoppedAt) {
    return askedAt !== undefined && stoppedAt !== undefined && askedAt >= stoppedAt;
}
/** Every phone and chat of residents, by resident. */
async function contactIdsOfAll(residents) {
    if (residents.length === 0)
        return new Map();
    const found = await collection(Resident)
        .find({ _id: { $in: [...new Set(residents)] } }, { projection: { phoneId: 1, 'linkedContacts.id': 1 } })
        .toArray();
    return new Map(found.map((resident) => [resident._id, contactIdsOf(resident)]));
}
const LEASE_MS = 30_000;
/** Holds up to `count` due messages of a lane, those due for longest first. Another process on the same lane gets others, or fewer. */
export async function lease(world, channel, lane, count) {
    const now = world.now();
    const token = world.randomBytes(12).toString('base64url');
    const due = await collection(Message)
        .find({ channel, state: 'pending', lane, dueAt: { $lte: now } }, { projection: { _id: 1 }, sort: { dueAt: 1 }, limit: count, hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } })
        .toArray();
    if (due.length === 0)
        return [];
    const ids = due.map(({ _id }) => _id);
    await collection(Message).updateMany({ _id: { $in: ids }, state: 'pending', dueAt: { $lte: now } }, {
        $set: { state: 'leased', token, dueAt: new Date(now.getTime() + LEASE_MS), changedAt: now },
        $inc: { attempts: 1 },
        $unset: { reason: '' },
    }, { writeConcern: { w: 1 } });
    const held = await collection(Message)
        .find({ _id: { $in: ids }, token, state: 'leased' }, { promoteBuffers: true })
        .toArray();
    const place = new Map(ids.map((id, index) => [id, index]));
    return held
        .map((message) => ({ ...message, token, address: addressIn(world.vault, message) }))
        .sort((one, other) => (place.get(one._id) ?? 0) - (place.get(other._id) ?? 0));
}
