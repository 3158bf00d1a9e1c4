import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { cycleKeys } from './cycleKeys.ts';
import { lastEntry } from './lastEntry.ts';

/** Service: that the acting resident's ballot is in the current cycle's ledger, and since which day; never what it says, which would be a buyer's proof. */
export function checkReceipt(world: World): (input: unknown, act: Act) => Promise<{ receipt: string; at: string } | { none: true }> {
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  return async (_, { community, at, resident }) => {
    const cycle = await current(community, at);
    const voter = cycle && resident ? keysOf(cycle)?.voter(resident) : undefined;
    const entry = voter && (await lastEntry(voter.mark));
    return entry?.receipt ? { receipt: entry.receipt, at: entry.at } : { none: true };
  };
}
