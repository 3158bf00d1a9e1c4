import { type Model, mongo } from 'mongoose';
import { groupCommit } from './groupCommit.ts';
import { inTime } from './inTime.ts';
import { native } from './native.ts';
import { perWorld } from './perWorld.ts';
import type { World } from './world.ts';

/** How one kind of thing is looked up, for as many items as wait. */
export interface LookUp<Item, Found extends mongo.BSON.Document, Result> {
  readonly model: Model<Found>;
  /** What finds it for all these items; begins with a `$match` on an index. */
  readonly pipeline: (items: readonly Item[]) => mongo.Document[];
  /** What was found, as one result an item, in their order. */
  readonly results: (found: readonly Found[], items: readonly Item[]) => Result[];
}

type LookUps = <Item, Found extends mongo.BSON.Document, Result>(lookUp: LookUp<Item, Found, Result>) => (item: Item) => Promise<Result>;

/** What one kind asks in one command; of several, each says by its number in `lookUp` what is its own. */
interface Part {
  readonly collection: string;
  readonly pipeline: readonly mongo.Document[];
  /** Runs its own pipeline and these of other kinds. */
  readonly run: (unions: readonly mongo.Document[]) => Promise<mongo.Document[]>;
  readonly end: (found: readonly mongo.Document[], part: number) => void;
  readonly fail: (error: unknown) => void;
}

/** So many records come with the answer itself. */
const BATCH = 1_000;

/**
 * What waits to be looked up goes as one command, whatever its kind and its collection: a turn asks at once for what it needs, and
 * turns in flight share what they ask (DESIGN §4). Rejects where the database does not answer; a kind that it refuses fails alone.
 */
export const lookUps: (world: World) => LookUps = perWorld(() => {
  const queue = groupCommit<() => Part, void>(async (kinds) => {
    await answer([...new Set(kinds)].map((begin) => begin()));
    return kinds.map(() => undefined);
  });
  return (lookUp) => waitingFor(lookUp, queue);
});

async function answer(parts: readonly Part[]): Promise<void> {
  const [first, ...others] = parts;
  if (!first) return;
  const unions = others.map(({ collection, pipeline }, index) => ({
    $unionWith: { coll: collection, pipeline: [...pipeline, { $set: { lookUp: index + 1 } }] },
  }));
  try {
    const found = await first.run(unions);
    for (const [part, { end }] of parts.entries()) end(found, part);
  } catch (error) {
    const isRefused = error instanceof mongo.MongoServerError && others.length > 0;
    if (isRefused) await Promise.all(parts.map((part) => answer([part])));
    else for (const { fail } of parts) fail(error);
  }
}

function waitingFor<Item, Found extends mongo.BSON.Document, Result>(
  { model, pipeline, results }: LookUp<Item, Found, Result>,
  queue: (begin: () => Part) => Promise<void>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  const begin = (): Part => {
    const asked = waiting;
    waiting = [];
    const items = asked.map(({ item }) => item);
    const own = pipeline(items);
    const fail: Part['fail'] = (error) => {
      for (const { reject } of asked) reject(error);
    };
    return {
      collection: model.collection.name,
      pipeline: own,
      run: (unions) =>
        inTime((signal) =>
          native(model)
            .aggregate([...own, ...unions], { batchSize: BATCH, promoteBuffers: true, signal })
            .toArray(),
        ),
      end: (found, part) => {
        try {
          const its = found.filter((record): record is Found => (record.lookUp ?? 0) === part);
          for (const [index, result] of results(its, items).entries()) asked[index]?.resolve(result);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    };
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      queue(begin).catch(reject);
    });
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
