import type { Channel } from '../../contacts/channel.ts';
import { type CommunityRecord, findCommunities } from '../../fund/communities/index.ts';
import { type CycleRecord, liveCycles, periods, voteOf } from '../../fund/cycles/index.ts';
import { publicSteps, stepsTaken } from '../../fund/meetings/index.ts';
import { RATED_FOR_MS, type WorkRecord, worksOfMany } from '../../fund/works/index.ts';
import { cached, changes } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled, pauses } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { AnnouncementProgress, type AnnouncementProgressRecord } from './nudge.ts';
import { logHeads, type Occasion, occasionsAt } from './occasions.ts';
import { type Tell, teller } from './tell.ts';
import { tellStaff } from './tellStaff.ts';
import { unfinished } from './unfinished.ts';
import { worksDue } from './worksToTell.ts';

/** Sends everything that is due by the calendar. Harmless to run late, twice or not at all for a week. `channels`: those in service. */
export function calendarJob(world: World, channels: readonly Channel[]): () => Promise<void> {
  const looks = [announceDue(world, channels), () => unfinished(world, channels), tellStaff(world)];
  return () => forEachSettled(looks, 'looks', (look) => look());
}

/** A look ends after so long; the next one goes on with the rest. */
const LOOK_MS = 20_000;
/** What was done in a cycle, which is told on the morning after, is read anew after so long. Works are looked at as often. */
const STEPS_MS = 5 * 60_000;
/** It is kept of so many cycles, more than have a date at the same time: of fewer each look would read all of them anew. */
const CYCLES = 5_000;
/** So many cycles are read together, some milliseconds of work: each alone, a thousand made 500 commands a second. */
const TOGETHER = 25;

/**
 * One look at all calendars, and now and then at all works: the recipients of whatever is due are notified, page by page, each page once. Late, twice or cut
 * off in the middle, it is harmless; a calendar that fails does not stop the others. `channels`: those in service.
 */
export function announceDue(world: World, channels: readonly Channel[]): () => Promise<void> {
  const tell = teller(world, channels);
  const looks = [lookAtCalendars(world, tell), lookAtWorks(world, tell)];
  return () => forEachSettled(looks, 'looks', (look) => look());
}

function lookAtCalendars(world: World, tell: Tell): () => Promise<void> {
  const taken = cached(world, STEPS_MS, CYCLES, stepsTaken(world));
  // as long as the database tells of no change they are not read again: time takes some of them away, and adds none
  const live = cached(world, 0, 1, () => liveCycles(world.now()), changes(world).version);
  const goRound = inTurns();
  return async () => {
    const asked = await nudges(world.now());
    const readAhead = ({ _id }: CycleRecord) => [taken(_id)];
    await goRound(await live(''), readAhead, async (cycle, community, ends) => {
      const nudged = asked.filter((nudge) => nudge.cycle === cycle._id).flatMap((nudge) => asOccasion(nudge, cycle, world.now()));
      const steps = publicSteps(await taken(cycle._id), community.timezone);
      await tell([...occasionsAt(cycle, community.timezone, world.now(), steps), ...nudged], [cycle], community, ends);
    });
  };
}

/** The news of works, and the questions about them: they go on long after a calendar has no date any more. */
function lookAtWorks(world: World, tell: Tell): () => Promise<void> {
  const worksOf = cached(world, STEPS_MS, CYCLES, worksOfMany(world));
  const goRound = inTurns();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = world.now();
    if (Math.abs(now.getTime() - lookedAt) < STEPS_MS) return;
    lookedAt = now.getTime();
    const all = byCommunity(await liveCycles(now, new Date(now.getTime() - RATED_FOR_MS)));
    const told = new Map([...all].map(([community, cycles]) => [community, begunLast(cycles, now)]));
    const firsts = [...told.values()].flatMap(([first]) => first ?? []);
    const readAhead = ({ community }: CycleRecord) => (told.get(community) ?? []).map(({ _id }) => worksOf(_id));
    const isWhole = await goRound(firsts, readAhead, async ({ community: slug }, community, ends) => {
      const cycles = told.get(slug) ?? [];
      const works = await Promise.all(cycles.map(({ _id }) => worksOf(_id)));
      const votes = (all.get(slug) ?? []).flatMap((cycle) => voteOf(cycle, now) ?? []);
      const due = worksDue(cycles, works.flat(), { timezone: community.timezone, votes, now: world.now() });
      const [running] = cycles.filter((cycle) => isRunning(cycle, works.flat(), now));
      await tell([...due, ...(running ? logHeads(running, community.timezone, world.now()) : [])], cycles, community, ends);
    });
    if (!isWhole) lookedAt = Number.NEGATIVE_INFINITY;
  };
}

/** Until it is closed, and as long as a work of it is not done. */
function isRunning(cycle: CycleRecord, works: readonly WorkRecord[], now: Date): boolean {
  const isClosed = periods(cycle, now).some(({ stage, from }) => stage === 'closed' && from <= now);
  return !isClosed || works.some(({ _id, state }) => _id.cycle === cycle._id && state !== 'paid' && state !== 'rated');
}

function byCommunity(cycles: readonly CycleRecord[]): Map<string, CycleRecord[]> {
  const found = new Map<string, CycleRecord[]>();
  for (const cycle of cycles) {
    const own = found.get(cycle.community);
    if (own) own.push(cycle);
    else found.set(cycle.community, [cycle]);
  }
  return found;
}

/** Of a community's cycles the two that began last, the newest first: an older one's works cannot be named in an answer. */
function begunLast(cycles: readonly CycleRecord[], now: Date): CycleRecord[] {
  return cycles
    .flatMap((cycle) =>
      periods(cycle, now)
        .slice(0, 1)
        .map(({ from }) => ({ cycle, from })),
    )
    .filter(({ from }) => from <= now)
    .toSorted((one, other) => other.from.getTime() - one.from.getTime())
    .slice(0, 2)
    .map(({ cycle }) => cycle);
}

/** What is done for a cycle in its turn; at `ends` the look is over. */
type Serve = (cycle: CycleRecord, community: CommunityRecord, ends: number) => Promise<void>;

/** Serves cycles one after the other, beginning after the one that was served last; gives whether the time was enough for all. */
function inTurns(): (cycles: readonly CycleRecord[], readAhead: (cycle: CycleRecord) => Promise<unknown>[], serve: Serve) => Promise<boolean> {
  let lastServed = '';
  return async (cycles, readAhead, serve) => {
    const ends = performance.now() + LOOK_MS;
    const communities = await findCommunities(cycles.map(({ community }) => community));
    const inTurn = startingAfter(lastServed, cycles);
    const othersTurn = pauses();
    await forEachSettled(inTurn.entries(), 'calendars', async ([place, cycle]) => {
      if (performance.now() >= ends) return;
      if (place % TOGETHER === 0) await Promise.allSettled(inTurn.slice(place, place + TOGETHER).flatMap(readAhead));
      const community = communities.get(cycle.community);
      if (!community) return;
      lastServed = cycle._id;
      await serve(cycle, community, ends);
      await othersTurn();
    });
    return performance.now() < ends;
  };
}

/** All of them, beginning after the one that was served last, so that one that takes a whole look does not block the others. */
function startingAfter(last: string, cycles: readonly CycleRecord[]): CycleRecord[] {
  const sorted = cycles.toSorted((one, other) => (one._id < other._id ? -1 : 1));
  return [...sorted.filter(({ _id }) => _id > last), ...sorted.filter(({ _id }) => _id <= last)];
}

/** 催票: reminders that cadres asked for and that are not finished. */
function nudges(now: Date): Promise<AnnouncementProgressRecord[]> {
  return collection(AnnouncementProgress)
    .find({ nudge: { $exists: true }, doneAt: { $exists: false }, 'nudge.until': { $gt: now } }, { hint: { doneAt: 1 } })
    .toArray();
}

function asOccasion({ _id: id, at: from, nudge }: AnnouncementProgressRecord, { _id, community, ...calendar }: CycleRecord, now: Date): Occasion[] {
  const close = voteOf(calendar, now)?.to;
  if (!nudge || !close) return [];
  const said = { key: 'notice.closing', params: { closesAt: close.toISOString() } };
  return [{ id, cycle: _id, community, kind: 'closing', to: 'notVoted', from, until: nudge.until, said }];
}
