import type { Sha256 } from './sha256.ts';

/** What an entry's hash covers; the seal has no commitment. */
export interface Hashed {
  readonly previous: string;
  readonly seq: number;
  /** `YYYY-MM-DD`. */
  readonly at: string;
  readonly commitment?: string;
}

/** The hash of an entry (contract §5): hex SHA-256 of `previous "\n" seq "\n" at "\n" commitment`, with `sealed` in its place in the seal. */
export function entryHash(sha256: Sha256, { previous, seq, at, commitment }: Hashed): string {
  return sha256(`${previous}\n${seq}\n${at}\n${commitment ?? 'sealed'}`);
}
