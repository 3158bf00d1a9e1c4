import { isDeepStrictEqual } from 'node:util';
import { isDuplicate } from '../../store/databaseErrors.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { type CycleFile, type CycleRecord, calendarMark, findCycles, type Stage, saveCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { type CycleWrong, checkCycle, cycleProblems, knownCycle } from './readCycle.ts';

/** A cycle as a form gives it: each value as `cycle.yaml` would have it, right or wrong. Dates are in the community's zone, `2026-12-01T08:00`. */
export interface CyclePlan {
  readonly id: string;
  readonly title: unknown;
  readonly budget: unknown;
  readonly currency: unknown;
  readonly rule: unknown;
  readonly choices: unknown;
  readonly stages: Readonly<Partial<Record<Stage, string>>>;
  readonly paper?: { readonly until: string };
}

/** The dates of a cycle that is there, as a form gives them. */
export interface DatesPlan extends Pick<CyclePlan, 'id' | 'stages' | 'paper'> {
  /** The calendar that was looked at (`calendarMark`). */
  readonly seen: string;
}

export type Planned =
  | { readonly planned: string }
  /** What is wrong in the fields; nothing is written. */
  | { readonly wrongs: readonly CycleWrong[] }
  /** `taken`: there is a cycle with this id. `changed`: somebody else has changed the calendar meanwhile. */
  | { readonly refused: 'unknown' | 'taken' | 'changed' };

/**
 * Makes a new cycle without projects, or gives one that is there other dates. It is checked as `cycle.yaml` is as it is imported: once voting has
 * opened nothing changes up to the close, and no other cycle begins before it. Rejects with `not-allowed` (`checkRight`).
 */
export function planCycle(world: World): (community: string, plan: CyclePlan | DatesPlan, actor: Actor) => Promise<Planned> {
  return async (slug, plan, actor) => {
    const acting = checkRight(actor, 'planCycle', slug);
    const community = await findCommunity(slug);
    if (!community) return { refused: 'unknown' };
    try {
      return await withLog(world)(slug, async (session, write): Promise<Planned> => {
        const now = world.now();
        const cycles = await findCycles(slug, session);
        const known = knownCycle(cycles, plan.id, now);
        const { before } = known;
        if ('seen' in plan && !before) return { refused: 'unknown' };
        if ('seen' in plan && before && calendarMark(before) !== plan.seen) return { refused: 'changed' };
        if (!('seen' in plan) && before) return { refused: 'taken' };
        const { value, wrongs } = checkCycle(
          before ? { ...asFile(before), stages: plan.stages, ...(plan.paper && { paper: plan.paper }) } : plan,
          community.timezone,
          () => now,
        );
        if (!value) return { wrongs };
        const found = cycleProblems(value, known);
        if (found.length > 0) return { wrongs: found };
        if (before && isDeepStrictEqual([value.stages, value.paper], [before.stages, before.paper])) return { planned: plan.id };
        await saveCycle(value, slug, known, session);
        await write({ ...acting, subject: plan.id, detail: { ...(before && { before: told(before) }), after: told(value) } });
        return { planned: plan.id };
      });
    } catch (error) {
      if (isDuplicate(error)) return { refused: 'taken' };
      throw error;
    }
  };
}

/** The fields of a cycle as its file has them. */
function asFile({ _id: id, title, budget, currency, rule, threshold, choices, projects, lot }: CycleRecord): object {
  return { id, title, budget, currency, rule, threshold, choices, projects, ...(lot && { lot }) };
}

/** What the log says of a cycle's plan. */
function told({ title, budget, currency, stages, paper }: CycleFile): object {
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from]));
  return { title, budget, currency, ...dates, ...(paper && { slipsUntil: paper.until }) };
}
