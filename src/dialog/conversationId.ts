import type { Inbound } from './inbound.ts';

/** The `_id` of the conversation of an address with one of our numbers. */
export function conversationId({ channel, address, to }: Pick<Inbound, 'channel' | 'address' | 'to'>): string {
  return `${channel}|${address}|${to}`;
}
