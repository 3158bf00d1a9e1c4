import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { DAY_MS, HOUR_MS } from '../../store/wallTime.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { staffRole } from '../staff/index.js';
import { encryptedWaits, Second, secondsOf, stateAt } from './second.js';
import { WAITING_ACTS } from './waitingActs.js';
/** So long an act waits for a second person. */
const WAITS_MS = 72 * HOUR_MS;
/**
 * Lets an act wait for a second person instead of doing it, and writes that into the log. The same act on the same subject waits only once. The
 * act's own function calls this if `needsSecond` says so, after it has checked everything that would refuse the act. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function askSecond(world) {
    return async ({ act, community, actor, subject, detail, names = [], about = subject, payload }) => {
        const { act: entry } = checkRight(actor, act, community);
        const acting = checkRight(actor, 'askSecond', community);
        const first = await staffRole(world, actor.id);
        if (!first)
            throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
        const { role, payload: schema } = WAITING_ACTS[act];
        const hmac = world.vault.hmac('second', community, act, about);
        return withLog(world)(community, async (session, write) => {
            const at = world.now();
            const same = await collection(Second).findOne({ '_id.community': community, about: hmac, state: 'waiting' }, { session });
            if (same && stateAt(same, at) === 'waiting')
                return { waits: same._id.number, already: true };
            if (same)
                await collection(Second).updateOne({ _id: same._id }, lapsing, { session });
            if (same)
                await write(lapsed(same));
            const last = await collection(Second).findOne(secondsOf(community), { session, sort: { _id: -1 }, projection: { _id: 1 } });
            const _id = { community, number: (last?._id.number ?? 0) + 1 };
            const record = {
                ...{ _id, act, subject, about: hmac, role, state: 'waiting', revision: 0 },
                what: encryptedWaits(world.vault, _id, { payload: schema.parse(payload), detail }),
                ...(names.length > 0 && { names: [...names] }),
                asked: { id: actor.id, phone: first.phone, by: actor.name, at },
                until: new Date(at.getTime() + WAITS_MS),
            };
            await collection(Second).insertOne(record, { session });
            const after = { act: entry, subject, needs: role, until: record.until, ...asObject(detail.after) };
            await write({ ...acting, subject: `second/${_id.number}`, detail: { ...detail, after }, names });
            return { waits: _id.number };
        });
    };
}
function asObject(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
const lapsing = { $set: { state: 'lapsed' }, $inc: { revision: 1 } };
/** What the log says of an act for which no second person came in time. */
function lapsed({ _id: { community, number }, act, subject, asked }) {
    const detail = { before: { act, subject, asked: asked.by } };
    return { community, by: 'Yisheng', role: 'service', act: 'second.lapse', subject: `second/${number}`, detail };
}
/** Notes in the log that acts have lapsed because no second person came in time, each once: those of a community, or all. */
export function lapseSeconds(world) {
    return async (community) => {
        const due = await collection(Second)
            .find({ state: 'waiting', until: { $lte: world.now() }, ...(community !== undefined && { '_id.community': community }) }, { projection: { what: 0 } })
            .toArray();
        for (const record of due)
            await withLog(world)(record._id.community, async (session, write) => {
                const { matchedCount } = await collection(Second).updateOne({ _id: record._id, state: 'waiting' }, lapsing, { session });
                if (matchedCount === 1)
                    await write(lapsed(record));
            });
    };
}
/** For how long the content of an act is kept after its time. The log has what became of it. */
const KEPT_MS = 30 * DAY_MS;
/** Forgets the content of acts that are long over. The record stays, so that no number is used twice. */
export async function forgetSeconds(now) {
    await collection(Second).updateMany({ what: { $exists: true }, until: { $lte: new Date(now.getTime() - KEPT_MS) } }, { $unset: { what: 1, names: 1 } });
}
/** Drops the waiting acts that name one of these residents (`_id`s) or addresses (`addressHmac`). Nobody can confirm them any more. */
export async function dropSeconds(community, names) {
    await collection(Second).updateMany({ '_id.community': community, names: { $in: [...names] } }, { $unset: { what: 1, names: 1 } });
}
