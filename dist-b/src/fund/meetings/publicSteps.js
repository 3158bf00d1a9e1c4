import { readersLookUps } from '../../store/lookUps.js';
import { dayOf } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { DECISIONS, opinionsGiven } from '../proposals/index.js';
import { Meeting } from './meeting.js';
import { Objection } from './objection.js';
import { Publication } from './publication.js';
const MOST_ANSWERS = 1_000;
const MOST_MEETINGS = 100;
/** Reads what was done in a cycle, over the readers' connections; what was done in many cycles comes together. */
export const stepsTaken = perWorld((world) => {
    const lookUp = readersLookUps(world);
    const [publicationOf, answersOf, roundsOf, councilsOf] = [lookUp(publications), lookUp(answersGiven), opinionsGiven(world), lookUp(minutesFinal)];
    return async (cycle) => {
        const [publication, answers, rounds, councils] = await Promise.all([publicationOf(cycle), answersOf(cycle), roundsOf(cycle), councilsOf(cycle)]);
        return { publication, answers, rounds, councils };
    };
});
const publications = {
    model: Publication,
    pipeline: (cycles) => [
        { $match: { '_id.cycle': { $in: cycles } } },
        { $sort: { '_id.cycle': 1, '_id.number': -1 } },
        { $group: { _id: '$_id.cycle', last: { $first: { _id: '$_id', from: '$from', to: '$to', check: '$check' } } } },
        { $replaceRoot: { newRoot: '$last' } },
    ],
    results: (found, cycles) => {
        const known = new Map(found.map((publication) => [publication._id.cycle, publication]));
        return cycles.map((cycle) => known.get(cycle) ?? null);
    },
};
const answersGiven = {
    model: Objection,
    pipeline: (cycles) => [
        { $match: { '_id.cycle': { $in: cycles }, 'answer.at': { $exists: true } } },
        { $group: { _id: '$_id.cycle', answers: { $topN: { n: MOST_ANSWERS, sortBy: { '_id.number': -1 }, output: '$answer.at' } } } },
    ],
    results: (found, cycles) => {
        const known = new Map(found.map(({ _id, answers }) => [_id, answers]));
        return cycles.map((cycle) => known.get(cycle) ?? []);
    },
};
const howMany = (decision) => ({ $size: { $filter: { input: '$items', cond: { $eq: ['$$this.decision', decision] } } } });
const counts = Object.fromEntries(DECISIONS.map((decision) => [decision, howMany(decision)]));
const minutesFinal = {
    model: Meeting,
    pipeline: (cycles) => [
        { $match: { '_id.cycle': { $in: cycles }, 'final.at': { $exists: true } } },
        {
            $group: { _id: '$_id.cycle', councils: { $topN: { n: MOST_MEETINGS, sortBy: { '_id.number': -1 }, output: { at: '$final.at', ...counts } } } },
        },
    ],
    results: (found, cycles) => {
        const known = new Map(found.map(({ _id, councils }) => [_id, councils]));
        return cycles.map((cycle) => known.get(cycle) ?? []);
    },
};
/** The steps that are news, day by day, so that ten rounds in an afternoon are one line. */
export function publicSteps({ publication, answers, rounds, councils }, timezone) {
    const step = (kind, at, counts = {}) => ({
        kind,
        day: dayOf(at, timezone),
        at,
        counts,
    });
    const { check } = publication ?? {};
    return [
        ...(publication ? [{ ...step('published', publication.from), to: publication.to }] : []),
        ...(check ? [step(check.finding === undefined ? 'right' : 'wrong', check.at)] : []),
        ...onEachDay(answers.map((at) => ({ at })), timezone).map((day) => step('answered', lastOf(day), { count: day.length })),
        ...onEachDay(rounds, timezone).map((day) => step('examined', lastOf(day), { feasible: sum(day.map(({ feasible }) => feasible)), not: sum(day.map(({ not }) => not)) })),
        ...onEachDay(councils.filter((meeting) => DECISIONS.some((decision) => meeting[decision] > 0)), timezone).map((day) => step('decided', lastOf(day), Object.fromEntries(DECISIONS.map((decision) => [decision, sum(day.map((meeting) => meeting[decision]))])))),
    ];
}
function onEachDay(done, timezone) {
    const days = new Map();
    for (const each of done) {
        const day = dayOf(each.at, timezone);
        days.set(day, [...(days.get(day) ?? []), each]);
    }
    return [...days.values()];
}
function lastOf(done) {
    return new Date(Math.max(...done.map(({ at }) => at.getTime())));
}
function sum(counts) {
    return counts.reduce((total, count) => total + count, 0);
}
