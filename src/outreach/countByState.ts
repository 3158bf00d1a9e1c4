import { CHANNELS } from '../fund/act.ts';
import { native } from '../store/native.ts';
import { Message, type MessageState } from './message.ts';

const UNDER_WAY: MessageState[] = ['pending', 'leased', 'sending', 'unknown'];

/** How many messages of the outbox are in each state that is no end, from the index alone; a state that none is in is left out. */
export async function countByState(): Promise<ReadonlyMap<MessageState, number>> {
  const counts = await native(Message)
    .aggregate<{ _id: MessageState; count: number }>(
      [{ $match: { channel: { $in: [...CHANNELS] }, state: { $in: UNDER_WAY } } }, { $group: { _id: '$state', count: { $sum: 1 } } }],
      { hint: { channel: 1, state: 1, lane: 1, dueAt: 1 } },
    )
    .toArray();
  return new Map(counts.map(({ _id, count }) => [_id, count]));
}
