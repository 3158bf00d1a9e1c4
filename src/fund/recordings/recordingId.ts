import type { Vault } from '../../store/vault.ts';

/** What commands call a recording: short, and the same for the same one of the carrier's. */
export function recordingId(vault: Vault, carrierId: string): string {
  return Buffer.from(vault.hmac('recording', carrierId), 'base64url').toString('hex').slice(0, 12);
}
