import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { staffActor, staffRole } from '../staff/index.js';
import { lapseSeconds } from './askSecond.js';
import { Second, stateAt, waitsOf } from './second.js';
/**
 * Confirms an act as its second person. The act's own function does it now, for the first person. The act, its entry with both names and the
 * confirmation are one transaction. So of two people who confirm at once only one does it, and a process that is killed leaves all of it or
 * nothing. Rejects with `not-allowed` (`checkRight`).
 */
export function confirmSecond(world, runs) {
    return async ({ community, number, actor }) => {
        checkRight(actor, 'confirmAny', community);
        const record = await stillWaiting(world, community, number);
        if ('refused' in record)
            return record;
        const { _id, act, asked } = record;
        const acting = checkRight(actor, record.role === 'any' ? 'confirmAny' : 'confirmSecond', community);
        const [first, second] = await Promise.all([staffRole(world, asked.id), staffRole(world, actor.id)]);
        if (!second || !staffActor(second.member, community))
            throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
        if (second.phone === asked.phone)
            return { refused: 'samePerson' };
        if (actor.kind !== 'staff' || (record.role !== 'any' && actor.role !== record.role))
            return { refused: 'wrongRole' };
        const { role } = actor;
        const asker = first && staffActor(first.member, community);
        if (asker?.kind !== 'staff')
            return { refused: 'askerLeft' };
        const waits = waitsOf(world.vault, record);
        if (!waits)
            return { refused: 'notHeld', why: 'gone' };
        const decided = { by: actor.name, role, at: world.now() };
        const deed = { ...acting, subject: `second/${number}`, detail: { after: { act, subject: record.subject, asked: asker.name } } };
        const confirmed = {
            ...{ act, by: actor.name, role },
            settle: async (session, write) => {
                if (await settled(_id, decided, session))
                    await write(deed);
            },
        };
        try {
            const outcome = await runs[act](waits.payload, community, { ...asker, confirmed });
            if (!(await isWaiting(_id)))
                return 'refused' in outcome ? { refused: 'decided' } : { confirmed: true };
            return { refused: 'notHeld', why: 'refused' in outcome ? String(outcome.refused) : 'nothing' };
        }
        catch (error) {
            if (error instanceof CodedError && error.code === SETTLED)
                return { refused: 'decided' };
            throw error;
        }
    };
}
const SETTLED = 'second-settled';
/**
 * Notes the confirmation in the act's transaction; gives false if this confirmation was noted before, as an act may have several entries. Throws
 * `second-settled`, which undoes the act, if somebody else was faster.
 */
async function settled(_id, decided, session) {
    const waiting = { _id, state: 'waiting', until: { $gt: decided.at } };
    const { matchedCount } = await collection(Second).updateOne(waiting, { $set: { state: 'confirmed', decided }, $inc: { revision: 1 } }, { session });
    if (matchedCount === 1)
        return true;
    const own = await collection(Second).findOne({ _id, state: 'confirmed', 'decided.by': decided.by, 'decided.at': decided.at }, { session });
    if (own)
        return false;
    throw new CodedError(SETTLED, 'Somebody else decided this in the same moment; look at it again.');
}
async function isWaiting(_id) {
    return (await collection(Second).findOne({ _id, state: 'waiting' }, { projection: { _id: 1 } })) !== null;
}
/** The act under a number, if it still waits. If it has lapsed unnoticed, that is noted now. */
async function stillWaiting(world, community, number) {
    const record = await collection(Second).findOne({ _id: { community, number } }, { promoteBuffers: true });
    if (!record)
        return { refused: 'noSecond' };
    const state = stateAt(record, world.now());
    if (state === 'lapsed')
        await lapseSeconds(world)(community);
    return state === 'waiting' ? record : { refused: 'decided' };
}
/** Refuses a waiting act, with a reason; the first person takes it back in the same way. It is never done then. Rejects with `not-allowed` (`checkRight`). */
export function refuseSecond(world) {
    return async ({ community, number, actor, reason }) => {
        const acting = checkRight(actor, 'refuseSecond', community);
        const record = await stillWaiting(world, community, number);
        if ('refused' in record)
            return record;
        const { _id, role, asked, act, subject } = record;
        const own = await staffRole(world, actor.id);
        if (!own || actor.kind !== 'staff')
            throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
        const isSecond = role === 'any' || actor.role === role;
        if (!isSecond && own.phone !== asked.phone)
            return { refused: 'wrongRole' };
        return withLog(world)(community, async (session, write) => {
            const decided = { by: actor.name, role: actor.role, at: world.now(), reason };
            const { matchedCount } = await collection(Second).updateOne({ _id, state: 'waiting' }, { $set: { state: 'refused', decided }, $inc: { revision: 1 } }, { session });
            if (matchedCount === 0)
                return { refused: 'decided' };
            await write({
                ...acting,
                subject: `second/${number}`,
                detail: { before: { act, subject, asked: asked.by }, reason },
                names: record.names ?? [],
            });
            return { done: true };
        });
    };
}
