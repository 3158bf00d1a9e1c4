import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { act, communitySubject, done, given, mistaken, refuse, subject } from '../act/index.ts';
import { findCommunity, PUBLISH_DAYS } from '../communities/index.ts';
import { ballotMark, type CycleFile, type CycleRecord, calendarMark, findCycles, isOpenByDay, type Stage, saveCycle } from '../cycles/index.ts';
import { compareBallot, publicationOf } from '../meetings/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { moveProjectPicture, renumberPictures } from '../projects/index.ts';
import { followBallot, type ProjectMoved, renumberProposals, setProposalState, unlessChanged } from '../proposals/index.ts';
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

/**
 * Makes a new cycle without projects, or gives one that is there other dates. It is checked as `cycle.yaml` is as it is imported: once voting has
 * opened nothing changes up to the close, and no other cycle begins before it. Nobody sets a vote alone that people sleep through: it is open for eight hours
 * of daytime at least. Nor does anybody who signed in bring the vote closer to the publication before it than `publishDays`. What is wrong is a mistake at its place in the
 * file, with its kind (`CycleWrong`).
 */
export const planCycle = act({
  name: 'cycle.plan',
  may: DAILY_WORK,
  on: communitySubject('/calendar'),
  input: z.strictObject({ plan: given(z.custom<CyclePlan | DatesPlan>(isObject)) }),
  /** `taken`: there is a cycle with this id. `changed`: somebody else has changed the calendar meanwhile. */
  refusals: { unknown: null, taken: null, changed: null },
  async run({ world, session, on: { _id: slug, timezone, publishDays = PUBLISH_DAYS }, input: { plan }, actor }) {
    const now = world.now();
    const known = knownCycle(await findCycles(slug, session), plan.id, now);
    const { before } = known;
    if ('seen' in plan && !before) return refuse('unknown');
    if ('seen' in plan && before && calendarMark(before) !== plan.seen) return refuse('changed');
    if (!('seen' in plan) && before) return refuse('taken');
    const { value, wrongs } = checkCycle(
      before ? { ...asFile(before), stages: plan.stages, ...(plan.paper && { paper: plan.paper }) } : plan,
      timezone,
      () => now,
    );
    if (!value) return mistaken(placed(wrongs));
    const published = before && (await publicationOf(before._id, session))?.from;
    const found = [
      ...cycleProblems(value, known),
      ...sleptThrough(now, value.stages, before?.stages ?? [], timezone),
      ...(actor.kind === 'staff' ? cutShort(value.stages, before?.stages ?? [], { published, publishDays, now }) : []),
    ];
    if (found.length > 0) return mistaken(placed(found));
    if (before && isDeepStrictEqual([value.stages, value.paper], [before.stages, before.paper])) return done({ planned: plan.id });
    await saveCycle(world, value, slug, known, session);
    return done({ planned: plan.id }, { subject: plan.id, ...(before && { before: logged(before) }), after: logged(value) });
  },
  async around(_, transact) {
    try {
      return await transact();
    } catch (error) {
      if (isDuplicate(error)) return { is: 'refused', refused: 'taken' };
      throw error;
    }
  },
});

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

/** What is wrong, by its place: the first of each place counts. */
function placed(wrongs: readonly CycleWrong[]): Record<string, string> {
  return Object.fromEntries(wrongs.toReversed().map(({ path, kind = 'date' }) => [path.join('.'), kind]));
}

/** A vote whose dates are new and that is not open for long enough, from now on, while people are awake. */
function sleptThrough(now: Date, stages: CycleFile['stages'], before: CycleFile['stages'], timezone: string): CycleWrong[] {
  const vote = voteIn(stages);
  if (!vote || isDeepStrictEqual(vote, voteIn(before)) || isOpenByDay(vote, now, timezone)) return [];
  return [{ path: ['stages', 'vote'], what: 'stages.vote must be open for eight hours between 6:00 and 22:00 at least', kind: 'atNight' }];
}

/** A vote that would open before its list was public for so many days, and sooner after it than by the dates before. A stage that is taken out counts as none. */
function cutShort(
  stages: CycleFile['stages'],
  before: CycleFile['stages'],
  { published, publishDays, now }: { readonly published: Date | undefined; readonly publishDays: number; readonly now: Date },
): CycleWrong[] {
  const publicFor = (of: CycleFile['stages']) => {
    const planned = of.find(({ stage }) => stage === 'publish')?.from;
    const from = published ?? (planned && (planned > now ? planned : now)); // what is not published yet is so now at the earliest
    const vote = voteIn(of);
    return vote && from && vote.from.getTime() - from.getTime();
  };
  const [later = 0, earlier] = [publicFor(stages), publicFor(before)];
  const isAbout = voteIn(stages) && (earlier !== undefined || publicFor(stages) !== undefined);
  if (!isAbout || later >= Math.min(publishDays * DAY_MS, earlier ?? Number.POSITIVE_INFINITY)) return [];
  return [{ path: ['stages', 'vote'], what: `stages.vote must begin ${publishDays} days after the list is published`, kind: 'published' }];
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
function logged({ title, budget, currency, stages, paper }: CycleFile): object {
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from]));
  return { title, budget, currency, ...dates, ...(paper && { slipsUntil: paper.until, keyedAtOnce: paper.key === 'atOnce' }) };
}

/** A project as a form gives it: each value as `cycle.yaml` would have it, right or wrong. */
export type ProjectGiven = Readonly<Record<'number' | 'title' | 'short' | 'category' | 'cost' | 'detail' | 'place' | 'due', unknown>> & {
  readonly titles?: unknown;
  readonly also?: unknown;
};

/**
 * One change of a ballot: its rules, a project that is added or takes the place of number `at`, a project that goes, or their order: the first gets the least of their numbers. `from`: the proposal that the
 * project is made of.
 */
export type BallotChange =
  | { readonly rules: Readonly<Record<'budget' | 'rule' | 'threshold' | 'choices' | 'lot', unknown>> }
  | { readonly project: ProjectGiven; readonly at?: number | undefined; readonly from?: number | undefined }
  | { readonly remove: number }
  | { readonly order: readonly number[] };

export type BallotTried =
  /** The ballot as it would be. */
  | { readonly ballot: CycleFile }
  /** What is wrong in the fields. `index`: which of the projects in their paths is the one that was given. */
  | { readonly wrongs: readonly CycleWrong[]; readonly index: number };

/** What a ballot would be with a change, checked as `cycle.yaml` is as it is imported; nothing is written. */
export function tryBallot(cycle: CycleRecord, change: BallotChange, timezone: string): BallotTried {
  const { raw, index } = changed(cycle, change);
  const { value, wrongs } = checkCycle(raw, timezone, () => new Date(0));
  return value
    ? { ballot: { ...value, stages: cycle.stages, ...(cycle.paper && { paper: cycle.paper }), ...(cycle.tables && { tables: cycle.tables }) } }
    : { wrongs, index };
}

/** What is wrong with a change of a ballot, by the field of its form; `other`: in another project than the one that was given. */
export function ballotMistakes({ wrongs, index }: Extract<BallotTried, { wrongs: unknown }>): Record<string, string> {
  const told = wrongs.map(({ path, kind = 'wrong' }) => {
    const [first = '', second, third = ''] = path.map(String);
    if (first === 'projects') return [Number(second) === index ? third : 'other', kind];
    return [first === 'choices' ? (second ?? 'max') : first, kind];
  });
  return Object.fromEntries(told.toReversed());
}

const ballot = subject({
  path: '/ballot/:cycle',
  async find(_, slug, { cycle }, session) {
    const community = await findCommunity(slug, session);
    const cycles = await findCycles(slug, session);
    const before = cycles.find(({ _id }) => _id === cycle);
    return community && before ? { community, cycles, before } : null;
  },
  name: ({ before }) => before._id,
  revision: ({ before }) => ballotMark(before),
});

/**
 * Changes one thing of a cycle's ballot, until the vote opens. It is checked as `cycle.yaml` is as it is imported. In the same transaction the proposal that a
 * project is made of becomes part of it, those of a project that goes are considered again, and their proposers are notified; its picture goes with it; a vote
 * whose ballot is no longer what was published is held back. What is wrong is a mistake at its field (`ballotMistakes`).
 */
export const setBallot = act({
  name: 'ballot.set',
  may: DAILY_WORK,
  on: ballot,
  input: z.strictObject({ change: given(z.custom<BallotChange>(isObject)) }),
  /** `frozen`: the vote has opened, or is about to. `changed`: somebody else has changed a proposal meanwhile. */
  refusals: { frozen: null, changed: null },
  async run({ world, notify, session, on: { community, cycles, before }, input: { change }, actor }) {
    const known = knownCycle(cycles, before._id, world.now());
    if (known.isOpened) return refuse('frozen');
    if ('order' in change && !isOrderOf(before.projects, change.order)) return refuse('changed');
    const tried = tryBallot(before, change, community.timezone);
    if (!('ballot' in tried)) return mistaken(ballotMistakes(tried));
    const wrongs = cycleProblems(tried.ballot, known);
    if (wrongs.length > 0) return mistaken(ballotMistakes({ wrongs, index: -1 }));
    const detail = differences(before, tried.ballot);
    if (detail) await saveCycle(world, tried.ballot, community._id, known, session);
    if ('order' in change) {
      const numbers = renumbered(change.order);
      await renumberPictures(before, numbers, session);
      await renumberProposals(before._id, numbers, session);
    }
    const moved = movedBy(change);
    if (moved.before !== undefined && moved.before !== moved.after) await moveProjectPicture(before, moved.before, moved.after, session);
    const followed = await followBallot(world, notify, { cycle: before._id, community: community._id, actor, ...moved }, session);
    await compareBallot(world, before._id, session);
    const besides = followed.map(({ subject, detail }) => ({ act: setProposalState, subject, ...detail }));
    return done({ set: before._id }, detail ?? (besides.length > 0 ? {} : undefined), besides);
  },
  async around(_, transact) {
    const performed = await unlessChanged(transact());
    return 'is' in performed ? performed : { is: 'refused', refused: performed.refused };
  },
});

/** Which project of a ballot that is sound now has another number than before, or goes, and what it is made of. */
function movedBy(change: BallotChange): Pick<ProjectMoved, 'before' | 'after' | 'of'> {
  if ('rules' in change || 'order' in change) return { before: undefined, after: undefined, of: undefined };
  if ('remove' in change) return { before: change.remove, after: undefined, of: undefined };
  return { before: change.at, after: Number(change.project.number), of: change.from };
}

/** The cycle as its file would be with the change. A lot that is given stays one of all projects: a new one is its last. */
function changed(cycle: CycleRecord, change: BallotChange): { readonly raw: object; readonly index: number } {
  const { _id: id, title, budget, currency, rule, threshold, choices, stages, projects, lot } = cycle;
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, from.toISOString()]));
  const whole = { id, title, budget, currency, rule, threshold, choices, stages: dates, projects, ...(lot && { lot }) };
  if ('rules' in change) return { raw: { ...whole, ...change.rules }, index: -1 };
  if ('order' in change) {
    const numbers = renumbered(change.order);
    const ordered = projects.map((project) => ({ ...project, number: numbers.get(project.number) ?? project.number })).toSorted(byNumber);
    return { raw: { ...whole, projects: ordered, ...(lot && { lot: lot.map((each) => numbers.get(each) ?? each) }) }, index: -1 };
  }
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

/** The number that each project of an order gets: the first has the least of them. */
function renumbered(order: readonly number[]): ReadonlyMap<number, number> {
  const numbers = order.toSorted((one, other) => one - other);
  return new Map(order.map((number, place) => [number, numbers[place] ?? number]));
}

function isOrderOf(projects: CycleRecord['projects'], order: readonly number[]): boolean {
  return isDeepStrictEqual(
    order.toSorted((one, other) => one - other),
    projects.toSorted(byNumber).map(({ number }) => number),
  );
}

function byNumber(one: { readonly number: number }, other: { readonly number: number }): number {
  return one.number - other.number;
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
