import { CHANNELS } from '../../../contacts/channel.js';
import { currentCycle, heldVote, keyingUntil, stageAt, voteOf } from '../../cycles/index.js';
import { results } from '../ledger/results.js';
import { ballotOf, itemsOf } from './ballotOf.js';
import { refusePicks } from './refusePicks.js';
/** Service: the ballot of the current cycle and, if picks are given, the reason against them. On a call the projects have their detail. */
export function openBallot(world) {
    const current = currentCycle(world);
    const resultsOf = results(world);
    return async ({ picks }, { community, at, channel }) => {
        const cycle = await current(community, at);
        const vote = cycle && voteOf(cycle, at);
        if (cycle && heldVote(cycle, at))
            return { held: true };
        if (!cycle || !vote)
            return { none: true };
        const closesAt = vote.to.toISOString();
        if (at >= vote.to) {
            const winners = cycle.sealedAt && { winners: itemsOf(cycle, (await resultsOf(cycle._id)).winners) };
            const keyedUntil = keyingUntil(cycle, at);
            return { over: { closedAt: closesAt, ...(keyedUntil && { keyedUntil }), ...winners } };
        }
        if (!cycle.frozen)
            return { notYet: { opensAt: vote.from.toISOString(), closesAt, stage: stageAt(cycle, at) ?? 'announce' } };
        const { frozen, items } = ballotOf(cycle.frozen);
        const { choices, budget, currency } = frozen;
        const refused = picks && refusePicks({ projects: items, ...choices }, picks);
        const max = Math.min(choices.max, items.length);
        const projects = channel && CHANNELS[channel].isSpoken ? inDetail(items, frozen) : items;
        return { open: { cycle: cycle._id, projects, min: choices.min, max, budget, currency, closesAt }, ...(refused && { refused }) };
    };
}
function inDetail(items, { projects }) {
    const details = new Map(projects.map(({ number, detail }) => [number, detail]));
    return items.map((item) => {
        const detail = details.get(item.number);
        return detail ? { ...item, detail } : item;
    });
}
