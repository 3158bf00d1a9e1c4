import type { Act } from '../../src/fund/act/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import { broadcastById } from '../../src/outreach/broadcasts/broadcast.ts';
import * as acts from '../../src/outreach/broadcasts/changeBroadcast.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

/** The acts on a broadcast, by its id alone, as `tried` does them. */
export const pauseBroadcast = change(acts.pauseBroadcast);
export const resumeBroadcast = change(acts.resumeBroadcast);
export const cancelBroadcast = change(acts.cancelBroadcast);

function change(act: Act): (world: World, id: string, actor: Actor) => Promise<object> {
  return async (world, id, actor) => tried(world)(act, { community: (await broadcastById(id))?.community ?? '', id, actor });
}
