import { ballotItem } from '../../fund/projects/index.js';
import { isAccepted, workSteps } from '../../fund/works/index.js';
import { DAY_MS, dayOf, daysFrom, readTime } from '../../store/wallTime.js';
/** Nobody is asked about more works in a week. */
const WORKS_A_WEEK = 2;
/** A question that could not be sent in so many days is not sent any more; with a week added, so far apart are a question and the one two before. */
const SENT_WITHIN_DAYS = 2;
const APART_DAYS = 7 + SENT_WITHIN_DAYS;
const MORNING = '+1dT09:00';
/** What was told is known for longer: nobody is asked twice. */
const SOON_MS = 30 * DAY_MS;
const NEWS_MORNING = '+1dT08:00';
const NEWS_DAYS = 7;
/**
 * What is due of a community's works at a moment: the questions about them, and the news to subscribers. Days of the calendar cost much to compute, so that
 * works of which nothing can be due are left out at once.
 */
export function worksDue(cycles, works, { timezone, votes, now }) {
    const asks = now < askedUntil(works, votes) ? ratingAsks(cycles, works, timezone, votes) : [];
    const news = cycles.flatMap((cycle) => {
        const steps = workSteps(works.filter(({ _id }) => _id.cycle === cycle._id));
        const recent = steps.filter(({ at }) => now.getTime() - at.getTime() < (NEWS_DAYS + 2) * DAY_MS);
        return newsOfWorks(cycle, recent, timezone);
    });
    return [...asks, ...news].filter(({ from, until }) => from <= now && now < until);
}
/** When every question about these works is over at the latest: each week takes two of them, and each vote puts them off once. */
function askedUntil(works, votes) {
    const accepted = works.flatMap(({ steps }) => steps.filter(({ state }) => state === 'accepted').map(({ at }) => at));
    if (accepted.length === 0)
        return new Date(0);
    const soon = (SENT_WITHIN_DAYS + 2) * DAY_MS;
    const weeks = Math.ceil(accepted.length / WORKS_A_WEEK) * APART_DAYS * DAY_MS;
    const putOff = votes.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime() + soon, 0);
    return new Date(latest(accepted).getTime() + weeks + putOff + soon);
}
/**
 * The questions to all residents of a community what they think of works that were accepted, of whichever of its cycles: one of each work for good, on the
 * morning after it was accepted, or later, so that no week has more than two. While a vote of the community is open (`votes`) nobody is asked: a number in
 * answer would be a pick.
 */
export function ratingAsks(cycles, works, timezone, votes) {
    const begins = [];
    return inOrderOfAcceptance(works).flatMap(({ work, at }, index) => {
        const begin = latest([morningAfter(at, timezone), ...apart(begins[index - WORKS_A_WEEK], timezone)]);
        const vote = votes.find(({ from, to }) => from <= daysFrom(begin, SENT_WITHIN_DAYS, timezone) && begin < to);
        const from = vote ? morningAfter(vote.to, timezone) : begin;
        begins.push(from);
        const asked = cycles.find(({ _id }) => _id === work._id.cycle);
        const project = asked?.projects.find(({ number }) => number === work._id.number);
        if (!asked || !project || !isAccepted(work))
            return [];
        const { _id: cycle, community } = asked;
        const { number, label: title } = ballotItem(project);
        const until = daysFrom(from, SENT_WITHIN_DAYS, timezone);
        const said = { key: 'notice.rate', params: { number, title } };
        return [{ id: `rate|${cycle}|${number}`, cycle, community, kind: 'rate', to: 'everybody', from, until, said }];
    });
}
/** A work that went back and was soon accepted again has two places: it is asked about at the first one at which it is accepted. */
function inOrderOfAcceptance(works) {
    return works
        .flatMap((work) => {
        const [first, ...others] = work.steps.filter(({ state, isBack }) => state === 'accepted' && !isBack);
        const soon = others.filter(({ at }) => first && at.getTime() - first.at.getTime() < SOON_MS);
        return (first ? [first, ...soon] : []).map(({ at }) => ({ work, at }));
    })
        .toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.work._id.number - other.work._id.number);
}
function morningAfter(at, timezone) {
    return readTime(MORNING, timezone, at) ?? at;
}
function apart(before, timezone) {
    return before ? [daysFrom(before, APART_DAYS, timezone)] : [];
}
function latest(moments) {
    return new Date(Math.max(...moments.map((moment) => moment.getTime())));
}
/** A line to subscribers on the morning after works came a step further, one a day; it makes sense until the next. */
export function newsOfWorks({ _id: cycle, community, projects }, steps, timezone) {
    const days = new Map();
    for (const step of steps) {
        const day = dayOf(step.at, timezone);
        days.set(day, [...(days.get(day) ?? []), step]);
    }
    let newer;
    return [...days.entries()]
        .toSorted(([one], [other]) => other.localeCompare(one))
        .flatMap(([day, taken]) => {
        const from = readTime(NEWS_MORNING, timezone, taken[0]?.at ?? new Date(0));
        const works = projects.filter(({ number }) => taken.some((step) => step.number === number)).map(ballotItem);
        if (!from || works.length === 0)
            return [];
        const until = daysFrom(from, NEWS_DAYS, timezone);
        const ends = newer && newer < until ? newer : until;
        newer = from;
        const said = { key: 'notice.news.works', params: { works } };
        return [{ id: `news|${cycle}|works|${day}`, cycle, community, kind: 'news', about: 'works', to: 'subscribers', from, until: ends, said }];
    });
}
