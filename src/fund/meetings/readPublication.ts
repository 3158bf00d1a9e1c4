import type { mongo } from 'mongoose';
import { forReaders } from '../../store/connect.ts';
import { batchedPages, batchedQuery, readersLookUps } from '../../store/lookUps.ts';
import { maskNumbers } from '../../store/text.ts';
import { perWorld, type World } from '../../store/world.ts';
import {
  ballotMark,
  calendarMark,
  currentCycleForReaders,
  cycleForReaders,
  findCycle,
  heldVote,
  type Project,
  periods,
  voteOf,
} from '../cycles/index.ts';
import { type Actor, IN_COUNCIL, mayDo, SEES_NUMBERS, view } from '../people/index.ts';
import { type KeptPicture, picturesOf } from '../pictures/index.ts';
import { type Origin, proposalPhones } from '../proposals/index.ts';
import {
  countObjections,
  dueFrom,
  MOST_OPEN,
  Objection,
  type ObjectionRecord,
  objectionAnswer,
  objectionsOf,
  objectionText,
  WAITING,
} from './objection.ts';
import {
  isBeforeVote,
  ofBoard,
  Publication,
  type PublicationRecord,
  type PublicationState,
  type PublishedItem,
  publicationState,
  publishedList,
  takesObjections,
} from './publication.ts';
import { type Difference, differencesOf, listOf } from './publish.ts';

/** An objection as staff read it: the words as written, for a person who sees no phone numbers with those masked, and until when it is to be answered. */
export interface ListedObjection extends Pick<ObjectionRecord, 'at' | 'due' | 'about' | 'writtenBy'> {
  readonly number: number;
  readonly origin: Origin;
  readonly text: string;
  readonly answer?: { readonly text: string; readonly by: string; readonly at: Date };
}

/** A community's publication as staff read it. Sums in whole units of `currency`. */
export interface PublicationRead {
  readonly cycle: string;
  readonly title: string;
  readonly currency: string;
  /** It is the community's current cycle; of another one only objections are still answered. */
  readonly isCurrent: boolean;
  /** It is the time for objections. */
  readonly takesObjections: boolean;
  /** The vote has not opened, so that a list can be published. */
  readonly isBefore: boolean;
  /** The vote's day, if that has come and the vote is held back. */
  readonly held?: Date;
  /** The calendar as it was looked at (`calendarMark`). */
  readonly calendar: string;
  /** The ballot as it was looked at: its projects, and its mark (`ballotMark`). */
  readonly ballot: { readonly mark: string; readonly projects: readonly Project[] };
  /** What is published; absent if nothing is. `number` counts how often it was. */
  readonly published?: Pick<PublicationRecord, 'from' | 'to' | 'by' | 'check' | 'changed'> & {
    readonly number: number;
    readonly list: readonly PublishedItem[];
    readonly state: PublicationState;
    /** Where the ballot says something else than the list, if it does. */
    readonly differences: readonly Difference[];
    /** Of the notice board. */
    readonly pictures: readonly KeptPicture[];
  };
  /** What would be published now. */
  readonly coming: readonly PublishedItem[];
  /** Those that wait for an answer and those that have one, 500 of each; `others`: how many more there are. */
  readonly objections: readonly ListedObjection[];
  readonly others: number;
}

/**
 * The publication of a community's current cycle, or of another one of it (`wanted`); null if no cycle has begun, or there is no such one.
 */
export const readPublication = view({
  name: 'publication.one',
  may: IN_COUNCIL,
  query: async ({ world, community, actor }, wanted?: string): Promise<PublicationRead | null> => {
    const now = world.now();
    const current = await currentCycleForReaders(world)(community, now);
    const cycle = wanted === undefined ? current : await cycleForReaders(world)(wanted);
    if (cycle?.community !== community) return null;
    const isCurrent = cycle._id === current?._id;
    const [votedOn, found, counts, open, answered, coming] = await Promise.all([
      findCycle(cycle._id), // what was changed a moment ago is seen
      forReaders(Publication).findOne({ '_id.cycle': cycle._id }, { sort: { '_id.number': -1 } }),
      countObjections(community, cycle._id, now),
      objectionsOf(cycle._id, false),
      objectionsOf(cycle._id, true),
      listOf(world, cycle),
    ]);
    const held = heldVote(cycle, now);
    const pictures = found ? await picturesOf(community, ofBoard(cycle._id, found._id.number)) : [];
    const differences = found?.differs ? await differencesOf(world, found, (votedOn ?? cycle).projects) : [];
    const published = found && {
      ...{ number: found._id.number, list: publishedList(world.vault, found), state: publicationState(found, counts) },
      ...{
        from: found.from,
        to: found.to,
        by: found.by,
        ...(found.check && { check: found.check }),
        ...(found.changed && { changed: found.changed }),
        ...{ differences, pictures },
      },
    };
    return {
      ...{ cycle: cycle._id, title: cycle.title, currency: cycle.currency, isCurrent },
      takesObjections: isCurrent && takesObjections(cycle, found, now),
      isBefore: isCurrent && isBeforeVote(cycle, now),
      ...(isCurrent && held && { held: held.from }),
      calendar: calendarMark(cycle),
      ballot: { mark: ballotMark(votedOn ?? cycle), projects: (votedOn ?? cycle).projects },
      ...(published && { published }),
      coming,
      objections: [...open, ...answered].map((objection) => listed(world.vault, objection, actor)),
      others: counts.open + counts.answered - open.length - answered.length,
    };
  },
});

/** Whether a community takes objections to a published list now. */
export async function isTimeForObjections(world: World, community: string): Promise<boolean> {
  const now = world.now();
  const cycle = await currentCycleForReaders(world)(community, now);
  if (!cycle || !isBeforeVote(cycle, now)) return false;
  const published = await forReaders(Publication).findOne({ '_id.cycle': cycle._id }, { sort: { '_id.number': -1 }, projection: { to: 1 } });
  return takesObjections(cycle, published, now);
}

function listed(vault: World['vault'], objection: ObjectionRecord, actor: Actor): ListedObjection {
  const { _id, origin, about, at, due, writtenBy, answer } = objection;
  const shown = (text: string) => (mayDo(actor, proposalPhones, objection.community) ? text : maskNumbers(text));
  return {
    ...{ number: _id.number, origin, at, due, text: shown(objectionText(vault, objection)) },
    ...(about !== undefined && { about }),
    ...(writtenBy !== undefined && { writtenBy }),
    ...(answer && { answer: { text: shown(objectionAnswer(vault, objection) ?? ''), by: answer.by, at: answer.at } }),
  };
}

/** An objection in a list of all that a community has, whatever its cycle. */
export interface InboxObjection extends ListedObjection {
  /** Where it can be read and answered is the page of this cycle's publication. */
  readonly cycle: string;
}

/**
 * The objections of a community that wait for an answer, the oldest first, or that have one, the newest answer first, from the `skip`-th on.
 */
export const readObjections = view({
  name: 'objection.list',
  may: IN_COUNCIL,
  query: async ({ world, community, actor }, wanted: ObjectionsWanted): Promise<InboxObjection[]> => {
    const found = await pages(world)(JSON.stringify({ community, ...wanted }));
    return found.map((objection) => ({ ...listed(world.vault, objection, actor), cycle: objection._id.cycle }));
  },
});

interface ObjectionsWanted {
  readonly isAnswered: boolean;
  readonly skip: number;
  readonly limit: number;
}

const pages = perWorld((world) => readersLookUps(world)(batchedPages(Objection, pageOf, (objection) => objection)));

function pageOf({ community, isAnswered, skip, limit }: ObjectionsWanted & { readonly community: string }): mongo.Document[] {
  return [
    { $match: { community, 'answer.at': isAnswered ? { $gt: new Date(0) } : null } },
    { $sort: isAnswered ? { 'answer.at': -1, at: -1 } : { at: 1 } },
    ...(skip > 0 ? [{ $skip: skip }] : []),
    { $limit: limit },
  ];
}

/** How much of a publication waits, in numbers, with the moment since when the oldest does, and until when it is to be answered (`due`). */
export interface PublicationWaits {
  readonly objections: { readonly count: number; readonly since?: Date; readonly due?: Date };
  /** Objections whose day has passed. */
  readonly overdue: { readonly count: number; readonly since?: Date; readonly due?: Date };
  /** Objections of an earlier cycle, and which one that is: they keep no vote from opening any more. */
  readonly earlier: { readonly count: number; readonly since?: Date; readonly due?: Date; readonly cycle?: string };
  /** A publication that no supervisor has checked, or that was found wrong. */
  readonly unchecked: { readonly count: number; readonly since?: Date };
  /** A publication that is checked, and the ballot says something else. */
  readonly differs: { readonly count: number; readonly since?: Date };
  /** It is the stage for it, and nothing is published. */
  readonly unpublished: { readonly count: number; readonly since?: Date };
  /** A vote whose day has come and that is held back. */
  readonly held: { readonly count: number; readonly since?: Date };
}

/** What of the publication of a community's current cycle waits before its vote. */
export const waitingPublication = view({
  name: 'publication.waiting',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<PublicationWaits> => {
    const now = world.now();
    const cycle = await currentCycleForReaders(world)(community, now);
    const [objections, overdue, earlier] = await openObjections(world, community, cycle?._id, now);
    const vote = cycle && voteOf(cycle, now);
    const held = cycle && heldVote(cycle, now);
    const stage = cycle && periods(cycle, now).findLast(({ from }) => from <= now);
    const isOver = vote && vote.from <= now;
    const newest = cycle && !isOver ? await forReaders(Publication).findOne({ '_id.cycle': cycle._id }, { sort: { '_id.number': -1 } }) : null;
    const waits = newest && (!newest.check || newest.check.finding !== undefined);
    return {
      ...{ objections, overdue, earlier },
      unpublished: stage?.stage === 'publish' && !newest ? { count: 1, since: stage.from } : { count: 0 },
      differs: newest?.differs && !waits ? { count: 1, since: newest.differs } : { count: 0 },
      unchecked: waits ? { count: 1, since: newest.check?.at ?? newest.from } : { count: 0 },
      held: held ? { count: 1, since: held.from } : { count: 0 },
    };
  },
});

/**
 * How many objections of a community's current cycle wait for an answer, how many are past their day, and how many of an earlier cycle, each with the
 * first of them. Only an open one of an earlier cycle costs more than a look at the index.
 */
async function openObjections(
  world: World,
  community: string,
  current: string | undefined,
  now: Date,
): Promise<[PublicationWaits['objections'], PublicationWaits['overdue'], PublicationWaits['earlier']]> {
  const open = { community, 'answer.at': null };
  const [first] = await objectionsBy(world, [{ $match: open }, { $sort: FIRST.sort }, { $limit: 1 }, { $project: { _id: 1 } }]);
  if (!first) return [{ count: 0 }, { count: 0 }, { count: 0 }];
  const before = first._id.cycle !== current ? first._id.cycle : undefined;
  const mine = { ...open, ...(before !== undefined && { '_id.cycle': current ?? '' }) };
  return Promise.all([
    counted({ ...mine, at: { $gt: dueFrom(now) } }),
    counted({ ...mine, at: { $lte: dueFrom(now) } }),
    before === undefined ? { count: 0 } : counted({ ...open, '_id.cycle': before }).then((waits) => ({ ...waits, cycle: before })),
  ]);
}

const objectionsBy = batchedQuery(Objection);

const FIRST = { sort: { at: 1 }, projection: { at: 1, due: 1 } } as const;

async function counted(open: mongo.Filter<ObjectionRecord>): Promise<PublicationWaits['objections']> {
  const [count, first] = await Promise.all([
    forReaders(Objection).countDocuments(open, { limit: MOST_OPEN, hint: WAITING }),
    forReaders(Objection).findOne(open, { ...FIRST, hint: WAITING }),
  ]);
  return { count, ...(first && { since: first.at, due: first.due }) };
}
