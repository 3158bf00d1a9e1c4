import type { Vault } from '../../store/vault.ts';
import type { Channel } from '../act.ts';
import { tieOf } from './tieOf.ts';

/** What stands for a phone or chat where the address itself must not be kept. */
export function addressHmac(vault: Vault, from: { community: string; channel: Channel; address: string }): string {
  return vault.hmac('address', from.community, tieOf(from));
}
