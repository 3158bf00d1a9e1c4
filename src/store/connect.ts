import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';

/** Longest that one operation may take, in milliseconds: an absent or hung database is noticed within a turn. */
export const OPERATION_LIMIT = 4_000;

/**
 * Connects the default mongoose connection. Every operation rejects within `OPERATION_LIMIT` unless it says otherwise
 * (`timeoutMS: 0`, for what may rightly take longer, such as building an index or reading a whole ledger).
 * Rejects with `NO_DATABASE`, or with `NO_REPLICA_SET` where a single server answers.
 */
export async function connect(uri: string): Promise<void> {
  try {
    await mongoose.connect(uri, {
      serverSelectionTimeoutMS: 3_000,
      connectTimeoutMS: 3_000,
      timeoutMS: OPERATION_LIMIT,
      heartbeatFrequencyMS: 2_000,
      writeConcern: { w: 'majority', journal: true },
      maxPoolSize: 20,
      minPoolSize: 2,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
    });
  } catch (cause) {
    throw new CodedError('NO_DATABASE', 'The database cannot be reached. Check that it runs and that MONGODB_URI has the right host, user and password.', { cause });
  }
  const hello = await mongoose.connection.getClient().db('admin').command({ hello: 1 });
  if (hello.setName) return;
  await mongoose.disconnect();
  throw new CodedError('NO_REPLICA_SET', 'MONGODB_URI leads to a single server; a replica set is needed (one member is enough). Start mongod with --replSet NAME and run rs.initiate() once.');
}
