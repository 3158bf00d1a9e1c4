import type { CycleRecord } from '../records/cycle.ts';
import type { BallotItem } from './ballotItem.ts';
import { ballotOf } from './ballotOf.ts';

/** The picked projects as the frozen ballot says them, by number. */
export function itemsOf(cycle: CycleRecord | null, picks: readonly number[]): BallotItem[] {
  return cycle?.frozen ? ballotOf(cycle.frozen).items.filter(({ number }) => picks.includes(number)) : [];
}
