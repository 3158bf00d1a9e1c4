import mongoose, { type Model, type mongo } from 'mongoose';
import { CodedError } from './codedError.ts';

/** Connections for whoever reads. */
const MOST = 6;

let connection: mongoose.Connection | undefined;

/** Opens the pool of pages, API and published files: whatever is read there, the connections of the turns are not used for it. It is closed with the default connection. */
export async function connectReaders(uri: string, options: mongoose.ConnectOptions): Promise<void> {
  connection = await mongoose.createConnection(uri, { ...options, minPoolSize: 0, maxPoolSize: MOST }).asPromise();
}

/** As `native`, over the readers' own connections. */
export function forReaders<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Collection<Record> {
  if (!connection?.db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return connection.db.collection<Record>(model.collection.name);
}
