import { voterCounts } from '../fund/ballots/index.ts';
import { communityNames } from '../fund/communities/index.ts';
import { type CycleAtAGlance, currentCyclesAmong, periods, type Stage, voteOf } from '../fund/cycles/index.ts';
import { inquiriesAmong } from '../fund/inquiries/index.ts';
import { requestsAmong, type Waits } from '../fund/people/index.ts';
import { isAllRead, supervisedAmong } from '../fund/staff/index.ts';
import { type WarningCounts, WORK_WARNINGS, type WorkWarning, warningsAmong } from '../fund/works/index.ts';
import { cached } from '../store/cache.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import { DAY_MS } from '../store/wallTime.ts';
import { perWorld, type World } from '../store/world.ts';
import { Broadcast, type BroadcastRecord } from './broadcasts/broadcast.ts';
import { Message } from './outbox/message.ts';

/** What should make an office look at a community. */
export const WARNINGS = ['noProjects', 'lowTurnout', 'late', 'paused', 'noSupervisor', ...WORK_WARNINGS] as const;
export type Warning = (typeof WARNINGS)[number];

/** How a community stands. */
export interface Standing {
  readonly slug: string;
  readonly name: string;
  /** Of the current cycle; absent if none has begun. */
  readonly stage?: Stage;
  /** When that stage ends. */
  readonly ends?: Date;
  /** From the opening of the vote on, some minutes old. */
  readonly turnout?: { readonly voters: number; readonly residents: number };
  /** Requests to join, and inquiries without an answer. */
  readonly requests?: Waits;
  readonly inquiries?: Waits;
  /** Messages of the last fourteen days that reached nobody. */
  readonly failed: number;
  readonly warnings: readonly Warning[];
}

/** Nobody waits longer for an answer without a warning. */
const LATE_MS = 3 * DAY_MS;
/** A vote that opens so soon has projects. */
const SOON_MS = 7 * DAY_MS;
/** So long before the close a tenth should have voted. */
const CLOSING_MS = 2 * DAY_MS;
const LEAST_SHARE = 0.1;
/** Records read at once: some milliseconds of work. */
const BATCH = 200;
const RECENT_MS = 14 * DAY_MS;
/** More communities than these are taken out of what is counted of all of them, ahead; so few are counted for a person who asks. */
const FEW = 50;
/** What was counted is counted anew after a minute, if somebody reads it, and is used until it is ten minutes old. */
const FRESH_MS = 60_000;
const USABLE_MS = 600_000;
/** So often all communities are counted while nobody looks: before what is kept is too old. */
const AHEAD_MS = USABLE_MS / 2;
/** For how many small groups of communities the answers are kept. */
const MOST_KEPT = 20;

/**
 * How communities stand, given by their slugs, or all of them, by name. A few are counted for a person who asks, once a minute for everybody who asks for the same; many are
 * read from what `keepOverview` counted of all of them, so that no reader causes a look at everybody but the first one after a start. Who may read it is
 * the caller's question.
 */
export async function readOverview(world: World, slugs: readonly string[] | 'all'): Promise<readonly Standing[]> {
  const all = countedOfAll(world);
  const few = countedOfFew(world);
  if (slugs === 'all') return all.read();
  if (slugs.length <= FEW) return few(slugs.toSorted().join(' '));
  const wanted = new Set(slugs);
  return (await all.read()).filter(({ slug }) => wanted.has(slug));
}

/** By their slugs in order, a blank between them. */
const countedOfFew = perWorld((world) => cached(world, FRESH_MS, MOST_KEPT, (slugs) => standings(world, world.now(), slugs.split(' '))));

function isWithin(age: number, most: number): boolean {
  return age >= 0 && age < most;
}

/** What was counted of all communities, until what is counted next is there; a failure changes nothing. */
const countedOfAll = perWorld((world) => {
  let known: { readonly at: number; readonly standings: Promise<Standing[]> } | undefined;
  /** Since it was counted last, and ever. */
  let [isRead, wasRead] = [false, false];
  const count = async (): Promise<Standing[]> => {
    const at = world.now();
    const counting = standings(world, at, 'all');
    const next = { at: at.getTime(), standings: counting };
    known ??= next;
    try {
      await counting;
      known = next;
    } catch (error) {
      if (known === next) known = undefined;
      throw error;
    }
    return counting;
  };
  return {
    read: (): Promise<Standing[]> => {
      [isRead, wasRead] = [true, true];
      if (known && !isWithin(world.now().getTime() - known.at, USABLE_MS)) known = undefined;
      return known?.standings ?? count();
    },
    /** Counts anew, if it is due and somebody reads it at all, or `isWanted` says that they may. */
    renew: async (isWanted: () => Promise<boolean>): Promise<void> => {
      const age = known ? world.now().getTime() - known.at : Number.POSITIVE_INFINITY;
      if (isWithin(age, isRead ? FRESH_MS : AHEAD_MS)) return;
      if (!wasRead && !(await isWanted())) return;
      isRead = false;
      await count();
    },
  };
});

/** Counts how all communities stand ahead, while somebody reads all or many of them. It looks whenever it is called. */
export function keepOverview(world: World): Promise<void> {
  const { renew } = countedOfAll(world);
  return renew(() => isAllRead(world));
}

const NAMES = new Intl.Collator('zh-CN', { numeric: true });

/** By name. */
async function standings(world: World, now: Date, asked: readonly string[] | 'all'): Promise<Standing[]> {
  const names = await communityNames(asked === 'all' ? undefined : asked);
  const slugs = [...names.keys()];
  const [cycles, requests, inquiries, supervised, troubles, works] = await Promise.all([
    currentCyclesAmong(slugs, now),
    requestsAmong(slugs),
    inquiriesAmong(slugs),
    supervisedAmong(world, slugs),
    troublesAmong(slugs, new Date(now.getTime() - RECENT_MS)),
    warningsAmong(slugs, now.toISOString().slice(0, 10)),
  ]);
  const turnouts = await voterCounts([...cycles.values()].map(({ _id }) => _id));
  const found: Standing[] = [];
  for await (const slug of withPauses(slugs)) found.push(standingOf(slug));
  return found.sort((one, other) => NAMES.compare(one.name, other.name));

  function standingOf(slug: string): Standing {
    const cycle = cycles.get(slug);
    const facts = { turnout: cycle && turnouts.get(cycle._id), requests: requests.get(slug), inquiries: inquiries.get(slug) };
    const { isPaused, failed } = troubles.get(slug) ?? { isPaused: false, failed: 0 };
    const period = cycle && periods(cycle, now).findLast(({ from }) => from <= now);
    const warnings = warningsOf(now, cycle, {
      ...facts,
      isPaused,
      isSupervised: supervised.has(slug),
      stage: period?.stage,
      works: works.get(slug) ?? {},
    });
    return {
      ...{ slug, name: names.get(slug) ?? slug, failed, warnings },
      ...(period && { stage: period.stage }),
      ...(period?.to && { ends: period.to }),
      ...(facts.turnout && { turnout: facts.turnout }),
      ...(facts.requests && { requests: facts.requests }),
      ...(facts.inquiries && { inquiries: facts.inquiries }),
    };
  }
}

interface Facts {
  readonly turnout: Standing['turnout'];
  readonly requests: Waits | undefined;
  readonly inquiries: Waits | undefined;
  readonly stage: Stage | undefined;
  readonly isPaused: boolean;
  readonly isSupervised: boolean;
  /** How many works have each warning. */
  readonly works: WarningCounts;
}

function warningsOf(
  now: Date,
  cycle: CycleAtAGlance | undefined,
  { turnout, requests, inquiries, stage, isPaused, isSupervised, works }: Facts,
): Warning[] {
  const vote = cycle && voteOf(cycle, now);
  const isLate = [requests, inquiries].some((waits) => waits && now.getTime() - waits.since.getTime() > LATE_MS);
  const opensSoon = vote !== undefined && now.getTime() > vote.from.getTime() - SOON_MS && now < vote.to;
  const closesSoon = vote !== undefined && now >= vote.from && now < vote.to && now.getTime() > vote.to.getTime() - CLOSING_MS;
  const is: Record<Exclude<Warning, WorkWarning>, boolean> = {
    noProjects: opensSoon && cycle?.projects.length === 0,
    lowTurnout: closesSoon && turnout !== undefined && turnout.voters < turnout.residents * LEAST_SHARE,
    late: isLate,
    paused: isPaused,
    noSupervisor: stage !== undefined && stage !== 'closed' && !isSupervised,
  };
  return WARNINGS.filter((warning) => (isOfWorks(warning) ? works[warning] !== undefined : is[warning]));
}

function isOfWorks(warning: Warning): warning is WorkWarning {
  return WORK_WARNINGS.some((each) => each === warning);
}

/** By slug: whether a broadcast since then is paused, and how many messages of the broadcasts since then reached nobody. */
async function troublesAmong(communities: readonly string[], since: Date): Promise<Map<string, { isPaused: boolean; failed: number }>> {
  const broadcasts: Pick<BroadcastRecord, '_id' | 'community' | 'pausedAt'>[] = [];
  const recent = forReaders(Broadcast).find(
    { community: { $in: [...communities] }, dueAt: { $gte: since }, state: { $ne: 'cancelled' } },
    { projection: { community: 1, pausedAt: 1 }, hint: { community: 1, dueAt: -1 }, batchSize: BATCH },
  );
  for await (const broadcast of withPauses(recent)) broadcasts.push(broadcast);
  const failed = await forReaders(Message)
    .aggregate<{ _id: string; count: number }>(
      [
        {
          $match: {
            community: { $in: [...new Set(broadcasts.map(({ community }) => community))] },
            broadcast: { $in: broadcasts.map(({ _id }) => _id) },
            state: { $in: ['failed', 'unknown'] },
          },
        },
        { $group: { _id: '$broadcast', count: { $sum: 1 } } },
      ],
      { hint: { community: 1, broadcast: 1, state: 1 } },
    )
    .toArray();
  const counts = new Map(failed.map(({ _id, count }) => [_id, count]));
  const found = new Map<string, { isPaused: boolean; failed: number }>();
  for (const { _id, community, pausedAt } of broadcasts) {
    const before = found.get(community) ?? { isPaused: false, failed: 0 };
    found.set(community, { isPaused: before.isPaused || pausedAt !== undefined, failed: before.failed + (counts.get(_id) ?? 0) });
  }
  return found;
}
