import { cached } from '../../store/cache.js';
import { forReaders } from '../../store/connect.js';
import { perWorld } from '../../store/world.js';
import { Community } from '../communities/index.js';
import { Cycle } from '../cycles/index.js';
import { onPublicList, Proposal } from './proposal.js';
/** How long a count is kept and shared, in milliseconds, and for how many cycles. */
const KEPT_MS = 5_000;
const CYCLES = 200;
/** Counts the answers to a cycle's public proposals, at most five seconds old. Days are those of the community's calendar. */
export const answersTo = perWorld((world) => cached(world, KEPT_MS, CYCLES, count));
async function count(cycle) {
    const timezone = await timezoneOf(cycle);
    const isAnswer = { $ne: ['$$this.state', 'received'] };
    const first = { $first: { $filter: { input: '$history', cond: isAnswer } } };
    const days = { $dateDiff: { startDate: '$at', endDate: '$first.at', unit: 'day', timezone } };
    const found = await forReaders(Proposal)
        .aggregate([
        { $match: onPublicList(cycle) },
        { $project: { at: 1, state: 1, first } },
        { $group: { _id: { isAnswered: { $ne: ['$state', 'received'] }, days }, count: { $sum: 1 } } },
    ])
        .toArray();
    const proposals = sum(found);
    const answered = found.filter(({ _id }) => _id.isAnswered);
    const timed = answered.flatMap(({ _id: { days }, count }) => (days === null ? [] : [{ days, count }]));
    return { proposals, answered: sum(answered), medianDays: median(timed.toSorted((one, other) => one.days - other.days)) };
}
async function timezoneOf(cycle) {
    const found = await forReaders(Cycle).findOne({ _id: cycle }, { projection: { community: 1 } });
    const community = found && (await forReaders(Community).findOne({ _id: found.community }, { projection: { timezone: 1 } }));
    return community?.timezone ?? 'Asia/Shanghai';
}
function sum(groups) {
    return groups.reduce((total, { count }) => total + count, 0);
}
/** The middle one; of two middle ones the longer time. */
function median(groups) {
    let left = sum(groups) / 2;
    for (const { days, count } of groups) {
        left -= count;
        if (left < 0)
            return days;
    }
    return groups.at(-1)?.days ?? null;
}
