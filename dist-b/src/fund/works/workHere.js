import { lookUps } from '../../store/lookUps.js';
import { perWorld } from '../../store/world.js';
import { currentCycle, cycleBefore } from '../cycles/index.js';
import { ballotItem } from '../projects/index.js';
import { Work } from './work.js';
/**
 * The work that has a number in the current cycle, or else in the one before; null if neither has one. One that `isMeant` goes before one that is not: late
 * works of last year are rated while this year's of the same number is not done.
 */
export const workHere = perWorld((world) => {
    const cyclesOf = cyclesOfWorks(world);
    const find = lookUps(world)(workByName);
    return async (number, act, isMeant = () => true) => {
        const cycles = await cyclesOf(act);
        const works = await Promise.all(cycles.map(({ _id }) => find(`${_id}|${number}`)));
        const meant = works.findIndex((work) => work !== null && isMeant(work));
        const at = meant < 0 ? works.findIndex((work) => work !== null) : meant;
        const [cycle, work] = [cycles[at], works[at]];
        const item = cycle && itemIn(cycle, number);
        return item && work ? { cycle: cycle._id, item, state: work.state } : null;
    };
});
/** The cycles whose works messages are about: the current one, and the one before. */
export function cyclesOfWorks(world) {
    const current = currentCycle(world);
    const before = cycleBefore(world);
    return async ({ community, at }) => {
        const cycle = await current(community, at);
        const last = cycle && (await before(cycle));
        return [...(cycle ? [cycle] : []), ...(last ? [last] : [])];
    };
}
export function itemIn({ projects }, number) {
    const project = projects.find((each) => each.number === number);
    return project && ballotItem(project);
}
const workByName = {
    model: Work,
    pipeline: (names) => [{ $match: { _id: { $in: names.map(workIn) } } }, { $project: { state: 1 } }],
    results: (found, names) => {
        const works = new Map(found.map((work) => [`${work._id.cycle}|${work._id.number}`, work]));
        return names.map((name) => works.get(name) ?? null);
    },
};
/** The work in `CYCLE|NUMBER`. */
export function workIn(name) {
    const [cycle = '', number] = name.split('|');
    return { cycle, number: Number(number) };
}
