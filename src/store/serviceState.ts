import mongoose, { type mongo } from 'mongoose';

const NAME = 'serviceState';

/**
 * What the service keeps of itself, a few records of several kinds, each found by its `_id`: the database's keys (`keys.ts`), the processes that have
 * them (`liveKeys.ts`), the mover of each community that comes here (`src/operation/move/fence.ts`), how WeChat delivers (`wechatChannel.ts`). `database`:
 * another one than this process has open.
 */
export function serviceState<Kept extends { _id: string }>(database?: mongo.Db): mongo.Collection<Kept> {
  return database ? database.collection<Kept>(NAME) : mongoose.connection.collection<Kept>(NAME);
}
