import { type CycleRecord, currentCycleForReaders, findCycle, heldVote, voteOf } from '../cycles/index.ts';
import { SEES_NUMBERS, view } from '../people/index.ts';
import { type ProjectPictures, projectPictures } from '../projects/index.ts';
import { feasibleProposals } from '../proposals/index.ts';

/** A ballot as its vote will have it, and whether it is frozen. */
export interface BallotRead {
  readonly cycle: CycleRecord;
  readonly isFrozen: boolean;
  readonly closes: Date;
  readonly pictures: ProjectPictures;
  /** Proposals that can be done and are no project yet. */
  readonly proposals: Awaited<ReturnType<typeof feasibleProposals>>;
}

/** The ballot of the current cycle; null before the first one. */
export const readBallot = view({
  name: 'ballot.one',
  may: SEES_NUMBERS,
  query: async ({ world, community }): Promise<BallotRead | null> => {
    const now = world.now();
    const known = await currentCycleForReaders(world)(community, now);
    const cycle = known && (await findCycle(known._id)); // what was saved a moment ago is seen
    if (!cycle) return null;
    const vote = voteOf(cycle, now) ?? heldVote(cycle, now);
    const found = await feasibleProposals(world, cycle._id);
    return {
      cycle,
      isFrozen: cycle.frozen !== undefined || (vote !== undefined && !heldVote(cycle, now) && vote.from <= now),
      closes: vote?.to ?? now,
      pictures: await projectPictures(
        cycle,
        cycle.projects.map(({ number }) => number),
      ),
      proposals: found.filter(({ project }) => project === undefined),
    };
  },
});
