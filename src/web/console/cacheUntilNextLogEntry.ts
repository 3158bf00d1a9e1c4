import { lastSeq } from '../../fund/log/index.ts';
import { type View, view } from '../../fund/people/index.ts';
import { boundedMap } from '../../store/cache.ts';
import { perWorld } from '../../store/world.ts';

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
 * The same view, read once for all who may read it, and again after the next act of a community's staff, whoever did it and in whatever process; at the latest
 * after `longest` milliseconds. What fails is not kept.
 */
export function cacheUntilNextLogEntry<Value>({ name, may, read }: View<[], Value>, longest = LONGEST_MS): View<[], Value> {
  const keptIn = perWorld(() => boundedMap<string, Kept<Value>>(MOST_COMMUNITIES));
  return view({
    ...{ name, may },
    query: async (reading): Promise<Value> => {
      const { world, community } = reading;
      const kept = keptIn(world);
      const seq = await lastSeq(world)(community);
      const at = world.now().getTime();
      const known = kept.get(community);
      if (known && known.seq === seq && at >= known.at && at < known.at + longest) return known.value;
      const value = read(reading);
      kept.set(community, { seq, at, value });
      value.catch(() => kept.delete(community));
      return value;
    },
  });
}
