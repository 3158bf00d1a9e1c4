import { mongo } from 'mongoose';

/** The calls of the database's driver that `run` makes, in their order; a command of its own by its name. */
export async function callsOf(run: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const { find, aggregate } = mongo.Collection.prototype;
  const { command } = mongo.Db.prototype;
  for (const [name, call] of Object.entries({ find, aggregate })) {
    Object.assign(mongo.Collection.prototype, {
      [name](this: mongo.Collection, ...args: unknown[]) {
        calls.push(name);
        return Reflect.apply(call, this, args);
      },
    });
  }
  mongo.Db.prototype.command = function (asked, options) {
    calls.push(Object.keys(asked)[0] ?? 'nothing');
    return command.call(this, asked, options);
  };
  try {
    await run();
  } finally {
    Object.assign(mongo.Collection.prototype, { find, aggregate });
    mongo.Db.prototype.command = command;
  }
  return calls;
}
