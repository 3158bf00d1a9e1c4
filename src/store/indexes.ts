import mongoose from 'mongoose';

interface Index {
  readonly key: Record<string, 1 | -1>;
  readonly unique?: true;
  readonly sparse?: boolean;
  readonly partialFilterExpression?: mongoose.mongo.Filter<mongoose.mongo.Document>;
}

/** MongoDB's IndexKeySpecsConflict: there is one of this name with other options. */
const OTHER_OPTIONS = 86;

/** Creates what is missing of the indexes of every model that the program has imported; harmless to repeat. */
export async function createIndexes(): Promise<void> {
  await Promise.all(mongoose.modelNames().map(createFor));
}

async function createFor(name: string): Promise<void> {
  const { schema, collection } = mongoose.model(name);
  const indexes = schema.indexes().map(([fields, { unique, sparse, partialFilterExpression }]) => ({
    key: keyOf(fields),
    ...(unique && { unique: true as const }),
    ...(sparse && { sparse }),
    ...(partialFilterExpression && { partialFilterExpression }),
  }));
  if (indexes.length > 0) await untilBuilt(() => made(collection, indexes));
}

/** Those that an earlier version made with other options are made anew. */
async function made(collection: mongoose.Collection, indexes: Index[]): Promise<void> {
  try {
    await collection.createIndexes(indexes);
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== OTHER_OPTIONS) throw error;
    const [first, ...others] = indexes;
    if (!first) return;
    if (others.length === 0) await collection.dropIndex(nameOf(first.key));
    for (const index of others.length === 0 ? [first] : indexes) await made(collection, [index]);
  }
}

function nameOf(key: Index['key']): string {
  return Object.entries(key).flat().join('_');
}

/** Building one on a large collection outlasts the driver's time-out; asked again, the server waits for the build under way. */
async function untilBuilt(build: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await build();
      return;
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoNetworkTimeoutError)) throw error;
    }
  }
}

function keyOf(fields: mongoose.IndexDefinition): Record<string, 1 | -1> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, direction]) => {
      if (direction !== 1 && direction !== -1) throw new Error(`Index on ${field}: only 1 and -1 are used here, not ${direction}`);
      return [field, direction];
    }),
  );
}
