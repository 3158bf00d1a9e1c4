import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { entryByKey } from './entryByKey.ts';
import { lastEntry } from './lastEntry.ts';
import { openSecret } from './openSecret.ts';
import { voterOf } from './voterOf.ts';

/** `isCast`: this very act cast them already. */
export interface MyPicks {
  readonly picks: readonly number[];
  readonly isCast?: true;
}

/** Service: what the acting resident's ballot says now, for a pick to be added to. */
export function myPicks(world: World): (input: unknown, act: Act) => Promise<MyPicks> {
  const current = currentCycle(world);
  const voterIn = voterOf(world);
  return async (_, { key, community, at, resident }) => {
    const cast = await entryByKey(world.vault.hmac('act', key, 'castBallot'));
    if (cast) return { picks: openSecret(world.vault, cast).picks, isCast: true };
    const cycle = await current(community, at);
    const voter = cycle && resident ? voterIn(cycle, resident) : undefined;
    const last = voter && (await lastEntry(voter.mark));
    return { picks: last ? openSecret(world.vault, last).picks : [] };
  };
}
