import { todayIn } from '../../fund/communities/index.ts';
import { boxesOpen, currentCycleForReaders, cycleBefore, heldVote, slipsClose, stageAt, voteOf } from '../../fund/cycles/index.ts';
import { waitingInquiries } from '../../fund/inquiries/index.ts';
import { waitingMinutes, waitingPublication } from '../../fund/meetings/index.ts';
import { waitingMisses } from '../../fund/misses/index.ts';
import { waitingPaper } from '../../fund/paper/index.ts';
import { type Reading, SEES_NUMBERS, view, waitingRequests } from '../../fund/people/index.ts';
import { waitingProposals, waitingRecordings } from '../../fund/proposals/index.ts';
import { waitingWorks } from '../../fund/works/index.ts';
import { troubledBroadcasts } from '../../outreach/broadcasts/readBroadcasts.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { cacheUntilNextLogEntry } from './cacheUntilNextLogEntry.ts';
import { standingOf } from './leads.ts';

/** A vote that opens so soon has projects. */
const SOON_MS = 7 * DAY_MS;
/** Messages that failed longer ago are no news. */
const RECENT_MS = 14 * DAY_MS;
/** What residents do is in the menu's numbers after so many milliseconds at the latest; what the staff does, at once. */
const MENU_MS = 60_000;

export type Counted = Awaited<ReturnType<typeof counted>>;

/** What waits in a community, for Today: the same for all who may see it. Most of what is asked for at once goes as one command (`batchedQuery`). */
export const waitingIn = cacheUntilNextLogEntry(view({ name: 'today', may: SEES_NUMBERS, query: counted }));

/** How much waits on each page of the menu, by its tab; what is absent is nothing. */
export const waitingByPage = cacheUntilNextLogEntry(
  view({ name: 'today.byPage', may: SEES_NUMBERS, query: async (reading) => byPage(await waitingIn.read(reading)) }),
  MENU_MS,
);

export function byPage({
  requests,
  inquiries,
  recordings,
  proposals,
  publication,
  minutes,
  broadcasts,
  works,
  blocks,
  standing,
}: Counted): Readonly<Record<string, number>> {
  const sum = (...counts: readonly (number | undefined)[]) => counts.reduce<number>((all, count = 0) => all + count, 0);
  const { objections, earlier, unpublished, unchecked } = publication;
  return {
    people: requests.count,
    inbox: sum(recordings.count, ...inquiries.map(({ count }) => count)),
    proposals: sum(proposals.count, standing.left.unsorted, standing.left.unexplained),
    meetings: minutes.count,
    publication: sum(objections.count, earlier.count, unpublished.count, unchecked.count),
    messages: broadcasts.filter(({ pausedAt }) => pausedAt !== undefined).length,
    table: sum(blocks?.paper?.unvalidated.count),
    paper: sum(blocks?.isShut ? 0 : blocks?.paper?.batches.count),
    works: sum(...Object.values(works).map((warning) => warning?.count)),
  };
}

async function counted(reading: Reading) {
  const { world, community } = reading;
  const [requests, inquiries, recordings, misses, proposals, publication, minutes, broadcasts, works, blocks, standing] = await Promise.all([
    waitingRequests.read(reading),
    waitingInquiries.read(reading),
    waitingRecordings.read(reading),
    waitingMisses.read(reading),
    unansweredBefore(reading),
    waitingPublication.read(reading),
    waitingMinutes.read(reading),
    troubledBroadcasts.read(reading, new Date(world.now().getTime() - RECENT_MS)),
    todayIn(world, community).then((today) => waitingWorks.read(reading, today)),
    blocking(reading),
    standingOf(reading),
  ]);
  return { requests, inquiries, recordings, misses, proposals, publication, minutes, broadcasts, works, blocks, standing };
}

/** What of the current cycle keeps its next stage from coming, besides its publication and its proposals. */
async function blocking(reading: Reading) {
  const { world, community } = reading;
  const now = world.now();
  const cycle = await currentCycleForReaders(world)(community, now);
  if (!cycle || stageAt(cycle, now) === 'closed') return undefined;
  const vote = voteOf(cycle, now);
  const isSoon = vote !== undefined && now < vote.from && now.getTime() > vote.from.getTime() - SOON_MS;
  const isHeld = heldVote(cycle, now) !== undefined;
  const isOver = vote !== undefined && vote.to <= now;
  const paper = cycle.frozen ? await waitingPaper.read(reading, cycle._id, { isOver }) : undefined;
  return {
    noProjects: (isSoon || isHeld) && cycle.projects.length === 0 ? { count: 1, ...(isSoon && { due: vote.from }) } : { count: 0 },
    isSealed: cycle.sealedAt !== undefined,
    /** The boxes stay shut until the close. */
    isShut: !isOver && boxesOpen(cycle, now) !== undefined,
    /** Until when slips are keyed, once the vote has closed. */
    until: isOver ? slipsClose(cycle, now) : undefined,
    paper,
  };
}

/** Proposals of the cycle before without an answer, until each has one. */
async function unansweredBefore(reading: Reading) {
  const { world, community } = reading;
  const cycle = await currentCycleForReaders(world)(community, world.now());
  const before = cycle && (await cycleBefore(world)(cycle));
  return before ? waitingProposals.read(reading, before._id, 'unanswered') : { count: 0 };
}
