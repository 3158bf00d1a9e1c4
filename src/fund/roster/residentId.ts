import type { Vault } from '../../store/vault.ts';

/** `_id` of the resident with this id on a community's roster; it outlives a deletion. */
export function residentId(vault: Vault, community: string, rosterId: string): string {
  return vault.hmac('resident', community, rosterId);
}
