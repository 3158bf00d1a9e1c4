import type { Sha256 } from './sha256.ts';

/** What a commitment hides until it is opened. */
export interface Commits {
  /** 16 random bytes in hex. */
  readonly salt: string;
  /** The voter's pseudonym in this cycle. */
  readonly voter: string;
  /** Ascending; empty in a voided ballot. */
  readonly picks: readonly number[];
}

/** The commitment of an entry (contract §5): hex SHA-256 of `salt "\n" voter "\n" picks`. */
export function commitment(sha256: Sha256, { salt, voter, picks }: Commits): string {
  return sha256(`${salt}\n${voter}\n${picks.join(',')}`);
}
