import type { Channel } from '../../fund/act.ts';
import { communityBySlug } from '../../fund/communityBySlug.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { queueMany } from '../queueMany.ts';
import { type Audience, recipients } from '../recipients.ts';
import { Broadcast, type BroadcastRecord } from './broadcast.ts';
import { cancelBroadcast } from './cancelBroadcast.ts';
import { fillIn } from './fillIn.ts';
import { pauseBroadcast } from './pauseBroadcast.ts';
import { takeUpAgain } from './takeUpAgain.ts';

/** A process that queues says so again with every batch; where it is gone, another goes on after so long. */
const HELD_MS = 15_000;

/** `elsewhere`: another process is queueing it just now. */
export type Queued = 'queued' | 'elsewhere' | 'cancelled';

/**
 * Queues a broadcast's messages batch by batch; what was queued before changes nothing, so that it may be begun again after a crash. `onBatch` is
 * told of how many residents were gone through.
 */
export function queueBroadcast(world: World, channels: readonly Channel[]): (id: string, onBatch?: (residents: number) => void) => Promise<Queued> {
  const roster = recipients(world, channels);
  const queue = queueMany(world);
  return async (id, onBatch = () => {}) => {
    const broadcast = await hold(world, id);
    if (!broadcast) return stateOf(id);
    const community = await communityBySlug(world)(broadcast.community);
    const { occasion, text, dueAt, cycle } = broadcast;
    for await (const batch of community ? roster(community, audienceOf(broadcast)) : []) {
      await takeUpAgain(world, broadcast, batch);
      await queue(
        {
          occasion,
          community: broadcast.community,
          said: (to) => ({ key: 'notice.broadcast', params: { text: fillIn(text, to) } }),
          isOwn: text !== fillIn(text, {}),
          dueAt,
          broadcast: id,
          ...(cycle !== undefined && { unlessVoted: cycle }),
        },
        batch,
      );
      onBatch(batch.length);
      if (!(await holdOn(world, id))) return 'cancelled';
    }
    await native(Broadcast).updateOne({ _id: id, state: 'queueing' }, { $set: { state: 'queued' }, $unset: { heldUntil: '' } });
    return 'queued';
  };
}

async function stateOf(id: string): Promise<Queued> {
  const broadcast = await native(Broadcast).findOne({ _id: id }, { projection: { state: 1 } });
  if (broadcast?.state === 'cancelled') return 'cancelled';
  return broadcast?.state === 'queueing' ? 'elsewhere' : 'queued';
}

function hold(world: World, id: string): Promise<BroadcastRecord | null> {
  const now = world.now();
  return native(Broadcast).findOneAndUpdate(
    { _id: id, state: 'queueing', $or: [{ heldUntil: { $exists: false } }, { heldUntil: { $lte: now } }] },
    { $set: { heldUntil: new Date(now.getTime() + HELD_MS) } },
  );
}

/** False where it was cancelled. What was just queued is held back like what was queued before. */
async function holdOn(world: World, id: string): Promise<boolean> {
  const heldUntil = new Date(world.now().getTime() + HELD_MS);
  const broadcast = await native(Broadcast).findOneAndUpdate({ _id: id, state: 'queueing' }, { $set: { heldUntil } });
  if (!broadcast) await cancelBroadcast(world, id);
  else if (broadcast.pausedAt) await pauseBroadcast(world, id);
  return broadcast !== null;
}

function audienceOf({ to, cycle }: BroadcastRecord): Audience {
  if (to === 'not-voted' && cycle !== undefined) return { to, cycle };
  if (to.startsWith('building:')) return { to: 'building', building: to.slice('building:'.length).trim() };
  return { to: 'all' };
}
