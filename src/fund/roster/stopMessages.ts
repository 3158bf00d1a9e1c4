import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { addressHmac } from './addressHmac.ts';
import { reachOf } from './reachOf.ts';
import { recordConsent } from './recordConsent.ts';

/** Stops what we start, on every phone and chat of the person who asks; on a shared phone, that phone. Kept with its words, day and channel. */
export function stopMessages(world: World): (input: { words: string }, act: Act) => Promise<{ stopped: true }> {
  const reach = reachOf(world);
  return async ({ words }, act) => {
    await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'stop', words);
    return { stopped: true };
  };
}
