import { isDeepStrictEqual } from 'node:util';
import type { Notify } from '../../contacts/notify.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { ballotMark, type CycleFile, type CycleRecord, calendarMark, findCycles, isOpenByDay, type Stage, saveCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { compareBallot } from '../meetings/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { moveProjectPicture } from '../projects/index.ts';
import { followBallot, type ProjectMoved, unlessChanged } from '../proposals/index.ts';
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
  readonly paper?: { readonly until: string; readonly key: 'afterClose' | 'atOnce' };
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
 * opened nothing changes up to the close, and no other cycle begins before it. Nobody sets a vote alone that people sleep through: it is open for eight hours
 * of daytime at least. Rejects with `not-allowed` (`checkRight`).
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
        const found = [...cycleProblems(value, known), ...sleptThrough(now, value.stages, before?.stages ?? [], community.timezone)];
        if (found.length > 0) return { wrongs: found };
        if (before && isDeepStrictEqual([value.stages, value.paper], [before.stages, before.paper])) return { planned: plan.id };
        await saveCycle(world, value, slug, known, session);
        await write({ ...acting, subject: plan.id, detail: { ...(before && { before: told(before) }), after: told(value) } });
        return { planned: plan.id };
      });
    } catch (error) {
      if (isDuplicate(error)) return { refused: 'taken' };
      throw error;
    }
  };
}

/** A vote whose dates are new and that is not open for long enough, from now on, while people are awake. */
function sleptThrough(now: Date, stages: CycleFile['stages'], before: CycleFile['stages'], timezone: string): CycleWrong[] {
  const vote = voteIn(stages);
  if (!vote || isDeepStrictEqual(vote, voteIn(before)) || isOpenByDay(vote, now, timezone)) return [];
  return [{ path: ['stages', 'vote'], what: 'stages.vote must be open for eight hours between 6:00 and 22:00 at least', kind: 'atNight' }];
}

function voteIn(stages: CycleFile['stages']): { readonly from: Date; readonly to: Date } | undefined {
  const place = stages.findIndex(({ stage }) => stage === 'vote');
  const [vote, next] = [stages[place], stages[place + 1]];
  return vote && next && { from: vote.from, to: next.from };
}

/** The fields of a cycle as its file has them. */
function asFile({ _id: id, title, budget, currency, rule, threshold, choices, projects, lot, tables }: CycleRecord): object {
  const announced = tables?.map(({ place, from, to }) => ({ place, from: from.toISOString(), to: to.toISOString() }));
  return { id, title, budget, currency, rule, threshold, choices, projects, ...(lot && { lot }), ...(announced && { tables: announced }) };
}

/** What the log says of a cycle's plan. */
function told({ title, budget, currency, stages, paper }: CycleFile): object {
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from]));
  return { title, budget, currency, ...dates, ...(paper && { slipsUntil: paper.until, keyedAtOnce: paper.key === 'atOnce' }) };
}

/** A project as a form gives it: each value as `cycle.yaml` would have it, right or wrong. */
export type ProjectGiven = Readonly<Record<'number' | 'title' | 'short' | 'category' | 'cost' | 'detail' | 'place' | 'due', unknown>> & {
  readonly titles?: unknown;
  readonly also?: unknown;
};

/**
 * One change of a ballot: its rules, a project that is added or takes the place of number `at`, or a project that goes. `from`: the proposal that the
 * project is made of.
 */
export type BallotChange =
  | { readonly rules: Readonly<Record<'budget' | 'rule' | 'threshold' | 'choices' | 'lot', unknown>> }
  | { readonly project: ProjectGiven; readonly at?: number | undefined; readonly from?: number | undefined }
  | { readonly remove: number };

export type BallotTried =
  /** The ballot as it would be. */
  | { readonly ballot: CycleFile }
  /** What is wrong in the fields. `index`: which of the projects in their paths is the one that was given. */
  | { readonly wrongs: readonly CycleWrong[]; readonly index: number };

export type BallotSet =
  | { readonly set: string }
  | Extract<BallotTried, { wrongs: unknown }>
  /** `frozen`: the vote has opened, or is about to. `changed`: somebody else has changed the ballot meanwhile. */
  | { readonly refused: 'unknown' | 'frozen' | 'changed' };

/** What a ballot would be with a change, checked as `cycle.yaml` is as it is imported; nothing is written. */
export function tryBallot(cycle: CycleRecord, change: BallotChange, timezone: string): BallotTried {
  const { raw, index } = changed(cycle, change);
  const { value, wrongs } = checkCycle(raw, timezone, () => new Date(0));
  return value
    ? { ballot: { ...value, stages: cycle.stages, ...(cycle.paper && { paper: cycle.paper }), ...(cycle.tables && { tables: cycle.tables }) } }
    : { wrongs, index };
}

/**
 * Changes one thing of a cycle's ballot, until the vote opens. It is checked as `cycle.yaml` is as it is imported. `seen`: the ballot that was looked
 * at (`ballotMark`): if it is another one now, nothing is done. In the same transaction the proposal that a project is made of becomes part of it,
 * those of a project that goes are considered again, and their proposers are notified; its picture goes with it; a vote whose ballot is no longer what was
 * published is held back. Rejects with `not-allowed` (`checkRight`).
 */
export function setBallot(
  world: World,
  notify: Notify,
): (community: string, setting: { readonly id: string; readonly seen: string; readonly change: BallotChange }, actor: Actor) => Promise<BallotSet> {
  return async (slug, { id, seen, change }, actor) => {
    const acting = checkRight(actor, 'setBallot', slug);
    const community = await findCommunity(slug);
    if (!community) return { refused: 'unknown' };
    const setting = withLog(world)(slug, async (session, write): Promise<BallotSet> => {
      const cycles = await findCycles(slug, session);
      const known = knownCycle(cycles, id, world.now());
      const { before } = known;
      if (!before) return { refused: 'unknown' };
      if (known.isOpened) return { refused: 'frozen' };
      if (ballotMark(before) !== seen) return { refused: 'changed' };
      const tried = tryBallot(before, change, community.timezone);
      if (!('ballot' in tried)) return tried;
      const wrongs = cycleProblems(tried.ballot, known);
      if (wrongs.length > 0) return { wrongs, index: -1 };
      const detail = differences(before, tried.ballot);
      if (detail) {
        await saveCycle(world, tried.ballot, slug, known, session);
        await write({ ...acting, subject: id, detail });
      }
      const moved = movedBy(change);
      if (moved.before !== undefined && moved.before !== moved.after) await moveProjectPicture(before, moved.before, moved.after, session);
      await followBallot(world, notify, { cycle: id, community: slug, actor, ...moved }, session, write);
      await compareBallot(world, id, session);
      return { set: id };
    });
    return unlessChanged(setting);
  };
}

/** Which project of a ballot that is sound now has another number than before, or goes, and what it is made of. */
function movedBy(change: BallotChange): Pick<ProjectMoved, 'before' | 'after' | 'of'> {
  if ('rules' in change) return { before: undefined, after: undefined, of: undefined };
  if ('remove' in change) return { before: change.remove, after: undefined, of: undefined };
  return { before: change.at, after: Number(change.project.number), of: change.from };
}

/** The cycle as its file would be with the change. A lot that is given stays one of all projects: a new one is its last. */
function changed(cycle: CycleRecord, change: BallotChange): { readonly raw: object; readonly index: number } {
  const { _id: id, title, budget, currency, rule, threshold, choices, stages, projects, lot } = cycle;
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from.toISOString()]));
  const whole = { id, title, budget, currency, rule, threshold, choices, stages: dates, projects, ...(lot && { lot }) };
  if ('rules' in change) return { raw: { ...whole, ...change.rules }, index: -1 };
  if ('remove' in change) {
    const isKept = (number: number) => number !== change.remove;
    return { raw: { ...whole, projects: projects.filter(({ number }) => isKept(number)), ...(lot && { lot: lot.filter(isKept) }) }, index: -1 };
  }
  const place = projects.findIndex(({ number }) => number === change.at);
  const index = place < 0 ? projects.length : place;
  const number = change.project.number;
  const order = lot && (place < 0 ? [...lot, number] : lot.map((each) => (each === change.at ? number : each)));
  const given: readonly unknown[] = projects;
  return { raw: { ...whole, projects: given.toSpliced(index, 1, change.project), ...(order && { lot: order }) }, index };
}

const FIELDS = ['budget', 'rule', 'threshold', 'choices', 'projects', 'lot'] as const;

/** What the log says of a change: the fields that differ; of the projects those that do. Undefined if nothing does. */
function differences(before: CycleRecord, after: CycleFile): { readonly before: object; readonly after: object } | undefined {
  const fields = FIELDS.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  if (fields.length === 0) return undefined;
  const fieldsOf = (ballot: Pick<CycleFile, (typeof FIELDS)[number]>, other: Pick<CycleFile, 'projects'>) =>
    Object.fromEntries(
      fields.map((field) => [
        field,
        field === 'projects' ? ballot.projects.filter((project) => !other.projects.some((each) => isDeepStrictEqual(each, project))) : ballot[field],
      ]),
    );
  return { before: fieldsOf(before, after), after: fieldsOf(after, before) };
}
