import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import mongoose, { type Model, type mongo } from 'mongoose';
import { CodedError } from './codedError.ts';

/** By this the server tells our connections from others of the same user. */
export const APP_NAME = 'yisheng';

const OPTIONS = {
  appName: APP_NAME,
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
 * Connects the default mongoose connection and the readers' pool, so that an absent or hung database is noticed within a turn. The driver's
 * monitor hears from the server every second. After 3.5 s of silence it gives the server up and breaks off what is under
 * way; that is tried once more, and rejects if no server is found in 2.5 s. A living server may take a minute for
 * one command, such as reading a whole ledger. (Since 7.8 the driver's own limit for an operation, `timeoutMS`, does nothing.)
 *
 * Rejects with `no-database`, or with `no-replica-set` if a single server answers.
 */
export async function connect(uri: string): Promise<void> {
  patchDriver();
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

/** The connections for readers of pages and API. */
const MAX_READER_CONNECTIONS = 6;

let connection: mongoose.Connection | undefined;

/** Opens the pool for pages, API and published files, so that reading them never uses a turn's connection. It is closed with the default connection. */
async function connectReaders(uri: string, options: mongoose.ConnectOptions): Promise<void> {
  connection = await mongoose.createConnection(uri, { ...options, minPoolSize: 0, maxPoolSize: MAX_READER_CONNECTIONS }).asPromise();
}

/** Like `collection`, over the readers' own connections. */
export function forReaders<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Collection<Record> {
  return databaseForReaders().collection<Record>(model.collection.name);
}

/** The database over the readers' own connections. */
export function databaseForReaders(): mongo.Db {
  if (!connection?.db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return connection.db;
}

/** The part of the driver's connection that is used here. */
interface Connection {
  readonly socket: Socket;
  /** Why it is closed. */
  readonly error: Error | null;
  onClose(): void;
}

/**
 * Makes the MongoDB driver settle a command whose socket closes before the command is written. Without this, the driver waits for the socket's
 * `drain`, which does not come, and the command never settles (mongodb 7.8.0 and 7.9.0, `writeCommand` in lib/cmap/connection.js):
 * - Node destroys a socket whose other end has ended, and emits `close` only in the next round of the event loop. The driver listens to
 *   `close` only: until then its pool still gives the connection out, and `write` to a destroyed socket returns false.
 * - A command of more than 16 KB waits for `drain`. If the other end ends meanwhile, Node ends the socket and `drain` does not come.
 *
 * Here the close is reported as an error of the socket, which the driver's wait does hear. It costs nothing as long as no connection closes. Call it
 * before connections are opened; harmless to repeat. A test fails once the driver no longer needs it. Throws `another-driver` if the driver is built differently.
 */
export function patchDriver(): void {
  if (isMended) return;
  const { Connection } = loadConnection();
  const { onClose } = Connection.prototype;
  if (typeof onClose !== 'function')
    throw new CodedError(
      'another-driver',
      'This MongoDB driver is built otherwise than src/store/connect.ts expects; install the one in package-lock.json.',
    );
  Connection.prototype.onClose = function () {
    onClose.call(this);
    const { socket, error } = this;
    const closed = error ?? new Error('the connection is closed');
    // a command that is still being compressed is written later
    socket.write = () => {
      throw closed;
    };
    if (socket.listenerCount('drain') > 0) socket.emit('error', closed);
  };
  isMended = true;
}

let isMended = false;

/** The class of the driver that mongoose uses, which neither of them exports. */
function loadConnection(): { Connection: { prototype: Connection } } {
  const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
  return ofMongoose('mongodb/lib/cmap/connection.js');
}
