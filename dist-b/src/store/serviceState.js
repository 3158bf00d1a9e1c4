import mongoose, {} from 'mongoose';
const NAME = 'serviceState';
/**
 * What the service keeps of itself, a few records of several kinds, each found by its `_id`: the database's keys (`keys.ts`), the processes that have
 * them (`liveKeys.ts`), the mover of each community that comes here (`src/operation/move/fence.ts`), how WeChat delivers (`wechatChannel.ts`). `database`:
 * another one than this process has open.
 */
export function serviceState(database) {
    return database ? database.collection(NAME) : mongoose.connection.collection(NAME);
}
