import mongoose from 'mongoose';

/** Does something while MongoDB takes only such records into a collection. */
export async function whileRefused<Result>(collection: string, taken: object, work: () => Promise<Result>): Promise<Result> {
  const db = mongoose.connection.getClient().db(mongoose.connection.name);
  const [found] = await db.listCollections({ name: collection }).toArray();
  const before = found && 'options' in found ? found.options?.validator : undefined;
  const validated = (validator: object) => db.command({ collMod: collection, validator });
  await validated(taken);
  try {
    return await work();
  } finally {
    await validated(before ?? {});
  }
}
