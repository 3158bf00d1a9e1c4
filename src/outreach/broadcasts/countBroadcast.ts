import type { Channel } from '../../fund/act.ts';
import { native } from '../../store/native.ts';
import { Message, type MessageState } from '../message.ts';

export interface BroadcastCount {
  readonly channel: Channel;
  readonly state: MessageState;
  readonly reason?: string;
  readonly count: number;
}

/** How many messages of a broadcast are in each state, by channel and reason. */
export function countBroadcast(id: string): Promise<BroadcastCount[]> {
  return native(Message)
    .aggregate<BroadcastCount>([
      { $match: { broadcast: id } },
      { $group: { _id: { channel: '$channel', state: '$state', reason: '$reason' }, count: { $sum: 1 } } },
      { $sort: { '_id.channel': 1, '_id.state': 1, '_id.reason': 1 } },
      { $replaceWith: { $mergeObjects: ['$_id', { count: '$count' }] } },
    ])
    .toArray();
}
