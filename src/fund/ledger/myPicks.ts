import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { cycleKeys } from './cycleKeys.ts';
import { entryByKey } from './entryByKey.ts';
import { lastEntry } from './lastEntry.ts';
import { openSecret } from './openSecret.ts';

/** `isCast`: this very act cast them already. */
export interface MyPicks {
  readonly picks: readonly number[];
  readonly isCast?: true;
}

/** Service: what the acting resident's ballot says now, for a pick to be added to. */
export function myPicks(world: World): (input: unknown, act: Act) => Promise<MyPicks> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  return async (_, { key, community, at, resident }) => {
    const cycle = await current(community, at);
    const keys = cycle && keysOf(cycle);
    if (!keys) return { picks: [] };
    const cast = await entryByKey(keys.once(key, 'castBallot'));
    if (cast) return { picks: openSecret(world.vault, cast).picks, isCast: true };
    const last = resident && (await lastEntry(keys.voter(resident).mark));
    return { picks: last ? openSecret(world.vault, last).picks : [] };
  };
}
