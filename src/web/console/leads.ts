import { readAccount } from '../../fund/accounts/index.ts';
import { turnoutShares, turnoutStep } from '../../fund/ballots/index.ts';
import { communityForReaders } from '../../fund/communities/index.ts';
import {
  type CycleRecord,
  comingCycle,
  currentCycleForReaders,
  cycleAfter,
  cyclesIn,
  periods,
  readCalendar,
  readPrinted,
  type Stage,
  stageAt,
  voteOf,
} from '../../fund/cycles/index.ts';
import { readBallot } from '../../fund/files/index.ts';
import { nextMeeting, readMeetings, readPublication } from '../../fund/meetings/index.ts';
import { readBatches, slipAuditSoFar } from '../../fund/paper/index.ts';
import { isRosterEmpty, type Reading, type Right, readRoster } from '../../fund/people/index.ts';
import { type ProposalView, readProposals, waitingProposals } from '../../fund/proposals/index.ts';
import { countBeforeCards } from '../../fund/roster/index.ts';
import { isOfficeHeld } from '../../fund/staff/index.ts';
import { readWorks, worksOfMany } from '../../fund/works/index.ts';
import { readBroadcasts } from '../../outreach/broadcasts/readBroadcasts.ts';
import type { World } from '../../store/world.ts';

/** Where a community stands, as far as it decides what its staff does next. Numbers of what is left to do. */
export interface Standing {
  /** `none`: no cycle has begun. */
  readonly stage: Stage | 'none';
  /** When the stage ends, and the vote opens and closes. */
  readonly ends?: Date;
  /** When the first stage of the next cycle begins, while there is none. */
  readonly begins?: Date;
  readonly vote?: { readonly from: Date; readonly to: Date };
  /** While voting is open, in tens. */
  readonly turnout?: { readonly voters: number; readonly residents: number };
  /** The next meeting of the council. */
  readonly meets?: Date;
  readonly left: Readonly<Partial<Record<Step, number>>>;
}

/** What somebody of the staff does in a stage, and where: one thing that is done then, or what goes on as long as the stage. */
const STEPS = {
  roster: { view: readRoster, path: '/people/import' },
  supervisor: { view: readRoster, path: '/people/staff' },
  council: { view: readRoster, path: '/people/staff' },
  cards: { view: readRoster, path: '/people/cards?way=needed' },
  calendar: { view: readCalendar, path: '/calendar/new' },
  bringForward: { view: readCalendar, path: '/calendar#move' },
  announce: { view: readBroadcasts, path: '/messages/new', goesOn: true },
  collect: { view: readProposals, path: '/proposals/new', goesOn: true },
  unsorted: { view: readProposals, path: '/proposals?view=unsorted' },
  unexamined: { view: readProposals, path: '/proposals/opinions' },
  drafted: { view: readProposals, path: '/proposals/round' },
  callMeeting: { view: readMeetings, path: '/meetings' },
  attend: { view: readMeetings, path: '/meetings' },
  ballot: { view: readBallot, path: '/ballot' },
  unexplained: { view: readProposals, path: '/proposals?view=unexplained' },
  remind: { view: readBroadcasts, path: '/messages/new', goesOn: true },
  release: { view: readPrinted, path: '/print' },
  beginWorks: { view: readWorks, path: '/works' },
  compare: { view: readBatches, path: '/compare' },
  works: { view: readWorks, path: '/works', goesOn: true },
  account: { view: readAccount, path: '/account', goesOn: true },
  undecided: { view: readProposals, path: '/proposals?view=undecided' },
  nextRound: { view: readCalendar, path: '/calendar' },
  report: { view: readPrinted, path: '/print', goesOn: true },
  readProposals: { view: readProposals, path: '/proposals', goesOn: true },
  readList: { view: readPublication, path: '/publication', goesOn: true },
  watch: { view: turnoutShares, path: '/turnout', goesOn: true },
  readCalendar: { view: readCalendar, path: '/calendar', goesOn: true },
} as const satisfies Readonly<Record<string, { readonly view: Right; readonly path: string; readonly goesOn?: true }>>;

export type Step = keyof typeof STEPS;

/** As what somebody reads Today: the first of these that they are. */
export type Office = 'cadre' | 'supervisor' | 'council' | 'office';

/** What is counted elsewhere, because it waits in any stage, and is a stage's main act for some. */
type Waits =
  | 'noSupervisor'
  | 'minutes'
  | 'unpublished'
  | 'unchecked'
  | 'overdueObjections'
  | 'objections'
  | 'held'
  | 'notKeyed'
  | 'batches'
  | 'unvalidated';

/**
 * For each stage and office what they do in it, the main act first. What is done is left out; the last one goes on as long as the stage, so that nobody is
 * told nothing.
 */
export const LEADS: Readonly<Record<Stage | 'none', Readonly<Record<Office, readonly (Step | Waits)[]>>>> = {
  none: {
    cadre: ['roster', 'supervisor', 'council', 'calendar', 'bringForward', 'readCalendar'],
    supervisor: ['readCalendar'],
    council: ['readCalendar'],
    office: ['readCalendar'],
  },
  announce: {
    cadre: ['roster', 'supervisor', 'council', 'announce', 'cards'],
    supervisor: ['readCalendar'],
    council: ['readCalendar'],
    office: ['readCalendar'],
  },
  propose: {
    cadre: ['unsorted', 'collect', 'roster', 'supervisor', 'council', 'cards'],
    supervisor: ['readProposals'],
    council: ['readProposals'],
    office: ['readProposals'],
  },
  deliberate: {
    cadre: ['unexamined', 'drafted', 'minutes', 'supervisor', 'council', 'callMeeting', 'attend', 'roster', 'cards', 'readProposals'],
    supervisor: ['minutes', 'attend', 'readProposals'],
    council: ['minutes', 'attend', 'readProposals'],
    office: ['readProposals'],
  },
  publish: {
    cadre: [
      'supervisor',
      'overdueObjections',
      'unexamined',
      'drafted',
      'callMeeting',
      'minutes',
      'unpublished',
      'ballot',
      'held',
      'objections',
      'unexplained',
      'roster',
      'cards',
      'readList',
    ],
    supervisor: ['unchecked', 'minutes', 'readList'],
    council: ['minutes', 'readList'],
    office: ['readCalendar'],
  },
  vote: {
    cadre: ['unexplained', 'remind', 'supervisor', 'roster', 'cards'],
    supervisor: ['unvalidated', 'watch'],
    council: ['notKeyed', 'batches', 'watch'],
    office: ['watch'],
  },
  implement: {
    cadre: ['notKeyed', 'batches', 'release', 'supervisor', 'beginWorks', 'unexplained', 'works'],
    supervisor: ['unvalidated', 'compare', 'works'],
    council: ['notKeyed', 'batches', 'compare', 'works'],
    office: ['works'],
  },
  evaluate: {
    cadre: ['release', 'supervisor', 'beginWorks', 'unexplained', 'account'],
    supervisor: ['works'],
    council: ['works'],
    office: ['works'],
  },
  closed: {
    cadre: ['unexamined', 'drafted', 'undecided', 'unexplained', 'nextRound', 'report'],
    supervisor: ['report', 'readCalendar'],
    council: ['readCalendar'],
    office: ['works'],
  },
};

/** A step that is to be done now. `count`: how much of it is left; absent of what goes on. */
export interface Lead {
  readonly what: Step;
  readonly count?: number;
  readonly path: string;
  readonly due?: Date;
}

/** The steps of the stage as it stands, for somebody who may open these pages. */
export function leadsOf({ stage, left, vote, ends, meets }: Standing, office: Office, may: (view: Right) => boolean): Lead[] {
  const due: Partial<Record<Step, Date | undefined>> = { unexamined: ends, drafted: ends, callMeeting: ends, attend: meets, ballot: vote?.from };
  return LEADS[stage][office].flatMap((what): Lead[] => {
    if (!isStep(what)) return [];
    const step = STEPS[what];
    const at = stage === 'closed' ? undefined : due[what];
    if (!may(step.view)) return [];
    if ('goesOn' in step) return [{ what, path: step.path }];
    const count = left[what] ?? 0;
    return count > 0 ? [{ what, count, path: step.path, ...(at && { due: at }) }] : [];
  });
}

function isStep(what: Step | Waits): what is Step {
  return what in STEPS;
}

/** Reads where a community stands. What is counted is the same for those who may see it. */
export async function standingOf(reading: Reading): Promise<Standing> {
  const { world, community } = reading;
  const now = world.now();
  const [cycle, found, isEmpty, cards, council, supervisor] = await Promise.all([
    currentCycleForReaders(world)(community, now),
    communityForReaders(world)(community),
    isRosterEmpty(world, community),
    countBeforeCards(community),
    isOfficeHeld(world, community, 'council'),
    isOfficeHeld(world, community, 'supervisor'),
  ]);
  const missing = { ...(isEmpty && { roster: 1 }), ...(!supervisor && { supervisor: 1 }), ...(!council && { council: 1 }), cards };
  if (!cycle) {
    const coming = await comingCycle(world)(community, now);
    const begins = coming && periods(coming, now)[0]?.from;
    const planned = begins ? { bringForward: 1 } : { calendar: (await cyclesIn(community)).length === 0 ? 1 : 0 }; // one that was made just now is there
    return { stage: 'none', ...(begins && { begins }), left: { ...missing, ...planned } };
  }
  const stage = stageAt(cycle, now) ?? 'none';
  const period = periods(cycle, now).findLast(({ from }) => from <= now);
  const vote = voteOf(cycle, now);
  const [proposals, meets, works, compare, isLast, turnout] = await Promise.all([
    proposalsLeft(reading, cycle),
    nextMeeting(world, cycle),
    isAfterVote(stage) && cycle.sealedAt ? worksOfMany(world)(cycle._id) : [],
    cycle.sealedAt ? leftToCompare(world, cycle) : 0,
    stage === 'closed' ? cycleAfter(world)(cycle).then((after) => after === null) : false,
    stage === 'vote' ? turnoutStep(world, cycle._id) : undefined,
  ]);
  return {
    stage,
    ...(period?.to && { ends: period.to }),
    ...(vote && { vote }),
    ...(turnout && { turnout }),
    ...(meets && { meets }),
    left: {
      ...missing,
      ...proposals,
      ...(!found?.categories?.length && { unsorted: 0 }),
      callMeeting: meets ? 0 : proposals.undecided,
      attend: meets ? 1 : 0,
      ballot: cycle.frozen ? 0 : proposals.recommended,
      release: cycle.sealedAt && !cycle.released ? 1 : 0,
      beginWorks: works.filter(({ state }) => state === 'approved').length,
      compare,
      ...(isLast && { nextRound: 1 }),
    },
  };
}

function isAfterVote(stage: Stage | 'none'): boolean {
  return stage === 'implement' || stage === 'evaluate' || stage === 'closed';
}

async function proposalsLeft(reading: Reading, { _id: cycle }: CycleRecord) {
  const count = async (wanted: ProposalView) => (await waitingProposals.read(reading, cycle, wanted)).count;
  const [unsorted, unexamined, drafted, undecided, recommended, unexplained] = await Promise.all([
    count('unsorted'),
    count('unexamined'),
    count('drafted'),
    count('undecided'),
    count('recommended'),
    count('unexplained'),
  ]);
  return { unsorted, unexamined, drafted, undecided, recommended, unexplained };
}

async function leftToCompare(world: World, { _id }: CycleRecord): Promise<number> {
  const audit = await slipAuditSoFar(world, _id);
  return audit ? audit.drawn.length - audit.found.length : 0;
}
