import { lastSeq } from '../../fund/log/index.ts';
import { type Actor, checkView, type View } from '../../fund/people/index.ts';
import { boundedMap } from '../../store/cache.ts';
import type { World } from '../../store/world.ts';

/** What residents do is seen after so many milliseconds, where nothing else is said. */
const LONGEST_MS = 3_000;
const MOST_COMMUNITIES = 1_000;

interface Kept<Value> {
  /** The last entry of the community's log before it was read. */
  readonly seq: number;
  readonly at: number;
  readonly value: Promise<Value>;
}

/**
 * Reads something of a community once for all who may read it, and again after the next act of its staff, whoever did it and in whatever process; at the
 * latest after `longest` milliseconds. Rejects with `not-allowed` (`checkView`); other failures are not kept either.
 */
export function cacheUntilNextLogEntry<Value>(
  world: World,
  view: View,
  read: (community: string, actor: Actor) => Promise<Value>,
  longest = LONGEST_MS,
): (community: string, actor: Actor) => Promise<Value> {
  const kept = boundedMap<string, Kept<Value>>(MOST_COMMUNITIES);
  const lastOf = lastSeq(world);
  return async (community, actor) => {
    checkView(actor, view, community);
    const seq = await lastOf(community);
    const at = world.now().getTime();
    const known = kept.get(community);
    if (known && known.seq === seq && at >= known.at && at < known.at + longest) return known.value;
    const value = read(community, actor);
    kept.set(community, { seq, at, value });
    value.catch(() => kept.delete(community));
    return value;
  };
}
