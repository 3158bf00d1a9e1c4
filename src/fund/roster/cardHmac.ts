import type { Vault } from '../../store/vault.ts';

/** What is kept of a card: enough to know it again. */
export function cardHmac(vault: Vault, community: string, card: string): string {
  return vault.hmac('card', community, card);
}
