import { findCommunities } from '../../fund/communities/index.js';
import { liveCycles, periods, voteOf } from '../../fund/cycles/index.js';
import { publicSteps, stepsTaken } from '../../fund/meetings/index.js';
import { RATED_FOR_MS, worksOfMany } from '../../fund/works/index.js';
import { cached } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { forEachSettled } from '../../store/inTime.js';
import { AnnouncementProgress } from './nudge.js';
import { occasionsAt } from './occasions.js';
import { teller } from './tell.js';
import { unfinished } from './unfinished.js';
import { worksDue } from './worksToTell.js';
/** Sends everything that is due by the calendar. Harmless to run late, twice or not at all for a week. `channels`: those in service. */
export function calendarJob(world, channels) {
    const look = announceDue(world, channels);
    const remind = unfinished(world, channels);
    return async () => {
        await forEachSettled([look, remind], 'looks', (job) => job());
    };
}
/** A look ends after so long; the next one goes on with the rest. */
const LOOK_MS = 20_000;
/** What was done in a cycle, which is told on the morning after, is read anew after so long, and kept of so many cycles. Works are looked at as often. */
const STEPS_MS = 5 * 60_000;
const CYCLES = 200;
/** So many cycles are read together, some milliseconds of work: each alone, a thousand made 500 commands a second. */
const TOGETHER = 25;
/**
 * One look at all calendars, and now and then at all works: the recipients of whatever is due are notified, page by page, each page once. Late, twice or cut
 * off in the middle, it is harmless; a calendar that fails does not stop the others. `channels`: those in service.
 */
export function announceDue(world, channels) {
    const tell = teller(world, channels);
    const looks = [lookAtCalendars(world, tell), lookAtWorks(world, tell)];
    return () => forEachSettled(looks, 'looks', (look) => look());
}
function lookAtCalendars(world, tell) {
    const taken = cached(world, STEPS_MS, CYCLES, stepsTaken(world));
    const goRound = inTurns();
    return async () => {
        const asked = await nudges(world.now());
        const readAhead = ({ _id }) => [taken(_id)];
        await goRound(await liveCycles(world.now()), readAhead, async (cycle, community, ends) => {
            const nudged = asked.filter((nudge) => nudge.cycle === cycle._id).flatMap((nudge) => asOccasion(nudge, cycle, world.now()));
            const steps = publicSteps(await taken(cycle._id), community.timezone);
            await tell([...occasionsAt(cycle, community.timezone, world.now(), steps), ...nudged], [cycle], community, ends);
        });
    };
}
/** The news of works, and the questions about them: they go on long after a calendar has no date any more. */
function lookAtWorks(world, tell) {
    const worksOf = cached(world, STEPS_MS, CYCLES, worksOfMany(world));
    const goRound = inTurns();
    let lookedAt = Number.NEGATIVE_INFINITY;
    return async () => {
        const now = world.now();
        if (Math.abs(now.getTime() - lookedAt) < STEPS_MS)
            return;
        lookedAt = now.getTime();
        const all = byCommunity(await liveCycles(now, new Date(now.getTime() - RATED_FOR_MS)));
        const told = new Map([...all].map(([community, cycles]) => [community, begunLast(cycles, now)]));
        const firsts = [...told.values()].flatMap(([first]) => first ?? []);
        const readAhead = ({ community }) => (told.get(community) ?? []).map(({ _id }) => worksOf(_id));
        const isWhole = await goRound(firsts, readAhead, async ({ community: slug }, community, ends) => {
            const cycles = told.get(slug) ?? [];
            const works = await Promise.all(cycles.map(({ _id }) => worksOf(_id)));
            const votes = (all.get(slug) ?? []).flatMap((cycle) => voteOf(cycle, now) ?? []);
            await tell(worksDue(cycles, works.flat(), { timezone: community.timezone, votes, now: world.now() }), cycles, community, ends);
        });
        if (!isWhole)
            lookedAt = Number.NEGATIVE_INFINITY;
    };
}
function byCommunity(cycles) {
    const found = new Map();
    for (const cycle of cycles) {
        const own = found.get(cycle.community);
        if (own)
            own.push(cycle);
        else
            found.set(cycle.community, [cycle]);
    }
    return found;
}
/** Of a community's cycles the two that began last, the newest first: an older one's works cannot be named in an answer. */
function begunLast(cycles, now) {
    return cycles
        .flatMap((cycle) => periods(cycle, now)
        .slice(0, 1)
        .map(({ from }) => ({ cycle, from })))
        .filter(({ from }) => from <= now)
        .toSorted((one, other) => other.from.getTime() - one.from.getTime())
        .slice(0, 2)
        .map(({ cycle }) => cycle);
}
/** Serves cycles one after the other, beginning after the one that was served last; gives whether the time was enough for all. */
function inTurns() {
    let lastServed = '';
    return async (cycles, readAhead, serve) => {
        const ends = performance.now() + LOOK_MS;
        const communities = await findCommunities(cycles.map(({ community }) => community));
        const inTurn = startingAfter(lastServed, cycles);
        await forEachSettled(inTurn.entries(), 'calendars', async ([place, cycle]) => {
            if (performance.now() >= ends)
                return;
            if (place % TOGETHER === 0)
                await Promise.allSettled(inTurn.slice(place, place + TOGETHER).flatMap(readAhead));
            const community = communities.get(cycle.community);
            if (!community)
                return;
            lastServed = cycle._id;
            await serve(cycle, community, ends);
        });
        return performance.now() < ends;
    };
}
/** All of them, beginning after the one that was served last, so that one that takes a whole look does not block the others. */
function startingAfter(last, cycles) {
    const sorted = cycles.toSorted((one, other) => (one._id < other._id ? -1 : 1));
    return [...sorted.filter(({ _id }) => _id > last), ...sorted.filter(({ _id }) => _id <= last)];
}
/** 催票: reminders that cadres asked for and that are not finished. */
function nudges(now) {
    return collection(AnnouncementProgress)
        .find({ nudge: { $exists: true }, doneAt: { $exists: false }, 'nudge.until': { $gt: now } }, { hint: { doneAt: 1 } })
        .toArray();
}
function asOccasion({ _id: id, at: from, nudge }, { _id, community, ...calendar }, now) {
    const close = voteOf(calendar, now)?.to;
    if (!nudge || !close)
        return [];
    const said = { key: 'notice.closing', params: { closesAt: close.toISOString() } };
    return [{ id, cycle: _id, community, kind: 'closing', to: 'notVoted', from, until: nudge.until, said }];
}
