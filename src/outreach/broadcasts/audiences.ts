import { currentCycle, isOpen } from '../../fund/cycles/index.ts';
import { type Actor, buildingsOf, checkRight } from '../../fund/people/index.ts';
import type { World } from '../../store/world.ts';

/** To whom a community's broadcast may go now, besides everybody. */
export interface Audiences {
  /** A vote is open: those who have not voted can be written to. */
  readonly isVoting: boolean;
  /** As the roster writes them. */
  readonly buildings: readonly string[];
}

/** To whom a broadcast of a community may go now. Rejects with `not-allowed` (`checkRight`). */
export function audiences(world: World): (community: string, actor: Actor) => Promise<Audiences> {
  const current = currentCycle(world);
  return async (community, actor) => {
    checkRight(actor, 'createBroadcast', community);
    const now = world.now();
    const [cycle, buildings] = await Promise.all([current(community, now), buildingsOf(community)]);
    return { isVoting: cycle !== null && isOpen(cycle, now), buildings };
  };
}
