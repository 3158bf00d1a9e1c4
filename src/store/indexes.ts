import mongoose from 'mongoose';

/** Creates what is missing of the indexes of every model that the program has imported; harmless to repeat. */
export async function createIndexes(): Promise<void> {
  await Promise.all(mongoose.modelNames().map(createFor));
}

async function createFor(name: string): Promise<void> {
  const { schema, collection } = mongoose.model(name);
  const indexes = schema.indexes().map(([fields, { unique, sparse, partialFilterExpression }]) => ({
    key: keyOf(fields),
    ...(unique && { unique: true }),
    ...(sparse && { sparse }),
    ...(partialFilterExpression && { partialFilterExpression }),
  }));
  if (indexes.length > 0) await untilBuilt(() => collection.createIndexes(indexes));
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
