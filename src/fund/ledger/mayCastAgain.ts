import type { Vault } from '../../store/vault.ts';
import { dayOf } from '../cycles/dayOf.ts';
import type { Frozen } from '../records/cycle.ts';
import type { EntryRecord, EntrySecret } from '../records/entry.ts';
import { openSecret } from './openSecret.ts';

/** So many casts of one person a day are taken, whatever channel they come by (contract §3). */
export const MOST_A_DAY = 50;

/**
 * Whether somebody with so many entries may cast once more today. A voided ballot begins the count anew: somebody who said 不是我 gets their vote back.
 * Not while some of the entries are unknown: the ledger looks up whatever would be refused, and asks again.
 */
export function mayCastAgain(
  vault: Vault,
  { timezone }: Pick<Frozen, 'timezone'>,
  { count, entries }: { readonly count: number; readonly entries: readonly EntryRecord[] },
  at: Date,
): boolean {
  if (entries.length < count) return count < MOST_A_DAY;
  const newest = entries.toSorted((one, other) => one._id.seq - other._id.seq).slice(-MOST_A_DAY);
  const [first] = newest;
  if (!first || newest.length < MOST_A_DAY || newest.some(({ voided }) => voided)) return true;
  return (openSecret(vault, first).day ?? first.at) < dayOf(at, timezone);
}

/** What an entry has to keep to tell on which day it was cast. */
export function dayCast({ day, timezone }: Pick<Frozen, 'day' | 'timezone'>, at: Date): Pick<EntrySecret, 'day'> {
  return day === undefined ? {} : { day: dayOf(at, timezone) };
}
