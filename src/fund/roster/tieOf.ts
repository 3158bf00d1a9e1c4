import type { Channel } from '../act.ts';

/** Names a phone or a chat in a resident's `ties`: a phone is the same by message and by call. */
export function tieOf({ channel, address }: { channel: Channel; address: string }): string {
  return `${channel === 'wechat' ? 'wechat' : 'sms'}|${address}`;
}
