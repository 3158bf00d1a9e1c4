import type { Vault } from '../store/vault.ts';
import type { Inbound } from './inbound.ts';

/** The `_id` of the conversation of an address with one of our numbers: an HMAC, so that somebody who reads it alone does not learn whose it is. */
export function conversationId(vault: Vault, { channel, address, to }: Pick<Inbound, 'channel' | 'address' | 'to'>): string {
  return vault.hmac('conversation', channel, address, to);
}
