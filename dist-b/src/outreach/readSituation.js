import { CHANNEL_NAMES } from '../contacts/channel.js';
import { turnout } from '../fund/ballots/index.js';
import { currentCycle, keyingUntil, voteOf } from '../fund/cycles/index.js';
import { collection } from '../store/collection.js';
import { DAY_MS } from '../store/wallTime.js';
import { laneOf, MESSAGE_STATES, Message } from './outbox/message.js';
const LATELY_MS = 7 * DAY_MS;
const WAITING = ['pending', 'leased', 'sending'];
/** 情况: how many voted, and the states of the messages that we sent in the last seven days, by channel. Nothing by project, and nothing about one person. */
export function readSituation(world) {
    const current = currentCycle(world);
    const turnoutOf = turnout(world);
    return async (_, { community, at }) => {
        const cycle = await current(community, at);
        const vote = cycle && voteOf(cycle, at);
        const channels = await channelsOf(laneOf({ kind: 'notice', community }), new Date(at.getTime() - LATELY_MS));
        if (!cycle || !vote || at < vote.from)
            return { channels };
        const { voters, residents } = await turnoutOf(cycle._id);
        const share = residents === 0 ? 0 : Math.floor((voters / residents) * 100);
        const keyedUntil = keyingUntil(cycle, at);
        const dates = { closesAt: vote.to.toISOString(), isOver: at >= vote.to, ...(keyedUntil && { keyedUntil }) };
        return { turnout: { voters, residents, share, ...dates }, channels };
    };
}
async function channelsOf(lane, since) {
    const ours = { channel: { $in: [...CHANNEL_NAMES] }, lane, dueAt: { $gte: since } };
    const hint = { channel: 1, state: 1, lane: 1, dueAt: 1 };
    const [states, reasons] = await Promise.all([
        collection(Message)
            .aggregate([
            { $match: { ...ours, state: { $in: [...MESSAGE_STATES] } } },
            { $group: { _id: { channel: '$channel', state: '$state' }, count: { $sum: 1 } } },
        ], { hint })
            .toArray(),
        collection(Message)
            .aggregate([
            { $match: { ...ours, state: 'failed' } },
            { $group: { _id: { channel: '$channel', reason: '$reason' }, count: { $sum: 1 } } },
            { $sort: { count: -1, '_id.reason': 1 } },
        ], { hint })
            .toArray(),
    ]);
    return CHANNEL_NAMES.flatMap((channel) => {
        const count = (...wanted) => states.reduce((sum, { _id, count }) => sum + (_id.channel === channel && wanted.includes(_id.state) ? count : 0), 0);
        if (count(...MESSAGE_STATES) === 0)
            return [];
        const why = reasons.filter(({ _id }) => _id.channel === channel).slice(0, 3);
        return {
            channel,
            waiting: count(...WAITING),
            sent: count('sent'),
            delivered: count('delivered'),
            failed: count('failed'),
            reasons: why.map(({ _id, count }) => `${_id.reason ?? '?'} x ${count}`).join(' '),
            unknown: count('unknown'),
            stopped: count('stopped'),
        };
    });
}
