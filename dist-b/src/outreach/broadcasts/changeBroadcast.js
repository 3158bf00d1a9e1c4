import { withLog } from '../../fund/log/index.js';
import { checkRight } from '../../fund/people/index.js';
import { collection } from '../../store/collection.js';
import { wakeUps } from '../outbox/enqueue.js';
import { Message } from '../outbox/message.js';
import { Broadcast, broadcastById, NEVER } from './broadcast.js';
/**
 * Pauses a broadcast: no more of its messages are sent, leased ones included, until it is resumed. Gives false if there is no such broadcast, it is
 * paused already, or all of it was sent. Harmless to repeat.
 */
export async function pauseBroadcast(world, id, actor) {
    const found = await broadcastById(id);
    if (!found)
        return false;
    const acting = checkRight(actor, 'pauseBroadcast', found.community);
    if (!(await isUnderWay(found)))
        return false;
    const pausedAt = world.now();
    const isNew = await withLog(world)(found.community, async (session, write) => {
        const which = { _id: id, state: { $ne: 'cancelled' }, pausedAt: { $exists: false } };
        const before = await collection(Broadcast).findOneAndUpdate(which, { $set: { pausedAt, pausedBy: actor.name } }, { session });
        if (before)
            await write({ ...acting, subject: `broadcast/${id}`, detail: { after: { pausedAt } } });
        return before !== null;
    });
    if (isNew || found.pausedAt)
        await holdUnsent(world, id);
    return isNew;
}
/** Pauses a broadcast by itself, or what was queued of one while it was paused. Harmless to repeat. */
export async function holdBroadcast(world, id) {
    await collection(Broadcast).updateOne({ _id: id, pausedAt: { $exists: false } }, { $set: { pausedAt: world.now() } });
    await holdUnsent(world, id);
}
async function holdUnsent(world, id) {
    await collection(Message).updateMany({ broadcast: id, state: { $in: ['pending', 'leased'] }, dueAt: { $ne: NEVER } }, { $set: { state: 'pending', dueAt: NEVER, reason: 'paused', changedAt: world.now() }, $unset: { token: '' } });
}
/** Whether something of a broadcast may still be sent: what is with a carrier may come back, or go on to a person's next channel. */
async function isUnderWay({ _id, state }) {
    if (state === 'queueing')
        return true;
    const message = await collection(Message).findOne({ broadcast: _id, $or: [{ state: { $in: ['pending', 'leased', 'sending'] } }, { state: 'failed', next: { $exists: true } }] }, { projection: { _id: 1 } });
    return message !== null;
}
/** Resumes a paused broadcast. Gives false if neither it nor any of its messages is paused: a resume that was cut off can be repeated and frees the rest. */
export async function resumeBroadcast(world, id, actor) {
    const found = await broadcastById(id);
    if (!found)
        return false;
    const acting = checkRight(actor, 'resumeBroadcast', found.community);
    const now = world.now();
    const broadcast = await withLog(world)(found.community, async (session, write) => {
        const before = await collection(Broadcast).findOneAndUpdate({ _id: id, state: { $ne: 'cancelled' } }, { $unset: { pausedAt: '', pausedBy: '' } }, { session });
        if (before?.pausedAt)
            await write({ ...acting, subject: `broadcast/${id}`, detail: { before: { pausedAt: before.pausedAt } } });
        return before;
    });
    if (!broadcast)
        return false;
    // a process that queues and still takes it for paused pauses it again
    const { modifiedCount } = await collection(Message).updateMany({ broadcast: id, state: 'pending', reason: 'paused' }, { $set: { dueAt: broadcast.dueAt, changedAt: now }, $unset: { reason: '' } });
    wakeUps(world).emit('queued');
    return broadcast.pausedAt !== undefined || modifiedCount > 0;
}
/** Cancels a broadcast: its messages that are not sent yet, leased ones included. Harmless to repeat. */
export async function cancelBroadcast(world, id, actor) {
    const found = await broadcastById(id);
    if (!found)
        return { refused: 'unknown' };
    const acting = checkRight(actor, 'cancelBroadcast', found.community);
    if (found.state !== 'cancelled' && !(await isUnderWay(found)))
        return { refused: 'over' };
    await withLog(world)(found.community, async (session, write) => {
        const which = { _id: id, state: { $ne: 'cancelled' } };
        const before = await collection(Broadcast).findOneAndUpdate(which, { $set: { state: 'cancelled' } }, { session });
        if (before)
            await write({ ...acting, subject: `broadcast/${id}`, detail: { before: { state: before.state }, after: { state: 'cancelled' } } });
    });
    return { cancelled: await cancelUnsent(world, id) };
}
/** Stops what is not sent of a broadcast, whoever cancelled it; gives how many messages it was. Harmless to repeat. */
export async function endBroadcast(world, id) {
    await collection(Broadcast).updateOne({ _id: id }, { $set: { state: 'cancelled' } });
    return cancelUnsent(world, id);
}
async function cancelUnsent(world, id) {
    const { modifiedCount } = await collection(Message).updateMany({ broadcast: id, state: { $in: ['pending', 'leased'] } }, { $set: { state: 'cancelled', changedAt: world.now() }, $unset: { reason: '' } });
    return modifiedCount;
}
