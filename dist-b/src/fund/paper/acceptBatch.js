import { asError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { groupCommit } from '../../store/groupCommit.js';
import { HOUR_MS } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { agreed, Batch, keyedIn } from './batch.js';
import { enterBatch } from './enterBatch.js';
import { handOf } from './hands.js';
import { areClosed } from './keySlips.js';
import { Table } from './tables.js';
/** So long a first acceptance waits for the second. */
const WAITS_MS = 72 * HOUR_MS;
/** Longer than a turn: a ballot that was received before a slip of this table is in the ledger by then. */
const SETTLED_MS = 15_000;
/**
 * Accepts a batch whose keyings agree. Once a second person accepts it, each slip becomes one entry of the ledger, with the moment at which it was
 * handed in. After a crash the same call goes on, and so does `enterAccepted`: a slip counts once. Acceptances that come at the same time share
 * their commands (`groupCommit`), and some are noted while those before are entered. Rejects with `not-allowed` (`checkRight`).
 */
export const acceptBatch = perWorld((world) => {
    const enter = enterBatch(world);
    const note = groupCommit(async (acceptances) => {
        const judge = await judgeOf(world, acceptances);
        const judged = await Promise.all(acceptances.map((acceptance) => judge(acceptance).catch(asError)));
        const noted = await noteAll(world, judged.filter(isToNote));
        return judged.map((one) => (isToNote(one) && !noted.has(one) ? { refused: 'changed' } : one));
    });
    return async (acceptance) => {
        const noted = await note(acceptance);
        if (!('batch' in noted))
            return noted;
        return noted.batch.state === 'entering' ? { accepted: 2, outcomes: await enter(noted.batch) } : { accepted: 1 };
    };
});
function isToNote(judged) {
    return 'acting' in judged;
}
/** What is to be done with each of these acceptances, by what is known of their batches and tables now. */
async function judgeOf(world, acceptances) {
    const batches = await collection(Batch)
        .find({ _id: { $in: acceptances.map(({ cycle, batch: number }) => ({ cycle, number })) } }, { promoteBuffers: true })
        .toArray();
    const tables = await collection(Table)
        .find({ _id: { $in: batches.map(({ _id: { cycle }, table: number }) => ({ cycle, number })) } }, { projection: { 'closed.at': 1 } })
        .toArray();
    const hands = new Map();
    const handFor = (actor) => {
        const key = `${actor.kind} ${actor.id} ${actor.name}`;
        const hand = hands.get(key) ?? handOf(world, actor);
        hands.set(key, hand);
        return hand;
    };
    return async ({ cycle, batch: number, actor }) => {
        const batch = batches.find(({ _id }) => _id.cycle === cycle && _id.number === number);
        if (!batch)
            return { refused: 'noBatch' };
        const acting = checkRight(actor, 'acceptBatch', batch.community);
        if (batch.state === 'accepted')
            return { accepted: 2, outcomes: batch.outcomes ?? {} };
        if (batch.state === 'entering')
            return { batch };
        const slips = batch.state === 'ready' ? agreed(keyedIn(world.vault, batch)) : undefined;
        if (!slips)
            return { refused: 'notReady' };
        if (await areClosed(world, cycle))
            return { refused: 'late' };
        const now = world.now();
        const closed = tables.find(({ _id }) => _id.cycle === cycle && _id.number === batch.table)?.closed;
        if (!closed || closed.at.getTime() + SETTLED_MS > now.getTime())
            return { refused: 'tooSoon' };
        const by = await handFor(actor);
        const before = batch.accepted.filter(({ at }) => at.getTime() + WAITS_MS > now.getTime());
        if (before.some((each) => each.by.phone === by.phone))
            return { refused: 'samePerson' };
        const accepted = [...before, { by, at: now }];
        return { batch: { ...batch, accepted, state: accepted.length > 1 ? 'entering' : 'ready' }, acting, slips: slips.length };
    };
}
/** Notes acceptances with their entries in the log, those of a community in one transaction. Gives those that were noted: a batch that was changed meanwhile is left as it is. */
async function noteAll(world, wanted) {
    const communities = [...new Set(wanted.map(({ batch }) => batch.community))];
    const noted = await Promise.all(communities.map((community) => noteIn(world, community, wanted.filter(({ batch }) => batch.community === community))));
    return new Set(noted.flat());
}
function noteIn(world, community, wanted) {
    return withLog(world)(community, async (session, write) => {
        const found = await collection(Batch)
            .find({ _id: { $in: wanted.map(({ batch }) => batch._id) } }, { session, projection: { revision: 1 } })
            .toArray();
        const unchanged = found.flatMap(({ _id, revision }) => wanted.find(({ batch }) => batch._id.cycle === _id.cycle && batch._id.number === _id.number && batch.revision === revision) ?? []);
        if (unchanged.length === 0)
            return [];
        await collection(Batch).bulkWrite(unchanged.map(({ batch: { _id, accepted, state } }) => ({
            updateOne: { filter: { _id }, update: { $set: { accepted, state }, $inc: { revision: 1 } } },
        })), { session });
        await write(...unchanged.map(({ acting, slips, batch: { _id, table, accepted } }) => ({
            ...acting,
            subject: `${_id.cycle}/batch/${_id.number}`,
            detail: { after: { table, slips, by: accepted.map(({ by }) => by.name) } },
        })));
        return unchanged;
    });
}
