import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { perWorld, type World } from './world.ts';

export interface Changes {
  /** Grows with every change. Undefined while a change may be missed. */
  version(): number | undefined;
  /** Begins to listen to these collections; gives the function that ends it. `failed` is called with the error that broke the listening off; the listening then begins again. */
  listen(db: mongo.Db, collections: readonly string[], failed: (error: unknown) => void): () => Promise<void>;
}

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
export const changes: (world: World) => Changes = perWorld(() => {
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
          const ms = await follow(stream, over.signal).then(
            () => AGAIN_MS,
            (error) => {
              if (!over.signal.aborted) failed(error);
              return FAILED_MS;
            },
          );
          await pause(ms, over.signal);
          if (over.signal.aborted) return;
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
  async function follow(stream: mongo.ChangeStream, over: AbortSignal): Promise<void> {
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
    } finally {
      heardAt = Number.NEGATIVE_INFINITY;
      count += 1; // something may have been missed
      await stream.close();
    }
  }
});

/** Ends early if listening is over. */
function pause(ms: number, over: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal: over, ref: false }).catch(() => undefined);
}

interface Answer<Value> {
  readonly since: number;
  readonly version: number | undefined;
  readonly value: Promise<Value>;
}

/**
 * Loads each key at most once in `lifetime` milliseconds of the world's clock, for at most `limit` keys. Callers that ask meanwhile share the answer.
 * If `version` grows with every change (`changes`), the answer holds as long as the version is the same. A failure is not cached.
 */
export function cached<Value>(
  world: World,
  lifetime: number,
  limit: number,
  load: (key: string) => Promise<Value>,
  version: () => number | undefined = () => undefined,
): (key: string) => Promise<Value> {
  const answers = boundedMap<string, Answer<Value>>(limit);
  return (key) => {
    const now = world.now().getTime();
    const known = answers.get(key);
    if (known && ((now >= known.since && now < known.since + lifetime) || isUnchanged(known, version()))) return known.value;
    const value = load(key);
    answers.set(key, { since: now, version: version(), value });
    value.catch(() => answers.delete(key));
    return value;
  };
}

function isUnchanged({ version }: Answer<unknown>, today: number | undefined): boolean {
  return version !== undefined && version === today;
}

/** A map that keeps at most `limit` entries: the entry that was not used for longest goes first. The order of use is noted only once the map is half full. */
export interface BoundedMap<Key, Value> {
  get(key: Key): Value | undefined;
  /** The value that is kept under a key; it is made if there is none. */
  getOrMake(key: Key, make: () => Value): Value;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

export function boundedMap<Key, Value>(limit: number): BoundedMap<Key, Value> {
  const entries = new Map<Key, Value>();
  const set = (key: Key, value: Value) => {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size > limit) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
  };
  const get = (key: Key) => {
    const value = entries.get(key);
    if (value !== undefined && entries.size > limit / 2) set(key, value);
    return value;
  };
  return {
    get,
    getOrMake: (key, make) => {
      const kept = get(key);
      if (kept !== undefined) return kept;
      const made = make();
      set(key, made);
      return made;
    },
    set,
    delete: (key) => void entries.delete(key),
  };
}
