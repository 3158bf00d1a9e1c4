import { reachOf } from '../fund/roster/reachOf.ts';
import { wholeDay } from '../fund/roster/wholeDay.ts';
import { writeStop } from '../fund/roster/writeStop.ts';
import type { World } from '../store/world.ts';
import type { MessageRecord } from './message.ts';

/** The carrier says that this address has stopped us there: no more of what we start to that person, on a shared phone to that phone. Harmless to repeat. */
export async function stopAddress(world: World, message: Pick<MessageRecord, 'channel' | 'to'>): Promise<void> {
  const at = wholeDay(world.now());
  for (const _id of await reachOf(world)(message.to)) await writeStop(world.vault, { _id, at, channel: message.channel, by: 'carrier' });
}
