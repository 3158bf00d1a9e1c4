import type { Vault } from '../../store/vault.ts';

/** The ten digits of a receipt: the same for the same cast, unguessable without SECRET. `tries` counts the digits that were taken already. */
export function receiptDigits(vault: Vault, key: string, tries: number): string {
  const bytes = Buffer.from(vault.hmac('receipt', key, String(tries)), 'base64url');
  return String(bytes.readBigUInt64BE() % 10_000_000_000n).padStart(10, '0');
}
