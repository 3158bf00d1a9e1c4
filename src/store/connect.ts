import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';
import { mendDriver } from './mendDriver.ts';
import { connectReaders } from './readers.ts';

const OPTIONS = {
  serverSelectionTimeoutMS: 2_500,
  connectTimeoutMS: 2_500,
  heartbeatFrequencyMS: 1_000,
  waitQueueTimeoutMS: 3_000,
  socketTimeoutMS: 60_000,
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 2_500 },
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
} satisfies mongoose.ConnectOptions;

/**
 * Connects the default mongoose connection, and the pool of the readers, so that an absent or hung database is noticed within a turn: the driver's
 * monitor, which hears from the server every second, gives it up after 3.5 s of silence and breaks off what is under
 * way; that is tried once more, and rejects when no server is found in 2.5 s. A server that lives may take a minute for
 * one command, such as reading a whole ledger. (Since 7.8 the driver's own limit for an operation, `timeoutMS`, does nothing.)
 *
 * Rejects with `no-database`, or with `no-replica-set` where a single server answers.
 */
export async function connect(uri: string): Promise<void> {
  mendDriver();
  try {
    await mongoose.connect(uri, { ...OPTIONS, maxPoolSize: 20, minPoolSize: 2 });
    await connectReaders(uri, OPTIONS);
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
