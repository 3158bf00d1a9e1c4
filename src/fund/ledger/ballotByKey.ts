import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import type { BallotItem } from './ballotItem.ts';
import { cycleKeys } from './cycleKeys.ts';
import { entryByKey } from './entryByKey.ts';
import { itemsOf } from './itemsOf.ts';
import { openSecret } from './openSecret.ts';

/** A ballot as it was cast, whether or not another one replaced it. */
export interface KeyedBallot {
  readonly picks: readonly BallotItem[];
  /** Ten digits. */
  readonly receipt: string;
}

/** What was cast under an act's key in the current cycle, so that the same reply can be said again; null where nothing was. */
export function ballotByKey(world: World): (act: Pick<Act, 'key' | 'community' | 'at'>) => Promise<KeyedBallot | null> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  return async ({ key, community, at }) => {
    const cycle = await current(community, at);
    const keys = cycle && keysOf(cycle);
    const entry = keys && (await entryByKey(keys.once(key, 'castBallot')));
    return entry?.receipt ? { picks: itemsOf(cycle, openSecret(world.vault, entry).picks), receipt: entry.receipt } : null;
  };
}
