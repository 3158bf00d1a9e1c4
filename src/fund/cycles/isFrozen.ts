import type { CycleRecord } from '../records/cycle.ts';

/** A cycle whose vote has opened. */
export type FrozenCycle = CycleRecord & Required<Pick<CycleRecord, 'frozen' | 'lot'>>;

export function isFrozen(cycle: CycleRecord | null): cycle is FrozenCycle {
  return cycle?.frozen !== undefined;
}
