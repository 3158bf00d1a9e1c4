import { CHANNELS } from '../../contacts/channel.js';
import { withLog } from '../../fund/log/index.js';
import { actingCadre, checkRight } from '../../fund/people/index.js';
import { collection } from '../../store/collection.js';
import { Broadcast } from './broadcast.js';
import { planBroadcast } from './planBroadcast.js';
/** The sender of a text can be faked, so a cadre's proof is valid only for so long. */
const PROVED_MS = 10 * 60 * 1_000;
/** 群发: plans a cadre's text to everybody and, once the cadre agrees, writes it down; the service queues it. */
export function cadreBroadcast(world, deps) {
    const plan = planBroadcast(world, deps);
    const cadreOf = actingCadre(world);
    return {
        plan: async ({ text }, { community }) => {
            const planned = await plan({ community, text, to: 'all' });
            return 'refused' in planned ? { refused: planned.refused } : told(planned.plan);
        },
        send: async ({ text, provedAt }, act) => {
            const cadre = await cadreOf(act);
            if (!cadre)
                return { refused: 'notCadre' };
            if (!CHANNELS[act.channel].isSenderProved && act.at.getTime() - Date.parse(provedAt ?? '1970-01-01') > PROVED_MS)
                return { refused: 'stale' };
            const planned = await plan({ community: act.community, text, to: 'all' });
            if ('refused' in planned)
                return { refused: planned.refused };
            act.beginWrite();
            await createBroadcast(world, planned.plan, cadre);
            return told(planned.plan);
        },
    };
}
function told({ messages, channels, cost, currency, waitsUntil }) {
    return {
        people: messages,
        units: channels.reduce((sum, { units }) => sum + units, 0),
        ...(cost !== undefined && { cost: cost.toFixed(2) }),
        currency,
        ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }),
    };
}
/** Writes a planned broadcast down durably, to be queued by any process. If it was sent today already, gives that one; if that one was cancelled, it is queued again. */
export async function createBroadcast(world, { id, occasion, community, text, to, cycle, dueAt }, actor) {
    const acting = checkRight(actor, 'createBroadcast', community);
    const broadcast = {
        _id: id,
        community,
        text,
        to,
        by: actor.name,
        occasion,
        ...(cycle !== undefined && { cycle }),
        at: world.now(),
        dueAt,
        state: 'queueing',
    };
    const { _id, ...rest } = broadcast;
    return withLog(world)(community, async (session, write) => {
        const found = await collection(Broadcast).findOne({ _id }, { session });
        if (found && found.state !== 'cancelled')
            return found;
        if (found)
            await collection(Broadcast).updateOne({ _id }, { $set: rest, $unset: { heldUntil: '', pausedAt: '', pausedBy: '' } }, { session });
        else
            await collection(Broadcast).insertOne(broadcast, { session });
        await write({ ...acting, subject: `broadcast/${_id}`, detail: { after: { text, to, dueAt } } });
        return broadcast;
    });
}
