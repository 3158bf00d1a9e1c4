import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Broadcast, type BroadcastRecord } from './broadcast.ts';
import type { Plan } from './planBroadcast.ts';

/** Writes a planned broadcast down durably, to be queued by whoever comes first; the one that there was before is given where it was sent today already, and taken up again where it was cancelled. */
export async function createBroadcast(world: World, { id, occasion, community, text, to, cycle, dueAt }: Plan, by: string): Promise<BroadcastRecord> {
  const broadcast: BroadcastRecord = {
    _id: id,
    community,
    text,
    to,
    by,
    occasion,
    ...(cycle !== undefined && { cycle }),
    at: world.now(),
    dueAt,
    state: 'queueing',
  };
  const { _id, ...rest } = broadcast;
  const again = await native(Broadcast).findOneAndUpdate(
    { _id, state: 'cancelled' },
    { $set: rest, $unset: { heldUntil: '', pausedAt: '' } },
    { returnDocument: 'after' },
  );
  if (again) return again;
  const found = await native(Broadcast).findOneAndUpdate({ _id }, { $setOnInsert: rest }, { upsert: true, returnDocument: 'after' });
  return found ?? broadcast;
}
