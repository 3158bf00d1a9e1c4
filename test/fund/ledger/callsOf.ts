import { mongo } from 'mongoose';

/** The calls of the database's driver that something makes, in their order. */
export async function callsOf(run: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const prototype = mongo.Collection.prototype;
  const { insertMany, find, aggregate } = prototype;
  const originals = { insertMany, find, aggregate };
  for (const [name, call] of Object.entries(originals)) {
    Object.assign(prototype, {
      [name](this: mongo.Collection, ...args: unknown[]) {
        calls.push(name);
        return Reflect.apply(call, this, args);
      },
    });
  }
  try {
    await run();
  } finally {
    Object.assign(prototype, originals);
  }
  return calls;
}
