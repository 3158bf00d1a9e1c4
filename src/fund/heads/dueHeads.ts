import { cached, changes } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { DAY_MS, dayOf, daysFrom, readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { leafText } from '../../transparency/checkpoint.ts';
import { ledgerHead } from '../ballots/index.ts';
import { communityZones } from '../communities/index.ts';
import { type VoteTimes, voteOf, voteTimes } from '../cycles/index.ts';
import { logHashBefore } from '../log/index.ts';
import { publishedSince } from '../meetings/index.ts';
import { TreeLeaf, type TreeLeafRecord } from './records.ts';

/** A head that is to be shown: of a cycle's ledger, or without one of the community's log. */
export interface DueHead {
  readonly community: string;
  readonly cycle?: string;
  readonly timezone: string;
  /** The moment at which it was due. */
  readonly for: Date;
}

/** When the ledger's head is taken, and the log's on Mondays, in the community's zone. */
const EVENING = 'T20:00';
const MORNING = 'T08:00';
/** What was due longer ago is not looked for any more, besides what is due again each week. */
const BACK_MS = 32 * DAY_MS;
/** What was published or released is in the log by then, whichever process did it. */
const SETTLED_MS = 30_000;
const KEPT_MS = 60_000;

/**
 * Which heads are due and not in the tree (docs/contract.md: Witnesses): of a ledger on each evening of its vote and once it is sealed; of a log each Monday
 * and after each publication and release. It reads what others did, so that whoever does it need not think of it. Calendars are read again when the database
 * tells of a change.
 */
export function dueHeads(world: World): () => Promise<DueHead[]> {
  const since = () => new Date(world.now().getTime() - BACK_MS);
  const cycles = cached(world, KEPT_MS, 1, () => voteTimes(since()), changes(world).version);
  const zones = cached(world, KEPT_MS, 1, communityZones, changes(world).version);
  const shown = shownUntil();
  return async () => {
    const now = world.now();
    const [all, votes, published, last] = await Promise.all([zones(''), cycles(''), publishedSince(since()), shown(since())]);
    const zoneOf = new Map(all.map(({ _id, timezone }) => [_id, timezone]));
    const acts = new Map<string, number>();
    const note = (community: string, at: Date) => {
      const settled = at.getTime() + SETTLED_MS;
      if (settled <= now.getTime()) acts.set(community, Math.max(acts.get(community) ?? 0, settled));
    };
    for (const { community, at } of published) note(community, at);
    for (const { community, released } of votes) if (released) note(community, released.at);
    const times = new Map(
      [...new Set(zoneOf.values())].map((timezone) => [timezone, { monday: lastMonday(timezone, now), evening: lastEvening(timezone, now) }]),
    );
    const due: DueHead[] = all.map(({ _id: community, timezone }) => ({
      ...{ community, timezone },
      for: new Date(Math.max(times.get(timezone)?.monday ?? 0, acts.get(community) ?? 0)),
    }));
    for (const vote of votes) {
      const timezone = zoneOf.get(vote.community);
      const at = ledgerDue(vote, now, times.get(timezone ?? '')?.evening);
      if (timezone && at) due.push({ community: vote.community, cycle: vote._id, timezone, for: at });
    }
    return due.filter((head) => head.for.getTime() > (last.get(sourceOf(head)) ?? 0));
  };
}

/** The leaf that a head makes; undefined if there is no entry yet. The head may be newer than the moment at which it was due, never older. */
export async function leafOf({ community, cycle, timezone, for: at }: DueHead, now: Date): Promise<Omit<TreeLeafRecord, '_id'> | undefined> {
  const hash = cycle === undefined ? await logHashBefore(community, new Date(now.getTime() + DAY_MS)) : await ledgerHead(cycle);
  if (hash === undefined) return undefined;
  const source = { community, ...(cycle !== undefined && { cycle }), hash };
  return { ...source, text: leafText({ ...source, day: dayOf(now, timezone) }), for: at };
}

/** What is due of a ledger: its seal; before it the last evening since the vote opened. */
function ledgerDue(cycle: VoteTimes, now: Date, evening: Date | undefined): Date | undefined {
  if (cycle.sealedAt) return cycle.sealedAt <= now ? cycle.sealedAt : undefined;
  const vote = cycle.frozen && voteOf(cycle, now);
  return vote && evening && evening > vote.from ? evening : undefined;
}

function lastEvening(timezone: string, now: Date): Date | undefined {
  const today = readTime(`${dayOf(now, timezone)}${EVENING}`, timezone, now);
  return today && today > now ? daysFrom(today, -1, timezone) : today;
}

function lastMonday(timezone: string, now: Date): number {
  const day = dayOf(now, timezone);
  const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7;
  const today = readTime(`${day}${MORNING}`, timezone, now);
  const monday = today && daysFrom(today, -weekday, timezone);
  return (monday && monday > now ? daysFrom(monday, -7, timezone) : monday)?.getTime() ?? 0;
}

/** A name for a ledger or a log. */
export function sourceOf({ community, cycle }: Pick<DueHead, 'community' | 'cycle'>): string {
  return cycle === undefined ? community : `${community} ${cycle}`;
}

/** For which moment each source was shown last, as far as that is needed. What other processes appended is read on. */
function shownUntil(): (since: Date) => Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  let next: number | undefined;
  return async (since) => {
    const which = next === undefined ? { for: { $gte: since } } : { _id: { $gte: next } };
    const found = collection(TreeLeaf).find(which, { projection: { community: 1, cycle: 1, for: 1 }, readConcern: { level: 'majority' } });
    for await (const { _id, for: at, ...source } of found) {
      last.set(sourceOf(source), Math.max(last.get(sourceOf(source)) ?? 0, at.getTime()));
      next = Math.max(next ?? 0, _id + 1);
    }
    return last;
  };
}
