import { mongo } from 'mongoose';

/** How an insert fails: before anything is written; after it was; after its first entry was, and nothing can be read either. */
type Failure = 'before writing' | 'after writing' | 'half way, and reading back too';

/** Runs something while every insert fails as a time-out does. */
export async function insertsFail<Result>(failure: Failure, run: () => Promise<Result>): Promise<Result> {
  const prototype = mongo.Collection.prototype;
  const { insertMany, find } = prototype;
  const away = () => {
    throw new mongo.MongoNetworkTimeoutError('connection timed out');
  };
  prototype.insertMany = async function (docs, options) {
    if (failure === 'after writing') await insertMany.call(this, docs, options);
    if (failure === 'half way, and reading back too') {
      await insertMany.call(this, docs.slice(0, 1), options);
      prototype.find = away;
    }
    return away();
  };
  try {
    return await run();
  } finally {
    Object.assign(prototype, { insertMany, find });
  }
}
