import { type LookUp, readersLookUps } from '../../store/lookUps.ts';
import { dayOf } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { DECISIONS, type Decision, opinionsGiven, type RoundGiven } from '../proposals/index.ts';
import { Meeting, type MeetingRecord } from './meeting.ts';
import { Objection, type ObjectionRecord } from './objection.ts';
import { Publication, type PublicationRecord } from './publication.ts';

/** What was done on the way of a cycle's proposals to the vote, with the moment of each. */
export interface StepsTaken {
  /** What is published now. */
  readonly publication: Pick<PublicationRecord, '_id' | 'from' | 'to' | 'check'> | null;
  /** When objections were answered. */
  readonly answers: readonly Date[];
  readonly rounds: readonly RoundGiven[];
  /** What the council decided, by meeting, once its minutes are final. */
  readonly councils: readonly CouncilHeld[];
}

/** How many proposals a meeting decided on in each way, and when its minutes became final. */
type CouncilHeld = Readonly<Record<Decision, number>> & { readonly at: Date };

const MOST_ANSWERS = 1_000;
const MOST_MEETINGS = 100;

/** Reads what was done in a cycle, over the readers' connections; what was done in many cycles comes together. */
export const stepsTaken: (world: World) => (cycle: string) => Promise<StepsTaken> = perWorld((world) => {
  const lookUp = readersLookUps(world);
  const [publicationOf, answersOf, roundsOf, councilsOf] = [lookUp(publications), lookUp(answersGiven), opinionsGiven(world), lookUp(minutesFinal)];
  return async (cycle) => {
    const [publication, answers, rounds, councils] = await Promise.all([publicationOf(cycle), answersOf(cycle), roundsOf(cycle), councilsOf(cycle)]);
    return { publication, answers, rounds, councils };
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

const howMany = (decision: Decision) => ({ $size: { $filter: { input: '$items', cond: { $eq: ['$$this.decision', decision] } } } });
const counts = Object.fromEntries(DECISIONS.map((decision) => [decision, howMany(decision)]));

const minutesFinal: LookUp<{ _id: string; councils: CouncilHeld[] }, readonly CouncilHeld[], MeetingRecord> = {
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

/** A step of a cycle that is news: everything of one kind that was done on one day. */
export interface PublicStep {
  /** `right` and `wrong`: what a supervisor found of the published list. `answered`: objections. `examined`: proposals. `decided`: by the council on proposals. */
  readonly kind: 'published' | 'right' | 'wrong' | 'answered' | 'examined' | 'decided';
  /** The day in the community's zone, and the last moment at which something of it was done. */
  readonly day: string;
  readonly at: Date;
  /** Of `published`: the end of the publication. */
  readonly to?: Date;
  /** Of `answered` its `count`; of `examined` how many are `feasible` and how many `not`; of `decided` each decision. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The steps that are news, day by day, so that ten rounds in an afternoon are one line. */
export function publicSteps({ publication, answers, rounds, councils }: StepsTaken, timezone: string): PublicStep[] {
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
    ...onEachDay(
      councils.filter((meeting) => DECISIONS.some((decision) => meeting[decision] > 0)),
      timezone,
    ).map((day) =>
      step('decided', lastOf(day), Object.fromEntries(DECISIONS.map((decision) => [decision, sum(day.map((meeting) => meeting[decision]))]))),
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
