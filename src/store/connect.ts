import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';

/**
 * Connects the default mongoose connection so that an absent or hung database is noticed within a turn: an operation
 * waits at most 3 s for a server and 3 s for its answer, and is tried once more, so that it rejects after 6 s at the latest.
 * The driver has no limit for the whole of an operation: since 7.8 its `timeoutMS` does nothing.
 *
 * Rejects with `no-database`, or with `no-replica-set` where a single server answers.
 */
export async function connect(uri: string): Promise<void> {
  try {
    await mongoose.connect(uri, {
      serverSelectionTimeoutMS: LIMIT,
      connectTimeoutMS: LIMIT,
      socketTimeoutMS: LIMIT,
      waitQueueTimeoutMS: LIMIT,
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: LIMIT - 500 },
      heartbeatFrequencyMS: 2_000,
      maxPoolSize: 20,
      minPoolSize: 2,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
    });
  } catch (cause) {
    throw new CodedError(
      'no-database',
      'The database cannot be reached. Check that it runs and that MONGODB_URI has the right host, user and password.',
      { cause },
    );
  }
  const { setName } = await mongoose.connection.getClient().db('admin').command({ hello: 1 });
  if (setName) return;
  await mongoose.disconnect();
  throw new CodedError(
    'no-replica-set',
    'MONGODB_URI leads to a single server; a replica set is needed (one member is enough). Start mongod with --replSet NAME and run rs.initiate() once.',
  );
}

/** Milliseconds. */
const LIMIT = 3_000;
