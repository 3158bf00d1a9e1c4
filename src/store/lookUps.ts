import { type Model, mongo } from 'mongoose';
import { collection, databaseOf, inTime } from './collection.ts';
import { databaseForReaders, forReaders } from './connect.ts';
import { isDatabaseAway } from './databaseErrors.ts';
import { groupCommit } from './groupCommit.ts';
import { perWorld, type World } from './world.ts';

/** How one kind of record is looked up, for as many items as one command may have. `Stored`: as they lie there, if the pipeline makes others of them. */
export interface LookUp<Found extends mongo.BSON.Document, Result, Stored extends mongo.BSON.Document = Found> {
  readonly model: Model<Stored>;
  /** The pipeline that finds the records for all these items; it begins with a `$match` on an index. */
  readonly pipeline: (items: readonly string[]) => mongo.Document[];
  /** Gives one result for each item, in their order, from the records that were found. */
  readonly results: (found: readonly Found[], items: readonly string[]) => Result[];
}

type LookUps = <Found extends mongo.BSON.Document, Result, Stored extends mongo.BSON.Document = Found>(
  lookUp: LookUp<Found, Result, Stored>,
) => (item: string) => Promise<Result>;

/** The question of one kind in one command. If there are several, the number in `lookUp` says which records are whose. */
interface Part {
  readonly collection: string;
  readonly pipeline: readonly mongo.Document[];
  /** Runs its own pipeline and these of other kinds. */
  readonly run: (unions: readonly mongo.Document[]) => Promise<mongo.Document[]>;
  readonly end: (found: readonly mongo.Document[], part: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Sends one command to the database. */
type Ask = <Found extends mongo.BSON.Document>(model: Model<Found>, pipeline: mongo.Document[]) => Promise<mongo.Document[]>;

/** The items that wait for one `LookUp`. */
interface Kind {
  /** Takes as many of the waiting items as one command may have. */
  readonly begin: () => Part;
  /** Asks for the items that came meanwhile or were left over. */
  readonly goOn: () => void;
}

/** So many records fit into the first answer; no cursor is needed. */
const OPTIONS = { batchSize: 1_000, promoteBuffers: true };
/** The most items of one kind in one command, and the most characters of all of them. A longer item goes alone. */
const MOST_ITEMS = 2_000;
const MOST_CHARACTERS = 250_000;

/**
 * Look-ups that wait go as one command, whatever their kind and collection: a turn asks at once for all that it needs, and
 * turns in flight share a command (docs/architecture.md: Shared commands). If more wait than one command may have, the rest goes with the next one. Rejects
 * if the database does not answer; a kind that it refuses fails alone.
 */
export const lookUps: (world: World) => LookUps = perWorld(() =>
  lookUpsBy(async (model, pipeline) => {
    const { cursor } = await inTime((signal) => databaseOf(model).command(asked(model, pipeline), { promoteBuffers: true, signal }));
    if (cursor.id === 0) return cursor.firstBatch;
    return inTime((signal) =>
      collection(model)
        .aggregate(pipeline, { ...OPTIONS, signal })
        .toArray(),
    );
  }),
);

/** `lookUps` for readers of pages and API: its own queue, over the readers' connections. Where the connection was lost, the driver asks again. */
export const readersLookUps: (world: World) => LookUps = perWorld(() =>
  lookUpsBy(async (model, pipeline) => {
    const answer = await databaseForReaders()
      .command(asked(model, pipeline), { promoteBuffers: true })
      .catch((error) => {
        if (isDatabaseAway(error)) return undefined;
        throw error;
      });
    if (answer?.cursor.id === 0) return answer.cursor.firstBatch;
    return forReaders(model).aggregate(pipeline, OPTIONS).toArray();
  }),
);

/** As a command, whose answer is read whole: a cursor of the driver's, which reads record by record, costs more. */
function asked({ collection: { name } }: Pick<Model<never>, 'collection'>, pipeline: readonly mongo.Document[]): mongo.Document {
  return { aggregate: name, pipeline, cursor: { batchSize: OPTIONS.batchSize } };
}

function lookUpsBy(ask: Ask): LookUps {
  const queue = groupCommit<Kind, void>(async (asked) => {
    const kinds = [...new Set(asked)];
    await answer(kinds.map(({ begin }) => begin()));
    for (const { goOn } of kinds) goOn();
    return asked.map(() => undefined);
  });
  return (lookUp) => waitingFor(lookUp, queue, ask);
}

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

function waitingFor<Found extends mongo.BSON.Document, Result, Stored extends mongo.BSON.Document>(
  { model, pipeline, results }: LookUp<Found, Result, Stored>,
  queue: (kind: Kind) => Promise<void>,
  ask: Ask,
): (item: string) => Promise<Result> {
  const waiting: Waiting<Result>[] = [];
  const begin = (): Part => {
    const asked = waiting.splice(0, roomFor(waiting));
    const items = asked.map(({ item }) => item);
    const own = pipeline(items);
    const fail: Part['fail'] = (error) => {
      for (const { reject } of asked) reject(error);
    };
    return {
      collection: model.collection.name,
      pipeline: own,
      run: (unions) => ask(model, [...own, ...unions]),
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
  const goOn = () => {
    const late = [...waiting];
    if (late.length === 0) return;
    queue(kind).catch((error) => {
      for (const { reject } of late) reject(error);
    });
  };
  const kind = { begin, goOn };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      queue(kind).catch(reject);
    });
}

/** How many of the items that wait for longest go with the next command; at least one. */
function roomFor(waiting: readonly Waiting<never>[]): number {
  let count = 0;
  let characters = 0;
  for (const { item } of waiting.slice(0, MOST_ITEMS)) {
    characters += item.length;
    if (count > 0 && characters > MOST_CHARACTERS) break;
    count += 1;
  }
  return count;
}

interface Waiting<Result> {
  readonly item: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Looks up records of a collection by their `_id`, without the fields in `without`; null if there is none. */
export function byId<Found extends { _id: string }>(model: Model<Found>, without?: Readonly<Record<string, 0>>): LookUp<Found, Found | null> {
  return {
    model,
    pipeline: (ids) => [{ $match: { _id: { $in: ids } } }, ...(without ? [{ $project: without }] : [])],
    results: (found, ids) => {
      const records = new Map(found.map((record) => [record._id, record]));
      return ids.map((id) => records.get(id) ?? null);
    },
  };
}

/**
 * Looks up a page of a list for each item, which is the JSON of what is wanted: a question of its own, and the same one of requests in flight is asked
 * once. The pipeline begins with a `$match` on an index, and ends with few records. `itemOf` makes of a record what is read of it, such as its words
 * decrypted: once for all who ask the same.
 */
export function batchedPages<Stored extends mongo.BSON.Document, Wanted, Item, Found extends mongo.BSON.Document = Stored>(
  model: Model<Stored>,
  pipelineOf: (wanted: Wanted) => mongo.Document[],
  itemOf: (record: Found) => Item,
): LookUp<Found & { readonly page?: number }, readonly Item[], Stored> {
  return {
    model,
    pipeline: (items) => {
      const [first = [], ...others] = [...new Set(items)].map((item) => pipelineOf(JSON.parse(item)));
      const unions = others.map((pipeline, index) => ({
        $unionWith: { coll: model.collection.name, pipeline: [...pipeline, { $set: { page: index + 1 } }] },
      }));
      return [...first, ...unions];
    },
    results: (found, items) => {
      const pages = new Map([...new Set(items)].map((item, index) => [item, found.filter(({ page = 0 }) => page === index).map(itemOf)]));
      return items.map((item) => pages.get(item) ?? []);
    },
  };
}

/**
 * What a pipeline finds for readers: it goes as one command with what else is asked for at the same time, in whatever collection, and is asked once for
 * requests in flight. It begins with a `$match` on an index, and ends with few records.
 */
export function batchedQuery<Stored extends mongo.BSON.Document, Found extends mongo.BSON.Document = Stored>(
  model: Model<Stored>,
): (world: World, pipeline: readonly mongo.Document[]) => Promise<readonly Found[]> {
  const pages = batchedPages(
    model,
    (pipeline: mongo.Document[]) => pipeline.map((stage) => EJSON.deserialize(stage)),
    (record: Found) => record,
  );
  const ask = perWorld((world) => readersLookUps(world)(pages));
  return (world, pipeline) => ask(world)(EJSON.stringify(pipeline));
}

const { EJSON } = mongo.BSON;
