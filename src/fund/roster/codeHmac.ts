import type { Vault } from '../../store/vault.ts';

/** What is kept of six digits sent to a phone: enough to know them again. */
export function codeHmac(vault: Vault, { community, address, digits }: { community: string; address: string; digits: string }): string {
  return vault.hmac('phoneCode', community, address, digits);
}
