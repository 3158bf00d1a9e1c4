import type { Vault } from '../../store/vault.ts';
import { dayOf } from '../cycles/dayOf.ts';
import type { Frozen } from '../records/cycle.ts';
import type { EntryRecord, EntrySecret } from '../records/entry.ts';
import { openSecret } from './openSecret.ts';

/** So many casts of one person a day are taken with the card, and so many without, whatever channel they come by (contract §3). */
const MOST_A_DAY = 50;

/**
 * Whether somebody with so many entries may cast once more today. A sender can be forged, so casts with the card are counted apart: forged
 * ones never refuse somebody who shows it. A voided ballot begins the count anew: somebody who said 不是我 gets their vote back.
 * Not while some of the entries are unknown: the ledger looks up whatever would be refused, and asks again.
 */
export function mayCastAgain(
  vault: Vault,
  { timezone }: Pick<Frozen, 'timezone'>,
  { count, entries }: { readonly count: number; readonly entries: readonly EntryRecord[] },
  { withCard, at }: { readonly withCard: boolean; readonly at: Date },
): boolean {
  if (count < MOST_A_DAY) return true;
  if (entries.length < count) return false;
  const today = dayOf(at, timezone);
  let left = MOST_A_DAY;
  for (const entry of entries.toSorted((one, other) => other._id.seq - one._id.seq)) {
    if (entry.voided) return true;
    const secret = openSecret(vault, entry);
    if ((secret.day ?? entry.at) < today) return true;
    if (secret.withCard === withCard) left -= 1;
    if (left === 0) return false;
  }
  return true;
}

/** What an entry has to keep to tell on which day it was cast. */
export function dayCast({ day, timezone }: Pick<Frozen, 'day' | 'timezone'>, at: Date): Pick<EntrySecret, 'day'> {
  return day === undefined ? {} : { day: dayOf(at, timezone) };
}
