import type { World } from '../../store/world.ts';
import { type LogWanted, logPage, type OpenedLogRow } from '../log/index.ts';
import { type Actor, checkView, maySee } from '../people/index.ts';

/**
 * The newest entries of a community's log that are wanted, for a member of its staff: with the details if they may see those. `more`: others follow.
 * Rejects with `not-allowed` (`checkView`).
 */
export function readLogAs(
  world: World,
): (community: string, wanted: LogWanted, actor: Actor) => Promise<{ readonly entries: OpenedLogRow[]; readonly more: boolean }> {
  return async (community, wanted, actor) => {
    checkView(actor, 'log', community);
    const { entries, more } = await logPage(world, community, wanted);
    if (maySee(actor, 'logDetails', community)) return { entries, more };
    return { entries: entries.map(({ opening: _, ...row }) => row), more };
  };
}
