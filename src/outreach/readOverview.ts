import { voterCounts } from '../fund/ballots/index.ts';
import { communityNames } from '../fund/communities/index.ts';
import { type CycleAtAGlance, currentCyclesAmong, periods, type Stage, voteOf } from '../fund/cycles/index.ts';
import { inquiriesAmong } from '../fund/inquiries/index.ts';
import { requestsAmong, type Waits } from '../fund/people/index.ts';
import { isAllRead, supervisedAmong } from '../fund/staff/index.ts';
import { type WarningCounts, WORK_WARNINGS, type WorkWarning, warningsAmong } from '../fund/works/index.ts';
import { boundedMap } from '../store/boundedMap.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/inTime.ts';
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
const EACH = 200;
const RECENT_MS = 14 * DAY_MS;
/** An answer is counted anew after a minute. Meanwhile who asks still gets the old one, until it is ten minutes old, and does not wait. */
const FRESH_MS = 60_000;
const USABLE_MS = 600_000;
/** How many offices' answers are kept. */
const MOST_KEPT = 20;

/**
 * How communities stand, given by their slugs, or all of them: counted once a minute for everybody who asks for the same. Who may read it is the caller's
 * question. It reads indexes, with a seek for each community: for 3,000 of them a third of a second of CPU, in small pieces.
 */
export const readOverview: (world: World) => (slugs: readonly string[] | 'all') => Promise<Standing[]> = perWorld((world) => {
  const answers = boundedMap<string, { readonly at: number; readonly standings: Promise<Standing[]>; next?: Promise<Standing[]> }>(MOST_KEPT);
  return (slugs) => {
    const key = slugs === 'all' ? slugs : slugs.toSorted().join(' ');
    const now = world.now().getTime();
    const known = answers.get(key);
    const age = known ? now - known.at : Number.POSITIVE_INFINITY;
    if (!known || age < 0 || age >= USABLE_MS) return keep(key, now, standings(world.now(), slugs));
    if (age >= FRESH_MS) known.next ??= renew(key, now, slugs);
    return known.standings;
  };

  function keep(key: string, at: number, counted: Promise<Standing[]>): Promise<Standing[]> {
    answers.set(key, { at, standings: counted });
    counted.catch(() => answers.delete(key));
    return counted;
  }

  /** What was kept stays if this fails; who asks once it is too old hears of the failure. */
  function renew(key: string, at: number, slugs: readonly string[] | 'all'): Promise<Standing[]> {
    const counted = standings(new Date(at), slugs);
    counted.then(
      () => answers.set(key, { at, standings: counted }),
      () => {
        const known = answers.get(key);
        if (known) delete known.next;
      },
    );
    return counted;
  }
});

/** So often the overview of all communities is counted ahead: before what is kept is too old. */
const AHEAD_MS = USABLE_MS / 2;

/** Counts the overview of all communities ahead, if somebody reads all of them, so that the first of the day does not wait. It looks whenever it is called. */
export function keepOverview(world: World): () => Promise<void> {
  const read = readOverview(world);
  let due = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = performance.now();
    if (now < due || !(await isAllRead())) return;
    due = now + AHEAD_MS;
    await read('all');
  };
}

async function standings(now: Date, asked: readonly string[] | 'all'): Promise<Standing[]> {
  const names = await communityNames(asked === 'all' ? undefined : asked);
  const slugs = [...names.keys()];
  const [cycles, requests, inquiries, supervised, troubles, works] = await Promise.all([
    currentCyclesAmong(slugs, now),
    requestsAmong(slugs),
    inquiriesAmong(slugs),
    supervisedAmong(slugs),
    troublesAmong(slugs, new Date(now.getTime() - RECENT_MS)),
    warningsAmong(slugs, now.toISOString().slice(0, 10)),
  ]);
  const turnouts = await voterCounts([...cycles.values()].map(({ _id }) => _id));
  const found: Standing[] = [];
  for await (const slug of withPauses(slugs)) found.push(standingOf(slug));
  return found;

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
    { projection: { community: 1, pausedAt: 1 }, hint: { community: 1, dueAt: -1 }, batchSize: EACH },
  );
  for await (const broadcast of withPauses(recent)) broadcasts.push(broadcast);
  const failed = await forReaders(Message)
    .aggregate<{ _id: string; count: number }>(
      [
        { $match: { broadcast: { $in: broadcasts.map(({ _id }) => _id) }, state: { $in: ['failed', 'unknown'] } } },
        { $group: { _id: '$broadcast', count: { $sum: 1 } } },
      ],
      { hint: { broadcast: 1, state: 1 } },
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
