import type { Channel } from '../fund/act.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Message } from './message.ts';

/** The lanes of a channel in which something is due, those of people's own doings first, then who has waited for longest. One seek in the index a lane, however much waits in it. */
export async function dueLanes(world: World, channel: Channel): Promise<string[]> {
  const lanes = await native(Message)
    .aggregate<{ _id: string; dueAt: Date }>(
      [
        { $match: { channel, state: 'pending' } },
        { $sort: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
        { $group: { _id: '$lane', dueAt: { $first: '$dueAt' } } },
        { $match: { dueAt: { $lte: world.now() } } },
      ],
      { hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
  return lanes
    .toSorted((one, other) => one._id.charCodeAt(0) - other._id.charCodeAt(0) || one.dueAt.getTime() - other.dueAt.getTime())
    .map(({ _id }) => _id);
}
