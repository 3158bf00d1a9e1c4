import { CodedError } from './codedError.ts';
import { NOT_OURS } from './vault.ts';

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
