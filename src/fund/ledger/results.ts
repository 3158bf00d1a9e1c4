import type { World } from '../../store/world.ts';
import { closedResults } from './closedResults.ts';
import type { Results } from './resultsOf.ts';

export type { Results };

/** A cycle's results; rejects with `unknown-cycle`, with `not-closed` until the ledger is sealed, with `broken-ledger` where it was tampered with. */
export function results(world: World): (cycle: string) => Promise<Results> {
  const closed = closedResults(world);
  return async (cycle) => (await closed(cycle)).results;
}
