import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { dayOf } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { opinionsGiven, type RoundGiven } from '../proposals/index.ts';
import { Objection, type ObjectionRecord } from './objection.ts';
import { Publication, type PublicationRecord } from './publication.ts';

/** What was done on the way of a cycle's proposals to the vote, with the moment of each. */
export interface StepsTaken {
  /** What is published now. */
  readonly publication: Pick<PublicationRecord, '_id' | 'from' | 'to' | 'check'> | null;
  /** When objections were answered. */
  readonly answers: readonly Date[];
  readonly rounds: readonly RoundGiven[];
}

const MOST_ANSWERS = 1_000;

/** Reads what was done in a cycle, over the readers' connections; what was done in many cycles comes together. */
export const stepsTaken: (world: World) => (cycle: string) => Promise<StepsTaken> = perWorld((world) => {
  const lookUp = readersLookUps(world);
  const [publicationOf, answersOf, roundsOf] = [lookUp(publications), lookUp(answersGiven), opinionsGiven(world)];
  return async (cycle) => {
    const [publication, answers, rounds] = await Promise.all([publicationOf(cycle), answersOf(cycle), roundsOf(cycle)]);
    return { publication, answers, rounds };
  };
});

type Published = NonNullable<StepsTaken['publication']>;

const publications: LookUp<Published, Published | null, PublicationRecord> = {
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

const answersGiven: LookUp<{ _id: string; answers: Date[] }, readonly Date[], ObjectionRecord> = {
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

/** A step of a cycle that is news: everything of one kind that was done on one day. */
export interface PublicStep {
  /** `right` and `wrong`: what a supervisor found of the published list. `answered`: objections. `examined`: proposals. */
  readonly kind: 'published' | 'right' | 'wrong' | 'answered' | 'examined';
  /** The day in the community's zone, and the last moment at which something of it was done. */
  readonly day: string;
  readonly at: Date;
  /** Of `published`: the end of the publication. */
  readonly to?: Date;
  /** Of `answered` its `count`; of `examined` how many are `feasible` and how many `not`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The steps that are news, day by day, so that ten rounds in an afternoon are one line. */
export function publicSteps({ publication, answers, rounds }: StepsTaken, timezone: string): PublicStep[] {
  const step = (kind: PublicStep['kind'], at: Date, counts: PublicStep['counts'] = {}): PublicStep => ({
    kind,
    day: dayOf(at, timezone),
    at,
    counts,
  });
  const { check } = publication ?? {};
  return [
    ...(publication ? [{ ...step('published', publication.from), to: publication.to }] : []),
    ...(check ? [step(check.finding === undefined ? 'right' : 'wrong', check.at)] : []),
    ...onEachDay(
      answers.map((at) => ({ at })),
      timezone,
    ).map((day) => step('answered', lastOf(day), { count: day.length })),
    ...onEachDay(rounds, timezone).map((day) =>
      step('examined', lastOf(day), { feasible: sum(day.map(({ feasible }) => feasible)), not: sum(day.map(({ not }) => not)) }),
    ),
  ];
}

function onEachDay<Done extends { readonly at: Date }>(done: readonly Done[], timezone: string): Done[][] {
  const days = new Map<string, Done[]>();
  for (const each of done) {
    const day = dayOf(each.at, timezone);
    days.set(day, [...(days.get(day) ?? []), each]);
  }
  return [...days.values()];
}

function lastOf(done: readonly { readonly at: Date }[]): Date {
  return new Date(Math.max(...done.map(({ at }) => at.getTime())));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
