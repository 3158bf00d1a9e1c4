import type { Model, mongo } from 'mongoose';
import { groupCommit } from './groupCommit.ts';
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

/** What one kind asks in one command; of several, each says by its number in `part` what is its own. */
interface Part {
  readonly collection: string;
  readonly pipeline: readonly mongo.Document[];
  /** Runs its own pipeline and these of other kinds. */
  readonly run: (unions: readonly mongo.Document[]) => Promise<mongo.Document[]>;
  readonly end: (found: readonly mongo.Document[], part: number) => void;
}

/** So many records come with the answer itself. */
const BATCH = 1_000;

/**
 * What waits to be looked up goes as one command, whatever its kind and its collection: a turn asks at once for what it needs, and
 * turns in flight share what they ask (DESIGN §4). Rejects where the database does not answer.
 */
export const lookUps: (world: World) => LookUps = perWorld(() => {
  const queue = groupCommit<() => Part, void>(async (kinds) => {
    const parts = [...new Set(kinds)].map((begin) => begin());
    const [first, ...others] = parts;
    if (!first) return [];
    const unions = others.map(({ collection, pipeline }, index) => ({
      $unionWith: { coll: collection, pipeline: [...pipeline, { $set: { part: index + 1 } }] },
    }));
    const found = await first.run(unions);
    for (const [part, { end }] of parts.entries()) end(found, part);
    return kinds.map(() => undefined);
  });
  return (lookUp) => waitingFor(lookUp, queue);
});

function waitingFor<Item, Found extends mongo.BSON.Document, Result>(
  { model, pipeline, results }: LookUp<Item, Found, Result>,
  queue: (begin: () => Part) => Promise<void>,
): (item: Item) => Promise<Result> {
  let waiting: { readonly item: Item; readonly resolve: (result: Result) => void }[] = [];
  const begin = (): Part => {
    const asked = waiting;
    waiting = [];
    const items = asked.map(({ item }) => item);
    const own = pipeline(items);
    const run: Part['run'] = (unions) =>
      native(model)
        .aggregate([...own, ...unions], { batchSize: BATCH, promoteBuffers: true })
        .toArray();
    const end: Part['end'] = (found, part) => {
      const its = found.filter((record): record is Found => (record.part ?? 0) === part);
      for (const [index, result] of results(its, items).entries()) asked[index]?.resolve(result);
    };
    return { collection: model.collection.name, pipeline: own, run, end };
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve });
      queue(begin).catch(reject);
    });
}
