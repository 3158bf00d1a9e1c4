import { CodedError } from './codedError.ts';
import { type Bytes, type EncryptionPurpose, NOT_OURS, type Vault } from './vault.ts';

/**
 * What a function decrypts; undefined if that was encrypted for another record, or by nobody who has SECRET. For what somebody who writes into the
 * database, and has no SECRET, would gain by copying it elsewhere: then it counts as not there. Any other error is thrown on.
 */
export function unlessForged<Decrypted>(decrypt: () => Decrypted): Decrypted | undefined {
  try {
    return decrypt();
  } catch (error) {
    if (error instanceof CodedError && error.code === NOT_OURS) return undefined;
    throw error;
  }
}

/** A text that was encrypted for this record, decrypted; undefined if there is none, or it is forged (`unlessForged`). */
export function textIfOurs(
  vault: Pick<Vault, 'decrypt'>,
  purpose: EncryptionPurpose,
  record: string,
  encrypted: Bytes | undefined,
): string | undefined {
  return encrypted && unlessForged(() => vault.decrypt(purpose, record, encrypted));
}
