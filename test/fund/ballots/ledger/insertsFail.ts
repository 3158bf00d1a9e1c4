import { mongo } from 'mongoose';

/** How an insert fails: before anything is written; after it was; after it was and the first time alone; after its first entry was, and nothing can be read either. */
type Failure = 'before writing' | 'once, after writing' | 'after writing' | 'half way, and reading back too';

/** Runs something while every insert fails as a time-out does. */
export async function insertsFail<Result>(failure: Failure, run: () => Promise<Result>): Promise<Result> {
  const { command } = mongo.Db.prototype;
  const { find } = mongo.Collection.prototype;
  const away = () => {
    throw new mongo.MongoNetworkTimeoutError('connection timed out');
  };
  let inserts = 0;
  mongo.Db.prototype.command = async function (asked, options) {
    if (!('insert' in asked)) return command.call(this, asked, options);
    inserts += 1;
    if (failure === 'once, after writing' && inserts > 1) return command.call(this, asked, options);
    if (failure.includes('after writing')) await command.call(this, asked, options);
    if (failure === 'half way, and reading back too') {
      await command.call(this, { ...asked, documents: asked.documents.slice(0, 1) }, options);
      mongo.Collection.prototype.find = away;
    }
    return away();
  };
  try {
    return await run();
  } finally {
    mongo.Db.prototype.command = command;
    mongo.Collection.prototype.find = find;
  }
}
