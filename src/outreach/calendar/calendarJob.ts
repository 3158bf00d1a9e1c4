import type { Channel } from '../../fund/act.ts';
import type { World } from '../../store/world.ts';
import { eachApart } from '../eachApart.ts';
import { lookAround } from './lookAround.ts';
import { unfinished } from './unfinished.ts';

/** Everything that we say because it is time to: harmless to run late, twice or not at all for a week. `channels`: those in service. */
export function calendarJob(world: World, channels: readonly Channel[]): () => Promise<void> {
  const look = lookAround(world, channels);
  const remind = unfinished(world, channels);
  return async () => {
    await eachApart([look, remind], 'looks', (job) => job());
  };
}
