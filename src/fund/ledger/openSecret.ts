import { CodedError } from '../../store/codedError.ts';
import type { Vault } from '../../store/vault.ts';
import type { EntryRecord, EntrySecret } from '../records/entry.ts';
import { placeOf } from './placeOf.ts';

/** What an entry keeps encrypted. Throws `no-secret` for the seal, which has none, and `broken-ledger` if it was not encrypted for this place. */
export function openSecret(vault: Vault, { _id, secret }: EntryRecord): EntrySecret {
  if (!secret) throw new CodedError('no-secret', 'The seal of a ledger hides nothing.');
  return JSON.parse(decrypted(() => vault.decrypt('entry', placeOf(_id), secret), _id.seq));
}

function decrypted(decrypt: () => string, seq: number): string {
  try {
    return decrypt();
  } catch (cause) {
    throw new CodedError('broken-ledger', `The ledger does not hold at entry ${seq}: what it hides was changed, or belongs elsewhere.`, { cause });
  }
}
