import type { Vault } from '../../store/vault.ts';
import type { Channel } from '../act.ts';
import type { Tie } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';

/** A phone or chat as a resident's record keeps it: found by its HMAC, and encrypted beside it. */
export function newTie(vault: Vault, resident: string, place: { community: string; channel: Channel; address: string }): Tie {
  const id = addressHmac(vault, place);
  const channel = place.channel === 'wechat' ? 'wechat' : 'sms';
  return { id, channel, address: vault.encrypt('residentTie', `${resident}|${id}`, place.address) };
}
