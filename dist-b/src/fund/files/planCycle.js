import { isDeepStrictEqual } from 'node:util';
import { isDuplicate } from '../../store/databaseErrors.js';
import { findCommunity } from '../communities/index.js';
import { calendarMark, findCycles, saveCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { checkCycle, cycleProblems, knownCycle } from './readCycle.js';
/**
 * Makes a new cycle without projects, or gives one that is there other dates. It is checked as `cycle.yaml` is as it is imported: once voting has
 * opened nothing changes up to the close, and no other cycle begins before it. Rejects with `not-allowed` (`checkRight`).
 */
export function planCycle(world) {
    return async (slug, plan, actor) => {
        const acting = checkRight(actor, 'planCycle', slug);
        const community = await findCommunity(slug);
        if (!community)
            return { refused: 'unknown' };
        try {
            return await withLog(world)(slug, async (session, write) => {
                const now = world.now();
                const cycles = await findCycles(slug, session);
                const known = knownCycle(cycles, plan.id, now);
                const { before } = known;
                if ('seen' in plan && !before)
                    return { refused: 'unknown' };
                if ('seen' in plan && before && calendarMark(before) !== plan.seen)
                    return { refused: 'changed' };
                if (!('seen' in plan) && before)
                    return { refused: 'taken' };
                const { value, wrongs } = checkCycle(before ? { ...asFile(before), stages: plan.stages, ...(plan.paper && { paper: plan.paper }) } : plan, community.timezone, () => now);
                if (!value)
                    return { wrongs };
                const found = cycleProblems(value, known);
                if (found.length > 0)
                    return { wrongs: found };
                if (before && isDeepStrictEqual([value.stages, value.paper], [before.stages, before.paper]))
                    return { planned: plan.id };
                await saveCycle(value, slug, known, session);
                await write({ ...acting, subject: plan.id, detail: { ...(before && { before: told(before) }), after: told(value) } });
                return { planned: plan.id };
            });
        }
        catch (error) {
            if (isDuplicate(error))
                return { refused: 'taken' };
            throw error;
        }
    };
}
/** The fields of a cycle as its file has them. */
function asFile({ _id: id, title, budget, currency, rule, threshold, choices, projects, lot }) {
    return { id, title, budget, currency, rule, threshold, choices, projects, ...(lot && { lot }) };
}
/** What the log says of a cycle's plan. */
function told({ title, budget, currency, stages, paper }) {
    const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from]));
    return { title, budget, currency, ...dates, ...(paper && { slipsUntil: paper.until }) };
}
