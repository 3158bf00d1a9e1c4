import { boundedMap } from '../../store/boundedMap.ts';
import { perWorld } from '../../store/perWorld.ts';
import type { World } from '../../store/world.ts';
import { countLedger } from './countLedger.ts';
import { type ClosedResults, resultsOf } from './resultsOf.ts';

/** Counts a sealed ledger once; rejects as `countLedger` does. */
export const closedResults: (world: World) => (cycle: string) => Promise<ClosedResults> = perWorld((world) => {
  const kept = boundedMap<string, Promise<ClosedResults>>(500);
  return (id) => {
    const known = kept.get(id);
    if (known) return known;
    const counting = countLedger(world, id).then(resultsOf);
    kept.set(id, counting);
    counting.catch(() => kept.delete(id));
    return counting;
  };
});
