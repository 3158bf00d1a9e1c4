import type { Act } from '../fund/act.ts';
import { addressHmac } from '../fund/roster/addressHmac.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { Message, type MessageState } from './message.ts';

const NOT_SENT: MessageState[] = ['stopped', 'cancelled', 'failed'];

/** Whether we wrote to this address by ourselves after a moment: then what we answered before is not our last message. */
export function wroteSince({ vault }: World): (act: Pick<Act, 'community' | 'channel' | 'address'>, since: Date) => Promise<boolean> {
  return async (act, since) => {
    const message = await native(Message).findOne(
      { channel: act.channel, to: addressHmac(vault, act), at: { $gt: since }, state: { $nin: NOT_SENT } },
      { projection: { _id: 1 } },
    );
    return message !== null;
  };
}
