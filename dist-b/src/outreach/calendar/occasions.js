import { heldVote, periods, slipsClose, spokenStage, voteOf } from '../../fund/cycles/index.js';
import { dayOf, daysFrom, readTime } from '../../store/wallTime.js';
import { quietUntil } from '../quietUntil.js';
const CLOSING_DAYS = [3, 1];
/** There is no reminder within half a day of the notice that the vote is open. */
const AFTER_OPENING_MS = 12 * 60 * 60 * 1_000;
const NEWS_DAYS = 7;
/**
 * The occasions of a cycle's calendar from its first day to its last, except the ledger's heads, and those of what was done (`steps`). What was due
 * before the cycle was imported is left out.
 */
function occasionsOf(cycle, timezone, now, steps) {
    const { importedAt } = cycle;
    if (!importedAt)
        return [];
    const all = [
        ...ofTheVote(cycle, timezone, now),
        ...news(cycle, timezone, now),
        ...newsOfHeldVote(cycle, timezone, now),
        ...newsOfSteps(cycle, timezone, steps),
    ];
    return all.filter(({ from }) => from >= importedAt);
}
/** The vote opens (to everybody); it closes in three days, in one day (to those who have not voted). Each is valid until the next. */
function ofTheVote(cycle, timezone, now) {
    const vote = voteOf(cycle, now);
    if (!vote)
        return [];
    const { from, to: close } = vote;
    const params = { closesAt: close.toISOString() };
    const closing = CLOSING_DAYS.map((days) => daysFrom(close, -days, timezone)).filter((moment) => moment.getTime() >= from.getTime() + AFTER_OPENING_MS);
    return [from, ...closing].map((moment, index) => {
        const until = closing[index] ?? close;
        return index === 0
            ? occasion(cycle, 'opens', 'all', from, { from: moment, until }, { key: 'notice.opens', params })
            : occasion(cycle, 'closing', 'notVoted', moment, { from: moment, until }, { key: 'notice.closing', params });
    });
}
/** A line on the day of each step, for those who asked for news. The vote has its own occasions, for everybody. The line after the vote leads to its result. */
function news(cycle, timezone, now) {
    const [close, resultAt] = [voteOf(cycle, now)?.to, slipsClose(cycle, now)];
    return periods(cycle, now).flatMap(({ stage, from: begins, to }) => {
        if (stage === 'vote')
            return [];
        const from = resultAt && close && close <= begins && begins < resultAt ? resultAt : begins;
        if (to && to <= from)
            return [];
        const old = daysFrom(from, NEWS_DAYS, timezone);
        const until = to && to < old ? to : old;
        return occasion(cycle, 'news', 'subscribers', from, { from, until }, { key: `notice.news.${spokenStage(cycle, stage, now)}` }, stage);
    });
}
/** A line to the same on the day of a vote that does not open, as long as it is held back. */
function newsOfHeldVote(cycle, timezone, now) {
    const held = heldVote(cycle, now);
    if (!held)
        return [];
    const { from } = held;
    return [occasion(cycle, 'news', 'subscribers', from, { from, until: daysFrom(from, NEWS_DAYS, timezone) }, { key: 'notice.news.held' }, 'held')];
}
/**
 * A line to the same on the morning after what was done, one of each kind a day. It makes sense until there is something newer of its kind; that a list
 * is published, until its publication ends.
 */
function newsOfSteps(cycle, timezone, steps) {
    const newest = new Map();
    return steps
        .toSorted((one, other) => other.day.localeCompare(one.day))
        .flatMap(({ kind, at, to, counts }) => {
        const from = readTime('+1dT08:00', timezone, at);
        if (!from)
            return [];
        const ends = [daysFrom(from, NEWS_DAYS, timezone), newest.get(kind), to].filter((end) => end !== undefined);
        newest.set(kind, from);
        const until = new Date(Math.min(...ends.map((end) => end.getTime())));
        const said = { key: `notice.news.${kind}`, params: { ...counts, ...(to && { until: to.toISOString() }) } };
        return [occasion(cycle, 'news', 'subscribers', from, { from, until }, said, kind)];
    });
}
function occasion({ _id: cycle, community }, kind, to, moment, when, said, about) {
    const id = [kind, cycle, ...(about ? [about] : []), moment.toISOString()].join('|');
    return { id, cycle, community, kind, ...(about && { about }), to, ...when, said };
}
/**
 * The occasions that are due at a moment, whether or not they were announced before. Late, twice or after a week off-line it gives what still makes
 * sense, with at most one occasion about the vote. `steps`: what was done in the cycle (`publicSteps`).
 */
export function occasionsAt(cycle, timezone, now, steps = []) {
    return [...occasionsOf(cycle, timezone, now, steps), ...heads(cycle, timezone, now)].filter(({ from, until }) => from <= now && now < until);
}
/**
 * At eight every morning until the slips of the vote are closed, and on the morning after that: the head of the ledger at the end of the day before. With fewer than 500 residents
 * the ledger is public only after the close, and so is its head: there it is only the last morning.
 */
function heads(cycle, timezone, now) {
    const [vote, ends] = [voteOf(cycle, now), slipsClose(cycle, now)];
    if (!vote || !ends || !cycle.frozen || !cycle.importedAt || now <= vote.from)
        return [];
    const from = readTime(`${dayOf(now, timezone)}T08:00`, timezone, now);
    if (!from || from <= vote.from || from < cycle.importedAt)
        return [];
    const before = daysFrom(from, -1, timezone);
    const isLast = before < ends && ends <= from;
    const isDuring = dayOf(vote.from, timezone) < dayOf(from, timezone) && from < ends;
    if (!isLast && !(isDuring && !cycle.frozen.day))
        return [];
    const { _id, community } = cycle;
    const until = daysFrom(from, 1, timezone);
    return [
        { id: `head|${_id}|${from.toISOString()}`, cycle: _id, community, kind: 'head', to: 'supervisors', from, until, said: { key: 'notice.head' } },
    ];
}
/**
 * The next moment at which we start a message; if it is in quiet hours, their end. Undefined if the calendar has no more. `others`: what is due besides, such
 * as news of works.
 */
export function nextMoment(cycle, community, now, others = []) {
    const moments = [...occasionsOf(cycle, community.timezone, now, []), ...others].map(({ from, kind, about }) => ({
        at: quietUntil(community, from) ?? from,
        what: about ?? kind,
    }));
    return [...moments, ...lastHead(cycle, community.timezone, now)]
        .filter(({ at }) => at > now)
        .toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
}
/** At eight on the morning after the slips are closed. */
function lastHead(cycle, timezone, now) {
    const close = slipsClose(cycle, now);
    if (!close)
        return [];
    const mornings = [`${dayOf(close, timezone)}T08:00`, '+1dT08:00'].map((morning) => readTime(morning, timezone, close));
    const at = mornings.find((morning) => morning !== undefined && morning > close);
    return at ? [{ at, what: 'head' }] : [];
}
