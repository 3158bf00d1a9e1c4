import { setTimeout as sleep } from 'node:timers/promises';
import { perWorld } from './world.js';
/** How often the database is asked, in milliseconds. A question that waits for a change would look at each write of each turn … */
const ASKS_MS = 250;
/** … and if there was no answer for so long, changes may be missed. Milliseconds. */
const DEAF_MS = 900;
const AGAIN_MS = 1_000;
const FAILED_MS = 10_000;
/**
 * Changes in the database by any process, as a change stream reports them. What is remembered of the database holds until the next one. Of a
 * vote in one of a thousand communities it saves the look-up of the community, which is a command of its own: 8 % of the CPU of service and
 * database, median of seven rounds with and without.
 */
export const changes = perWorld(() => {
    let count = 0;
    let heardAt = Number.NEGATIVE_INFINITY;
    return {
        version: () => (performance.now() - heardAt < DEAF_MS ? count : undefined),
        listen: (db, collections, failed) => {
            const pipeline = [{ $match: { 'ns.coll': { $in: collections } } }, { $project: { _id: 1 } }];
            const open = () => db.watch(pipeline, { maxAwaitTimeMS: 1 });
            const over = new AbortController();
            let stream = open();
            const ended = (async () => {
                for (;;) {
                    const ms = await follow(stream, over.signal).then(() => AGAIN_MS, (error) => {
                        if (!over.signal.aborted)
                            failed(error);
                        return FAILED_MS;
                    });
                    await pause(ms, over.signal);
                    if (over.signal.aborted)
                        return;
                    stream = open();
                }
            })();
            return async () => {
                over.abort();
                await stream.close();
                await ended;
            };
        },
    };
    /** Runs until the stream breaks off, or a collection that it listens to is dropped. */
    async function follow(stream, over) {
        try {
            while (!stream.closed) {
                const asked = performance.now();
                if (await stream.tryNext()) {
                    count += 1; // there may be more
                    continue;
                }
                heardAt = asked; // when the answer was written, not when it was read
                await pause(ASKS_MS, over);
            }
        }
        finally {
            heardAt = Number.NEGATIVE_INFINITY;
            count += 1; // something may have been missed
            await stream.close();
        }
    }
});
/** Ends early if listening is over. */
function pause(ms, over) {
    return sleep(ms, undefined, { signal: over, ref: false }).catch(() => undefined);
}
/**
 * Loads each key at most once in `lifetime` milliseconds of the world's clock, for at most `limit` keys. Callers that ask meanwhile share the answer.
 * If `version` grows with every change (`changes`), the answer holds as long as the version is the same. A failure is not cached.
 */
export function cached(world, lifetime, limit, load, version = () => undefined) {
    const answers = boundedMap(limit);
    return (key) => {
        const now = world.now().getTime();
        const known = answers.get(key);
        if (known && ((now >= known.since && now < known.since + lifetime) || isUnchanged(known, version())))
            return known.value;
        const value = load(key);
        answers.set(key, { since: now, version: version(), value });
        value.catch(() => answers.delete(key));
        return value;
    };
}
function isUnchanged({ version }, today) {
    return version !== undefined && version === today;
}
export function boundedMap(limit) {
    const entries = new Map();
    const set = (key, value) => {
        entries.delete(key);
        entries.set(key, value);
        if (entries.size > limit) {
            const [oldest] = entries.keys();
            if (oldest !== undefined)
                entries.delete(oldest);
        }
    };
    const get = (key) => {
        const value = entries.get(key);
        if (value !== undefined && entries.size > limit / 2)
            set(key, value);
        return value;
    };
    return {
        get,
        getOrMake: (key, make) => {
            const kept = get(key);
            if (kept !== undefined)
                return kept;
            const made = make();
            set(key, made);
            return made;
        },
        set,
        delete: (key) => void entries.delete(key),
    };
}
