import type { World } from '../../store/world.ts';
import { cycleById } from '../cycles/cycleById.ts';
import type { BallotItem } from './ballotItem.ts';
import { entryByKey } from './entryByKey.ts';
import { itemsOf } from './itemsOf.ts';
import { openSecret } from './openSecret.ts';

/** What was picked under an act's key, so that the same reply can be said again; null where nothing was cast under it. */
export function ballotByKey(world: World): (actKey: string) => Promise<BallotItem[] | null> {
  const byId = cycleById(world);
  return async (actKey) => {
    const entry = await entryByKey(world.vault.hmac('act', actKey, 'castBallot'));
    return entry && itemsOf(await byId(entry._id.cycle), openSecret(world.vault, entry).picks);
  };
}
