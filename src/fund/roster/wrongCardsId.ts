import type { Vault } from '../../store/vault.ts';
import type { Act } from '../act.ts';
import { tieOf } from './tieOf.ts';

/** `_id` of what is known of a phone's or chat's wrong cards, whatever the community. */
export function wrongCardsId(vault: Vault, from: Pick<Act, 'channel' | 'address'>): string {
  return vault.hmac('wrongCards', tieOf(from));
}
