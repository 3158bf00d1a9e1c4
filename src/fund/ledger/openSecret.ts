import { CodedError } from '../../store/codedError.ts';
import type { Vault } from '../../store/vault.ts';
import type { EntryRecord, EntrySecret } from '../records/entry.ts';

/** What an entry keeps sealed. Throws `no-secret` for the seal, which has none. */
export function openSecret(vault: Vault, { secret }: EntryRecord): EntrySecret {
  if (!secret) throw new CodedError('no-secret', 'The seal of a ledger hides nothing.');
  return JSON.parse(vault.open(secret));
}
