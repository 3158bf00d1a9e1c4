import type { Channel } from '../act.ts';

/** Names a phone or a chat, as the HMACs of both take it: a phone is the same by message and by call. */
export function tieOf({ channel, address }: { channel: Channel; address: string }): string {
  return `${channel === 'wechat' ? 'wechat' : 'sms'}|${address}`;
}
