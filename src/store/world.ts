import type { Vault } from './vault.ts';

/** What code cannot know by itself and a test may want to hold: the secret, the time, chance. */
export interface World {
  readonly vault: Vault;
  /** The database's clock. */
  readonly now: () => Date;
  /** That this machine's own clock agrees with it. */
  readonly clockAgrees: () => boolean;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Buffer;
}
