import { entryHash } from './entryHash.ts';
import type { LedgerRow } from './ledgerRow.ts';
import type { Sha256 } from './sha256.ts';

/** What an entry stands on; before the first one there is only a hash. */
export interface Before {
  readonly seq: number;
  readonly hash: string;
  readonly at?: string;
  readonly sealed?: boolean;
}

/** What keeps an entry from following another in a cycle's chain (contract §5); undefined where it does follow. */
export function brokenLink(sha256: Sha256, cycle: string, before: Before, row: LedgerRow): string | undefined {
  if (before.sealed) return 'something follows the seal';
  if (row.cycle !== cycle) return `the entry belongs to ${row.cycle}, not to ${cycle}`;
  if (row.seq !== before.seq + 1) return `seq is ${row.seq}, ${before.seq + 1} was to come`;
  if (row.hash !== entryHash(sha256, row)) return 'hash is not the hash of this entry';
  if (row.previous !== before.hash) return 'previous is not the hash of the entry before';
  if (before.at !== undefined && row.at < before.at) return `at runs backwards, from ${before.at} to ${row.at}`;
  return undefined;
}
