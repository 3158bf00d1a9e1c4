import { cached, changes } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { withPauses } from '../../store/inTime.js';
import { byId, lookUps, readersLookUps } from '../../store/lookUps.js';
import { isId } from '../../store/text.js';
import { DAY_MS } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { checkView } from '../people/index.js';
import { CALENDAR_FIELDS, isOpen, periods, voteOf } from './calendar.js';
import { Cycle } from './cycle.js';
import { freeze } from './freeze.js';
/**
 * A community's current cycle: the cycle whose vote is open, else the newest cycle whose first stage has begun. It is frozen if its vote has opened.
 * No other cycle hides an open vote. A change may go unseen for a second.
 */
export const currentCycle = perWorld((world) => currentBy(world, cyclesOf(world)));
/** The same for the pages and the API, which only read: it uses neither the connections, the queue nor the memory of the turns. */
export const currentCycleForReaders = perWorld((world) => {
    const current = currentBy(world, kept(world, readersLookUps(world)(byCommunity)));
    return async (community, at) => (isId(community) ? current(community, at) : null);
});
/** The cycle of the same community whose first stage began next before this one's; null if there is none. */
export const cycleBefore = perWorld((world) => {
    const cycles = cyclesOf(world);
    return async ({ _id, community }) => {
        const { beginnings } = await cycles(community);
        const from = beginnings.find(({ cycle }) => cycle._id === _id)?.from;
        return beginnings.find((beginning) => from !== undefined && beginning.from < from)?.cycle ?? null;
    };
});
const cyclesOf = perWorld((world) => kept(world, lookUps(world)(byCommunity)));
function kept(world, lookUp) {
    return cached(world, 1_000, 2_000, lookUp, changes(world).version);
}
function currentBy(world, cycles) {
    const ready = frozenWhenOpen(world);
    return async (community, at) => {
        const { votes, beginnings } = await cycles(community);
        const current = votes.find(({ cycle, from, to }) => from <= at && at < to && isOpen(cycle, at)) ?? beginnings.find(({ from }) => from <= at);
        return current ? ready(current.cycle, at) : null;
    };
}
/** What is kept here is used at any later moment, so that calendars are read as they are planned. */
const PLANNED = new Date(0);
const byCommunity = {
    model: Cycle,
    pipeline: (communities) => [{ $match: { community: { $in: communities } } }],
    results: inOrder,
};
function inOrder(found, communities) {
    return communities.map((community) => {
        const own = found.filter((cycle) => cycle.community === community);
        const beginnings = own.flatMap((cycle) => periods(cycle, PLANNED)
            .slice(0, 1)
            .map(({ from }) => ({ cycle, from })));
        const votes = own.flatMap((cycle) => {
            const vote = voteOf(cycle, PLANNED);
            return vote ? [{ cycle, ...vote }] : [];
        });
        return {
            beginnings: beginnings.toSorted((one, other) => other.from.getTime() - one.from.getTime()),
            votes: votes.toSorted((one, other) => one.from.getTime() - other.from.getTime()),
        };
    });
}
/** A cycle by its id, frozen if its vote has opened; null if there is none. A change may go unseen for a second. */
export const cycleById = perWorld((world) => cyclesBy(world, lookUps(world)(byId(Cycle))));
/** The same for the pages and the API, which only read: it uses neither the connections, the queue nor the memory of the turns. */
export const cycleForReaders = perWorld((world) => {
    const cycles = cyclesBy(world, readersLookUps(world)(byId(Cycle)));
    return async (id) => (isId(id) ? cycles(id) : null);
});
function cyclesBy(world, lookUp) {
    const load = cached(world, 1_000, 2_000, lookUp, changes(world).version);
    const ready = frozenWhenOpen(world);
    return async (id) => {
        const cycle = await load(id);
        return cycle && ready(cycle, world.now());
    };
}
/** A cycle by its id, as it is stored at this moment; null if there is none. */
export function findCycle(id) {
    return collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
}
/** A community's cycles, as they are stored at this moment, or in a session. */
export function findCycles(community, session) {
    return collection(Cycle)
        .find({ community }, { promoteBuffers: true, ...(session && { session }) })
        .toArray();
}
/** The cycles of all communities, ordered by community and id. */
export function allCycles() {
    return collection(Cycle)
        .find({}, { sort: { community: 1, _id: 1 } })
        .toArray();
}
/** A community's cycles whose first stage has begun by `at`, newest first. */
export async function begunCycles(community, at) {
    const found = await forReaders(Cycle)
        .find({ community }, { projection: { title: 1, ...CALENDAR_FIELDS } })
        .toArray();
    return found
        .flatMap((cycle) => {
        const [first] = periods(cycle, at);
        return first && first.from <= at ? { id: cycle._id, title: cycle.title, from: first.from.getTime() } : [];
    })
        .toSorted((one, other) => other.from - one.from)
        .map(({ id, title }) => ({ id, title }));
}
/** A community's cycles for its staff, the one that begins last first, without the text of the frozen ballot. Rejects with `not-allowed` (`checkView`). */
export async function readCalendar(community, actor) {
    checkView(actor, 'calendar', community);
    return forReaders(Cycle)
        .find({ community }, { sort: { 'stages.0.from': -1 }, projection: { 'frozen.ballot': 0, pseudonymKey: 0 }, promoteBuffers: true })
        .toArray();
}
/** The ids of the cycles whose ledger was sealed at or after a moment. */
export async function sealedSince(from) {
    const found = await collection(Cycle)
        .find({ sealedAt: { $gte: from } }, { projection: { _id: 1 } })
        .toArray();
    return found.map(({ _id }) => _id);
}
/** Longer than any message that we send because of a calendar can wait. */
const BACK_MS = 8 * DAY_MS;
/**
 * The cycles whose calendar has a date in the last days (`BACK_MS`) or in the future; with `sealedFrom`, also those whose ledger was sealed since then. They
 * come without the text of the frozen ballot, which the work by calendar does not need.
 */
export function liveCycles(now, sealedFrom) {
    const since = { $gte: new Date(now.getTime() - BACK_MS) };
    const sealed = sealedFrom ? [{ sealedAt: { $gte: sealedFrom } }] : [];
    return collection(Cycle)
        .find({ $or: [{ 'stages.from': since }, { 'moves.from': since }, ...sealed] }, { promoteBuffers: true, projection: { 'frozen.ballot': 0 } })
        .toArray();
}
/** Gives a cycle back; if the vote has opened by `at`, its ballot is frozen first. */
const frozenWhenOpen = perWorld((world) => {
    const frozen = cached(world, 1_000, 1_000, (id) => freeze(world, id));
    return async (cycle, at) => {
        if (cycle.frozen)
            return cycle;
        const vote = voteOf(cycle, at);
        return vote && vote.from <= at ? frozen(cycle._id) : cycle;
    };
});
/** Records read at once: some milliseconds of work. */
const EACH = 200;
const GLANCE = {
    ...{ community: 1, ...CALENDAR_FIELDS, sealedAt: 1, residentsAtClose: 1, 'projects.number': 1, 'frozen.at': 1, 'frozen.residents': 1 },
};
/** The current cycles of communities at a moment (as `currentCycle`), by slug; those of the communities in which one has begun. */
export async function currentCyclesAmong(communities, at) {
    const found = forReaders(Cycle).find({ community: { $in: [...communities] } }, { projection: GLANCE, hint: { community: 1, 'stages.0.from': -1 }, batchSize: EACH });
    const current = new Map();
    for await (const cycle of withPauses(found)) {
        const [first] = periods(cycle, at);
        if (!first || first.from > at)
            continue;
        const begins = isOpen(cycle, at) ? Number.POSITIVE_INFINITY : first.from.getTime();
        const known = current.get(cycle.community);
        if (!known || begins > known.begins)
            current.set(cycle.community, { cycle, begins });
    }
    return new Map([...current].map(([community, { cycle }]) => [community, cycle]));
}
