import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { reachOf } from './reachOf.ts';
import { recordConsent } from './recordConsent.ts';

/** Undoes a stop, as far as that reached: every phone and chat of the person; on a shared phone, that phone. Kept with its words, time and channel. */
export function startMessages(world: World): (input: { words?: string }, act: Act) => Promise<{ started: true }> {
  const reach = reachOf(world);
  return async ({ words = '' }, act) => {
    await recordConsent(world, act, await reach(act), 'start', words);
    return { started: true };
  };
}
