import { lastSeq } from '../../fund/log/index.js';
import { checkView } from '../../fund/people/index.js';
import { boundedMap } from '../../store/cache.js';
/** What residents do is seen after so many milliseconds at the latest. */
const LONGEST_MS = 3_000;
const MOST_COMMUNITIES = 1_000;
/**
 * Reads something of a community once for all who may read it, and again after the next act of its staff, whoever did it and in whatever process; at the
 * latest after three seconds. Rejects with `not-allowed` (`checkView`); other failures are not kept either.
 */
export function untilNextAct(world, view, read) {
    const kept = boundedMap(MOST_COMMUNITIES);
    const lastOf = lastSeq(world);
    return async (community, actor) => {
        checkView(actor, view, community);
        const seq = await lastOf(community);
        const at = world.now().getTime();
        const known = kept.get(community);
        if (known && known.seq === seq && at >= known.at && at < known.at + LONGEST_MS)
            return known.value;
        const value = read(community, actor);
        kept.set(community, { seq, at, value });
        value.catch(() => kept.delete(community));
        return value;
    };
}
