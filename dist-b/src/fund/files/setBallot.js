import { isDeepStrictEqual } from 'node:util';
import { sha256 } from '../../store/crypto.js';
import { findCommunity } from '../communities/index.js';
import { findCycles, saveCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { compareBallot } from '../meetings/index.js';
import { checkRight } from '../people/index.js';
import { moveProjectPicture } from '../projects/index.js';
import { followBallot, unlessChanged } from '../proposals/index.js';
import { checkCycle, cycleProblems, knownCycle } from './readCycle.js';
/** A mark of a cycle's ballot as it is: another one as soon as anything in it is changed. */
export function ballotMark({ budget, rule, threshold, choices, projects, lot }) {
    return sha256(JSON.stringify([budget, rule, threshold, choices.min, choices.max, projects, lot ?? null])).slice(0, 16);
}
/** What a ballot would be with a change, checked as `cycle.yaml` is as it is imported; nothing is written. */
export function tryBallot(cycle, change, timezone) {
    const { raw, index } = changed(cycle, change);
    const { value, wrongs } = checkCycle(raw, timezone, () => new Date(0));
    return value ? { ballot: { ...value, stages: cycle.stages, ...(cycle.paper && { paper: cycle.paper }) } } : { wrongs, index };
}
/**
 * Changes one thing of a cycle's ballot, until the vote opens. It is checked as `cycle.yaml` is as it is imported. `seen`: the ballot that was looked
 * at (`ballotMark`): if it is another one now, nothing is done. In the same transaction the proposal that a project is made of becomes part of it,
 * those of a project that goes are considered again, and their proposers are notified; its picture goes with it; a vote whose ballot is no longer what was
 * published is held back. Rejects with `not-allowed` (`checkRight`).
 */
export function setBallot(world, notify) {
    return async (slug, { id, seen, change }, actor) => {
        const acting = checkRight(actor, 'setBallot', slug);
        const community = await findCommunity(slug);
        if (!community)
            return { refused: 'unknown' };
        const setting = withLog(world)(slug, async (session, write) => {
            const cycles = await findCycles(slug, session);
            const known = knownCycle(cycles, id, world.now());
            const { before } = known;
            if (!before)
                return { refused: 'unknown' };
            if (known.isOpened)
                return { refused: 'frozen' };
            if (ballotMark(before) !== seen)
                return { refused: 'changed' };
            const tried = tryBallot(before, change, community.timezone);
            if (!('ballot' in tried))
                return tried;
            const wrongs = cycleProblems(tried.ballot, known);
            if (wrongs.length > 0)
                return { wrongs, index: -1 };
            const detail = differences(before, tried.ballot);
            if (detail) {
                await saveCycle(tried.ballot, slug, known, session);
                await write({ ...acting, subject: id, detail });
            }
            const moved = movedBy(change);
            if (moved.before !== undefined && moved.before !== moved.after)
                await moveProjectPicture(before, moved.before, moved.after, session);
            await followBallot(world, notify, { cycle: id, community: slug, actor, ...moved }, session, write);
            await compareBallot(world, id, tried.ballot.projects, session);
            return { set: id };
        });
        return unlessChanged(setting);
    };
}
/** Which project of a ballot that is sound now has another number than before, or goes, and what it is made of. */
function movedBy(change) {
    if ('rules' in change)
        return { before: undefined, after: undefined, of: undefined };
    if ('remove' in change)
        return { before: change.remove, after: undefined, of: undefined };
    return { before: change.at, after: Number(change.project.number), of: change.from };
}
/** The cycle as its file would be with the change. A lot that is given stays one of all projects: a new one is its last. */
function changed(cycle, change) {
    const { _id: id, title, budget, currency, rule, threshold, choices, stages, projects, lot } = cycle;
    const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from.toISOString()]));
    const whole = { id, title, budget, currency, rule, threshold, choices, stages: dates, projects, ...(lot && { lot }) };
    if ('rules' in change)
        return { raw: { ...whole, ...change.rules }, index: -1 };
    if ('remove' in change) {
        const isKept = (number) => number !== change.remove;
        return { raw: { ...whole, projects: projects.filter(({ number }) => isKept(number)), ...(lot && { lot: lot.filter(isKept) }) }, index: -1 };
    }
    const place = projects.findIndex(({ number }) => number === change.at);
    const index = place < 0 ? projects.length : place;
    const number = change.project.number;
    const order = lot && (place < 0 ? [...lot, number] : lot.map((each) => (each === change.at ? number : each)));
    const given = projects;
    return { raw: { ...whole, projects: given.toSpliced(index, 1, change.project), ...(order && { lot: order }) }, index };
}
const FIELDS = ['budget', 'rule', 'threshold', 'choices', 'projects', 'lot'];
/** What the log says of a change: the fields that differ; of the projects those that do. Undefined if nothing does. */
function differences(before, after) {
    const fields = FIELDS.filter((field) => !isDeepStrictEqual(before[field], after[field]));
    if (fields.length === 0)
        return undefined;
    const told = (ballot, other) => Object.fromEntries(fields.map((field) => [
        field,
        field === 'projects' ? ballot.projects.filter((project) => !other.projects.some((each) => isDeepStrictEqual(each, project))) : ballot[field],
    ]));
    return { before: told(before, after), after: told(after, before) };
}
