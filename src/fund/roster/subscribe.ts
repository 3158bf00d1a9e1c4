import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { addressHmac } from './addressHmac.ts';
import { recordConsent } from './recordConsent.ts';

/** 订阅: from now on a line comes to this phone or chat on the day of each step, until a stop; who asks for it is not stopped here any more. Kept with its words. */
export function subscribe(world: World): (input: { words: string }, act: Act) => Promise<{ subscribed: true }> {
  return async ({ words }, act) => {
    await recordConsent(world, act, [addressHmac(world.vault, act)], 'news', words);
    return { subscribed: true };
  };
}
