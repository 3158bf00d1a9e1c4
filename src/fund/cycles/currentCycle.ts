import type { mongo } from 'mongoose';
import { cached, changes } from '../../store/cache.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { byId, type LookUp, lookUps, readersLookUps } from '../../store/lookUps.ts';
import { withPauses } from '../../store/pauses.ts';
import { isId } from '../../store/text.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type Reading, type Right, SEES_NUMBERS, SEES_PEOPLE, type View, view } from '../people/index.ts';
import { CALENDAR_FIELDS, type Calendar, isOpen, periods, voteOf } from './calendar.ts';
import { Cycle, type CycleRecord, type Frozen } from './cycle.ts';
import { freeze } from './opening.ts';

interface Cycles {
  /** Each cycle with the moment at which its first stage begins, newest first. */
  readonly beginnings: readonly { readonly cycle: CycleRecord; readonly from: Date }[];
  /** Each cycle that has a vote with the time of the vote, earliest first. Whether something holds it back is seen when it is asked. */
  readonly votes: readonly { readonly cycle: CycleRecord; readonly from: Date; readonly to: Date }[];
}

/**
 * A community's current cycle: the cycle whose vote is open, else the newest cycle whose first stage has begun. It is frozen if its vote has opened.
 * No other cycle hides an open vote. A change may go unseen for a second.
 */
export const currentCycle: (world: World) => Current = perWorld((world) => currentBy(world, cyclesOf(world)));

/** `currentCycle` for the pages and the API, which only read: it uses neither the connections, the queue nor the memory of the turns. */
export const currentCycleForReaders: (world: World) => Current = perWorld((world) => {
  const current = currentBy(world, kept(world, readersLookUps(world)(byCommunity)));
  return async (community, at) => (isId(community) ? current(community, at) : null);
});

/** The cycle of the same community whose first stage began next before this one's; null if there is none. */
export const cycleBefore: (world: World) => (cycle: CycleRecord) => Promise<CycleRecord | null> = perWorld((world) => {
  const cycles = cyclesOf(world);
  return async ({ _id, community }) => {
    const { beginnings } = await cycles(community);
    const from = beginnings.find(({ cycle }) => cycle._id === _id)?.from;
    return beginnings.find((beginning) => from !== undefined && beginning.from < from)?.cycle ?? null;
  };
});

/** The cycle of the same community whose first stage begins next after this one's, whether it has begun or not; null if there is none. */
export const cycleAfter: (world: World) => (cycle: Pick<CycleRecord, '_id' | 'community'>) => Promise<CycleRecord | null> = perWorld((world) => {
  const cycles = kept(world, readersLookUps(world)(byCommunity));
  return async ({ _id, community }) => {
    const { beginnings } = await cycles(community);
    const from = beginnings.find(({ cycle }) => cycle._id === _id)?.from;
    return beginnings.findLast((beginning) => from !== undefined && beginning.from > from)?.cycle ?? null;
  };
});

/** The cycle of a community whose first stage begins next after a moment; null if none is planned. */
export const comingCycle: (world: World) => Current = perWorld((world) => {
  const cycles = kept(world, readersLookUps(world)(byCommunity));
  return async (community, at) => (await cycles(community)).beginnings.findLast(({ from }) => from > at)?.cycle ?? null;
});

type Current = (community: string, at: Date) => Promise<CycleRecord | null>;

const cyclesOf = perWorld((world) => kept(world, lookUps(world)(byCommunity)));

function kept(world: World, lookUp: (community: string) => Promise<Cycles>): (community: string) => Promise<Cycles> {
  return cached(world, 1_000, 2_000, lookUp, changes(world).version);
}

function currentBy(world: World, cycles: (community: string) => Promise<Cycles>): Current {
  const ready = frozenWhenOpen(world);
  return async (community, at) => {
    const { votes, beginnings } = await cycles(community);
    const current = votes.find(({ cycle, from, to }) => from <= at && at < to && isOpen(cycle, at)) ?? beginnings.find(({ from }) => from <= at);
    return current ? ready(current.cycle, at) : null;
  };
}

/** What is kept here is used at any later moment, so that calendars are read as they are planned. */
const PLANNED = new Date(0);

const byCommunity: LookUp<CycleRecord, Cycles> = {
  model: Cycle,
  pipeline: (communities) => [{ $match: { community: { $in: communities } } }],
  results: inOrder,
};

function inOrder(found: readonly CycleRecord[], communities: readonly string[]): Cycles[] {
  return communities.map((community) => {
    const own = found.filter((cycle) => cycle.community === community);
    const beginnings = own.flatMap((cycle) =>
      periods(cycle, PLANNED)
        .slice(0, 1)
        .map(({ from }) => ({ cycle, from })),
    );
    const votes = own.flatMap((cycle) => {
      const vote = voteOf(cycle, PLANNED);
      return vote ? [{ cycle, ...vote }] : [];
    });
    return {
      beginnings: beginnings.toSorted((one, other) => other.from.getTime() - one.from.getTime()),
      votes: votes.toSorted((one, other) => one.from.getTime() - other.from.getTime()),
    };
  });
}

/** A cycle by its id, frozen if its vote has opened; null if there is none. A change may go unseen for a second. */
export const cycleById: (world: World) => ById = perWorld((world) => cyclesBy(world, lookUps(world)(byId(Cycle))));

/** `cycleById` for the pages and the API, which only read: it uses neither the connections, the queue nor the memory of the turns. */
export const cycleForReaders: (world: World) => ById = perWorld((world) => {
  const cycles = cyclesBy(world, readersLookUps(world)(byId(Cycle)));
  return async (id) => (isId(id) ? cycles(id) : null);
});

type ById = (id: string) => Promise<CycleRecord | null>;

function cyclesBy(world: World, lookUp: ById): ById {
  const load = cached(world, 1_000, 2_000, lookUp, changes(world).version);
  const ready = frozenWhenOpen(world);
  return async (id) => {
    const cycle = await load(id);
    return cycle && ready(cycle, world.now());
  };
}

/** A cycle by its id, as it is stored at this moment; null if there is none. */
export function findCycle(id: string): Promise<CycleRecord | null> {
  return collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
}

/** The ids of a community's cycles. */
export function cyclesIn(community: string, session?: mongo.ClientSession): Promise<string[]> {
  return cyclesAmong([community], session);
}

/** The ids of the cycles of these communities. */
export async function cyclesAmong(communities: readonly string[], session?: mongo.ClientSession): Promise<string[]> {
  const found = await collection(Cycle)
    .find({ community: { $in: [...communities] } }, { projection: { _id: 1 }, ...(session && { session }) })
    .toArray();
  return found.map(({ _id }) => _id);
}

/** A community's cycles, as they are stored at this moment, or in a session. */
export function findCycles(community: string, session?: mongo.ClientSession): Promise<CycleRecord[]> {
  return collection(Cycle)
    .find({ community }, { promoteBuffers: true, ...(session && { session }) })
    .toArray();
}

/** The cycles of all communities, ordered by community and id. */
export function allCycles(): Promise<CycleRecord[]> {
  return collection(Cycle)
    .find({}, { sort: { community: 1, _id: 1 } })
    .toArray();
}

/** A community's cycles whose first stage has begun by `at`, newest first. */
export async function begunCycles(community: string, at: Date): Promise<{ id: string; title: string }[]> {
  const found = await forReaders(Cycle)
    .find({ community }, { projection: { title: 1, ...CALENDAR_FIELDS } })
    .toArray();
  return found
    .flatMap((cycle) => {
      const [first] = periods(cycle, at);
      return first && first.from <= at ? { id: cycle._id, title: cycle.title, from: first.from.getTime() } : [];
    })
    .toSorted((one, other) => other.from - one.from)
    .map(({ id, title }) => ({ id, title }));
}

/** A view of one cycle, whose id is asked for first. Its `read` rejects with `unknown-cycle`, too, if the community has no cycle with this id. */
export function cycleView<Asked extends readonly unknown[], Result>({
  query,
  ...right
}: Right & { readonly query: (reading: Reading, cycle: string, ...asked: Asked) => Result | Promise<Result> }): View<
  readonly [cycle: string, ...asked: Asked],
  Result
> {
  return view({
    ...right,
    query: async (reading, id: string, ...asked: Asked) => {
      const cycle = await cycleForReaders(reading.world)(id);
      if (cycle?.community !== reading.community) throw new CodedError('unknown-cycle', 'The community has no cycle with this id.');
      return query(reading, id, ...asked);
    },
  });
}

/** The cycle about which something is printed: the current one of a community, or another one of it; null if there is none. */
export const readPrinted = view({
  name: 'print.cycle',
  may: SEES_PEOPLE,
  query: async ({ world, community }, wanted?: string): Promise<CycleRecord | null> => {
    const cycle = wanted === undefined ? await currentCycleForReaders(world)(community, world.now()) : await cycleForReaders(world)(wanted);
    return cycle?.community === community ? cycle : null;
  },
});

/** A community's cycles for its staff, the one that begins last first, without the text of the frozen ballot. */
export const readCalendar = view({
  name: 'cycle.list',
  may: SEES_NUMBERS,
  query: async ({ community }): Promise<CycleRecord[]> => {
    return forReaders(Cycle)
      .find({ community }, { sort: { 'stages.0.from': -1 }, projection: { 'frozen.ballot': 0, pseudonymKey: 0 }, promoteBuffers: true })
      .toArray();
  },
});

/** The ids of all cycles whose vote has opened. A change may go unseen for a second. */
export const frozenCycles: (world: World) => () => Promise<readonly string[]> = perWorld((world) => {
  const load = async () => {
    const found = await forReaders(Cycle)
      .find({ frozen: { $exists: true } }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id);
  };
  const ids = cached(world, 1_000, 1, load, changes(world).version);
  return () => ids('');
});

/** The ids of the cycles whose ledger was sealed at or after a moment. */
export async function sealedSince(from: Date): Promise<string[]> {
  const found = await collection(Cycle)
    .find({ sealedAt: { $gte: from } }, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}

/** Longer than any message that we send because of a calendar can wait. */
const BACK_MS = 8 * DAY_MS;

/**
 * The cycles whose calendar has a date in the last days (`BACK_MS`) or in the future; with `sealedFrom`, also those whose ledger was sealed since then. They
 * come without the text of the frozen ballot, which the work by calendar does not need.
 */
export function liveCycles(now: Date, sealedFrom?: Date): Promise<CycleRecord[]> {
  const since = { $gte: new Date(now.getTime() - BACK_MS) };
  const sealed = sealedFrom ? [{ sealedAt: { $gte: sealedFrom } }] : [];
  return collection(Cycle)
    .find({ $or: [{ 'stages.from': since }, { 'moves.from': since }, ...sealed] }, { promoteBuffers: true, projection: { 'frozen.ballot': 0 } })
    .toArray();
}

/** What of a cycle decides when the head of its ledger is shown. */
export type VoteTimes = Calendar & Pick<CycleRecord, '_id' | 'community' | 'sealedAt' | 'released'> & { readonly frozen?: Pick<Frozen, 'at'> };

/** The times of the cycles whose ledger is not sealed, or was sealed or whose result was released since a moment. */
export function voteTimes(since: Date): Promise<VoteTimes[]> {
  return forReaders(Cycle)
    .find<VoteTimes>(
      { $or: [{ sealedAt: { $exists: false } }, { sealedAt: { $gte: since } }, { 'released.at': { $gte: since } }] },
      { projection: { community: 1, ...CALENDAR_FIELDS, 'frozen.at': 1, sealedAt: 1, 'released.at': 1 } },
    )
    .toArray();
}

/** Gives a cycle back; if the vote has opened by `at`, its ballot is frozen first. */
const frozenWhenOpen: (world: World) => (cycle: CycleRecord, at: Date) => Promise<CycleRecord> = perWorld((world) => {
  const frozen = cached(world, 1_000, 1_000, (id) => freeze(world, id));
  return async (cycle, at) => {
    if (cycle.frozen) return cycle;
    const vote = voteOf(cycle, at);
    return vote && vote.from <= at ? frozen(cycle._id) : cycle;
  };
});

/** What of a cycle is needed to see how it stands. */
export type CycleAtAGlance = Pick<CycleRecord, '_id' | 'community' | 'stages' | 'moves' | 'holds' | 'sealedAt' | 'residentsAtClose'> & {
  readonly projects: readonly Pick<CycleRecord['projects'][number], 'number'>[];
  readonly frozen?: Pick<NonNullable<CycleRecord['frozen']>, 'at' | 'residents'>;
};

/** Records read at once: some milliseconds of work. */
const BATCH = 200;
const GLANCE = {
  ...{ community: 1, ...CALENDAR_FIELDS, sealedAt: 1, residentsAtClose: 1, 'projects.number': 1, 'frozen.at': 1, 'frozen.residents': 1 },
} as const;

/** The current cycles of communities at a moment (as `currentCycle`), by slug; those of the communities in which one has begun. */
export async function currentCyclesAmong(communities: readonly string[], at: Date): Promise<Map<string, CycleAtAGlance>> {
  const found = forReaders(Cycle).find<CycleAtAGlance>(
    { community: { $in: [...communities] } },
    { projection: GLANCE, hint: { community: 1, 'stages.0.from': -1 }, batchSize: BATCH },
  );
  const current = new Map<string, { readonly cycle: CycleAtAGlance; readonly begins: number }>();
  for await (const cycle of withPauses(found)) {
    const [first] = periods(cycle, at);
    if (!first || first.from > at) continue;
    const begins = isOpen(cycle, at) ? Number.POSITIVE_INFINITY : first.from.getTime();
    const known = current.get(cycle.community);
    if (!known || begins > known.begins) current.set(cycle.community, { cycle, begins });
  }
  return new Map([...current].map(([community, { cycle }]) => [community, cycle]));
}
