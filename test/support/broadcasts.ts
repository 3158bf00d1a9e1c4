import type { Act } from '../../src/fund/act/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import { type BroadcastRecord, broadcastById } from '../../src/outreach/broadcasts/broadcast.ts';
import * as acts from '../../src/outreach/broadcasts/changeBroadcast.ts';
import type { Plan } from '../../src/outreach/broadcasts/planBroadcast.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

/** Writes a planned broadcast down. */
export async function createBroadcast(world: World, plan: Planned, actor: Actor): Promise<BroadcastRecord> {
  const asked = { community: plan.community, at: {}, input: { ...plan }, actor };
  const performed = await acts.createBroadcast.perform({ world, notify: enqueue(world) }, asked);
  if (performed.is !== 'done') throw new Error(performed.is);
  return performed.result;
}

type Planned = Pick<Plan, 'id' | 'occasion' | 'community' | 'text' | 'to' | 'cycle' | 'dueAt'>;

/** The acts on a broadcast, by its id alone, as `tried` does them. */
export const pauseBroadcast = change(acts.pauseBroadcast);
export const resumeBroadcast = change(acts.resumeBroadcast);
export const cancelBroadcast = change(acts.cancelBroadcast);

function change(act: Act): (world: World, id: string, actor: Actor) => Promise<object> {
  return async (world, id, actor) => tried(world)(act, { community: (await broadcastById(id))?.community ?? '', id, actor });
}
