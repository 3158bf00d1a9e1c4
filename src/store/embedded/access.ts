import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { CodedError } from '../codedError.ts';
import { writeWhole } from '../writeWhole.ts';

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
