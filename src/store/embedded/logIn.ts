import mongoose from 'mongoose';
import { CodedError } from '../codedError.ts';
import { mendDriver } from '../mendDriver.ts';
import type { Access } from './access.ts';

/** Talks to the administration of our `mongod`. */
export interface Admin {
  command(command: Record<string, unknown>): Promise<mongoose.mongo.Document>;
  close(): Promise<void>;
}

/**
 * Logs in at our `mongod`: that it takes the password shows that it is ours. As anybody: only what needs no password.
 * Rejects with `login-refused` where it (or another program) takes no such password, with `not-there` where nothing answers in `limit` ms;
 * a command with `not-there` where the connection breaks or nothing comes back in half a minute.
 */
export async function logIn(access: Access, { as = 'owner', limit = 3_000 }: { as?: 'owner' | 'anybody'; limit?: number } = {}): Promise<Admin> {
  mendDriver();
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${access.port}/`, {
    directConnection: true,
    maxPoolSize: 1,
    serverSelectionTimeoutMS: limit,
    connectTimeoutMS: limit,
    socketTimeoutMS: 30_000,
    ...(as === 'owner' && { auth: { username: access.user, password: access.password }, authMechanism: 'SCRAM-SHA-256', authSource: 'admin' }),
  });
  try {
    await client.connect();
  } catch (cause) {
    await client.close();
    if (cause instanceof mongoose.mongo.MongoServerError)
      throw new CodedError('login-refused', 'The database does not take our password.', { cause });
    throw notThere(access, cause);
  }
  const brokenOff = (cause: unknown) => {
    throw cause instanceof mongoose.mongo.MongoNetworkError ? notThere(access, cause) : cause;
  };
  return { command: (command) => client.db('admin').command(command).catch(brokenOff), close: () => client.close() };
}

function notThere({ port }: Access, cause: unknown): CodedError {
  return new CodedError('not-there', `No database answers at port ${port}.`, { cause });
}
