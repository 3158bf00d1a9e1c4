import type { Act } from '../fund/act.ts';
import { native } from '../store/native.ts';
import { Message, type MessageState } from './message.ts';

const NOT_SENT: MessageState[] = ['stopped', 'cancelled', 'failed'];

/** Whether we wrote to this address by ourselves after a moment: then what we answered before is not our last message. */
export async function wroteSince({ community, channel, address }: Pick<Act, 'community' | 'channel' | 'address'>, since: Date): Promise<boolean> {
  const message = await native(Message).findOne(
    { channel, address, at: { $gt: since }, community, state: { $nin: NOT_SENT } },
    { projection: { _id: 1 } },
  );
  return message !== null;
}
