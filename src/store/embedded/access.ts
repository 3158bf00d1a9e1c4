import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import mongoose from 'mongoose';
import { CodedError } from '../codedError.ts';
import { patchDriver } from '../connect.ts';
import { writeWhole } from '../files.ts';

/** How our `mongod` is reached; kept for the life of the data. Who can log in with this password talks to ours and to no other. */
export interface Access {
  port: number;
  replicaSet: string;
  user: string;
  password: string;
}

/** The access kept in `file`, made there at the first start. Only its owner may read the file. */
export async function keptAccess(file: string): Promise<Access> {
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return parsed(kept, file);
  const made = {
    port: await freePort(),
    replicaSet: `yisheng-${randomBytes(6).toString('hex')}`,
    user: 'yisheng',
    password: randomBytes(24).toString('base64url'),
  };
  await keepAccess(file, made);
  return made;
}

export function keepAccess(file: string, access: Access): Promise<void> {
  return writeWhole(file, `${JSON.stringify(access, null, 2)}\n`);
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const port = await listening(0);
  if (port === undefined) throw new CodedError('no-port', 'No free port was found on 127.0.0.1.');
  return port;
}

export async function isFree(port: number): Promise<boolean> {
  return (await listening(port)) !== undefined;
}

async function listening(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    return await new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
      );
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function parsed(kept: string, file: string): Access {
  try {
    const { port, replicaSet, user, password } = JSON.parse(kept);
    if (typeof port === 'number' && typeof replicaSet === 'string' && typeof user === 'string' && typeof password === 'string')
      return { port, replicaSet, user, password };
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): CodedError {
  return new CodedError('bad-access-file', `${file} cannot be read. Put it back from a backup: without it the database beside it cannot be opened.`, {
    cause,
  });
}

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
  patchDriver();
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
