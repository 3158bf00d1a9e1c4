import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { maskNumbers } from '../../store/text.js';
import { itemsOf, results } from '../ballots/index.js';
import { currentCycle, cycleBefore, heldVote, keyingUntil, periods, voteOf } from '../cycles/index.js';
import { holdersOf } from '../people/index.js';
import { projectTold } from '../projects/index.js';
import { Proposal, proposalText, refusalOf, supportsOf } from '../proposals/index.js';
import { unratedWorks, workByNumber } from '../works/index.js';
/**
 * Service: where the current cycle stands and what became of the writer's own proposals; with a number, the proposal and the project that have
 * it, and the work of the cycle before.
 */
export function readProgress(world) {
    const current = currentCycle(world);
    const authors = authorsOf(world);
    const resultsOf = results(world);
    const unrated = unratedWorks(world);
    return async ({ number }, act) => {
        const cycle = await current(act.community, act.at);
        const calendar = cycle ? periods(cycle, act.at) : [];
        const index = calendar.findLastIndex(({ from }) => from <= act.at);
        const period = calendar[index];
        if (!cycle || !period)
            return { none: true };
        const { resident, by } = await authors(act);
        const sealed = cycle.sealedAt && (await resultsOf(cycle._id));
        if (number !== undefined)
            return aboutOne(world, cycle, number, by, sealed?.winners);
        const mine = await collection(Proposal)
            .find({ community: act.community, by: { $in: by }, '_id.cycle': cycle._id }, { sort: { '_id.number': -1 }, limit: 50 })
            .toArray();
        const vote = voteOf(cycle, act.at);
        const next = calendar[index + 1];
        const keyedUntil = keyingUntil(cycle, act.at);
        const done = sealed ? await doneAmong(cycle, sealed.winners) : [];
        const canRate = resident !== undefined && (await unrated(act, resident)).length > 0;
        return {
            title: cycle.title,
            stage: period.stage,
            ...(next && { until: next.from.toISOString(), nextStage: next.stage }),
            ...(heldVote(cycle, act.at) && { isHeld: true }),
            ...(vote && { opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString() }),
            ...(keyedUntil && { keyedUntil }),
            mine: mine.map((proposal) => told(world, proposal)),
            ...(sealed && { winners: itemsOf(cycle, sealed.winners), spent: sealed.spent }),
            ...(done.length > 0 && { done: itemsOf(cycle, done) }),
            ...(canRate && { canRate }),
        };
    };
}
/** The writer, if they are known, and the values of `by` in their proposals: the resident, and this phone or chat for proposals from before it was on the roster. */
function authorsOf(world) {
    const holders = holdersOf(world);
    return async (act) => {
        const { holders: here } = act.resident === undefined ? await holders(act) : { holders: [{ resident: act.resident }] };
        const [resident] = here.length === 1 ? here.map((holder) => holder.resident) : [];
        return { ...(resident !== undefined && { resident }), by: [...(resident === undefined ? [] : [resident]), addressHmac(world.vault, act)] };
    };
}
async function aboutOne(world, cycle, number, by, winners) {
    const found = await collection(Proposal).findOne({ _id: { cycle: cycle._id, number } });
    const isMine = found !== null && by.includes(found.by);
    const supports = (await supportsOf(cycle._id, [number])).get(number);
    const proposal = found && (isMine || found.public)
        ? { proposal: { ...(isMine ? told(world, found) : masked(told(world, found))), ...(supports && { supports }) } }
        : undefined;
    const project = await projectIn(cycle, number, winners);
    const last = project?.work === undefined ? await lastWork(world, cycle, number) : undefined;
    if (project)
        return { ...proposal, project, ...(last && { last }) };
    if (last)
        return { ...proposal, last };
    return proposal ?? { unknown: number };
}
/** The work of the cycle before that has this number. */
async function lastWork(world, cycle, number) {
    const before = await cycleBefore(world)(cycle);
    const last = before && (await projectIn(before, number, [number]));
    return last?.work === undefined ? undefined : last;
}
/** A project of a cycle; once its result is there (`winners`), how far it is. */
async function projectIn(cycle, number, winners) {
    const project = cycle.projects.find((each) => each.number === number);
    if (!project)
        return undefined;
    const work = winners?.includes(number) ? await workByNumber(cycle._id, number) : null;
    const isDone = winners?.includes(number) && (await doneAmong(cycle, [number])).length > 0;
    return {
        ...projectTold(project),
        ...(project.due && { due: project.due }),
        ...(winners && { isChosen: winners.includes(number) }),
        ...(isDone && { isDone }),
        ...(work && { work: work.state }),
    };
}
/** Of these projects, those that a proposal was made of which is done. */
async function doneAmong({ _id: cycle }, numbers) {
    const done = await collection(Proposal)
        .find({ '_id.cycle': cycle, state: 'done', project: { $in: [...numbers] } }, { projection: { project: 1 } })
        .toArray();
    return numbers.filter((number) => done.some(({ project }) => project === number));
}
function masked(proposal) {
    return { ...proposal, text: maskNumbers(proposal.text) };
}
function told({ vault }, { _id, text, state, project, mergedInto, opinion, council }) {
    const why = refusalOf({ state, opinion, council })?.text;
    return {
        number: _id.number,
        text: proposalText(vault, { _id, text }),
        state,
        ...(project !== undefined && { project }),
        ...(mergedInto !== undefined && { into: mergedInto }),
        ...(why && { why }),
    };
}
