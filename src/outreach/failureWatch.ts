import { boundedMap } from '../store/boundedMap.ts';
import { perWorld } from '../store/perWorld.ts';
import type { World } from '../store/world.ts';
import { pauseBroadcast } from './broadcasts/pauseBroadcast.ts';

/** So many of the last ones failed: something is wrong with the list, the text or the carrier, and going on would only cost. */
const LAST = 50;
const TOO_MANY = 15;
/** Broadcasts that are looked at in one process at once. */
const BROADCASTS = 100;

/** Told how each message of a broadcast ended; pauses the broadcast where a rising share of them does not get through. Looks at those that this process sent. */
export const failureWatch: (world: World) => (broadcast: string | undefined, isFailed: boolean) => Promise<void> = perWorld((world) => {
  const lately = boundedMap<string, boolean[]>(BROADCASTS);
  return async (broadcast, isFailed) => {
    if (broadcast === undefined) return;
    const last = lately.get(broadcast) ?? [];
    last.push(isFailed);
    if (last.length > LAST) last.shift();
    lately.set(broadcast, last);
    if (!isFailed || last.filter(Boolean).length < TOO_MANY) return;
    lately.delete(broadcast);
    await pauseBroadcast(world, broadcast);
  };
});
