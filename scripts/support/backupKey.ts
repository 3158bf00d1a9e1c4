import type { Config } from '../../src/app/config.ts';
import { CodedError } from '../../src/store/codedError.ts';

/** The key of the backups in the settings. Throws `no-backup-key` without one. */
export function backupKey({ backupKey: key }: Config): Uint8Array {
  if (key) return key;
  throw new CodedError(
    'no-backup-key',
    'BACKUP_KEY is missing: 32 random bytes in base64 (make them with: openssl rand -base64 32). Keep it where neither SECRET nor the backups are.',
  );
}
