import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { CodedError } from '../codedError.ts';
import { writeWhole } from '../files.ts';
import { onlyOf } from '../helperThread.ts';
import { type Access, type Admin, freePort, isFree, keepAccess, logIn } from './access.ts';

export interface Files {
  data: string;
  keyFile: string;
  log: string;
  access: string;
}

/** The longest that `mongod` may take to be ready, in milliseconds. After a crash it first replays its journal. */
const READY_LIMIT = 60_000;

/** Bytes that it needs on the disk to start, for the next file of its journal. */
const ROOM = 100 * 2 ** 20;

/**
 * Starts our `mongod` and resolves when it takes writes, with the access to it and its pid. The port is another one than
 * before if another program took the old one. It lives on if this process dies.
 * Rejects with `mongod-held` if another `mongod` holds the data, with `port-held` if another took the port meanwhile, with `disk-full` if there is no room, with `mongod-failed` if it did not start.
 */
export async function startMongod(program: string, files: Files, kept: Access): Promise<{ access: Access; pid: number }> {
  const access = (await isFree(kept.port)) ? kept : { ...kept, port: await freePort() };
  await mkdir(files.data, { recursive: true, mode: 0o700 });
  if ((await sizeOf(files.keyFile)) === 0) await writeWhole(files.keyFile, randomBytes(48).toString('base64'));
  const logFrom = await sizeOf(files.log);

  const child = spawn(program, flags(files, access), { detached: true, env: onlyOf(['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH']), stdio: 'ignore' });
  const end = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (cause) =>
      reject(new CodedError('mongod-failed', `${program} cannot be run. Set MONGOD_BINARY to a mongod that runs on this machine.`, { cause })),
    );
    child.once(
      'exit',
      (code, signal) =>
        void reasonIn(files.log, logFrom)
          .then((reason) => failure(files, reason ?? `it ended with ${signal ?? code}`))
          .then(reject, reject),
    );
  });
  ended.catch(() => end.abort());
  child.unref();

  const lost = async (error: unknown) => {
    await Promise.race([ended, sleep(1_000)]); // if it has ended, that says why
    throw error;
  };
  await Promise.race([ended, ready(access, end.signal).catch(lost)]);
  if (access !== kept) await keepAccess(files.access, access);
  if (child.pid === undefined) throw await failure(files, 'it has no pid');
  return { access, pid: child.pid };
}

function flags({ data, keyFile, log }: Files, { port, replicaSet }: Access): string[] {
  return [
    ...['--dbpath', data, '--replSet', replicaSet, '--keyFile', keyFile, '--bind_ip', '127.0.0.1', '--port', `${port}`, '--nounixsocket'],
    ...['--wiredTigerCacheSizeGB', `${cacheSize()}`, '--oplogSize', '256', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...['--logpath', log, '--logappend', '--quiet', ...NO_SLOW_QUERIES, '--networkMessageCompressors', 'disabled'],
  ];
}

/** Slow queries are not logged: the log would have their values, such as phone numbers. */
const NO_SLOW_QUERIES = ['--slowms', '2000000000'];

/** Gigabytes: an eighth of the machine's memory, at least the quarter that `mongod` needs, at most one. */
function cacheSize(): number {
  return Math.min(1, Math.max(0.25, Math.round((totalmem() / 2 ** 30 / 8) * 4) / 4));
}

/** Waits until it takes writes. On the first start it sets up the replica set and the user. Harmless to repeat: a start that was killed half-way is continued. */
async function ready(access: Access, signal: AbortSignal): Promise<void> {
  const until = Date.now() + READY_LIMIT;
  while (!(await answers(access.port))) await pause(until, signal);

  const anybody = await logIn(access, { as: 'anybody' });
  try {
    const hello = () => anybody.command({ hello: 1 });
    for (let state = await hello(); !state.isWritablePrimary; state = await hello()) {
      if (!state.setName) await formSet(access, anybody);
      await pause(until, signal);
    }
    if ((await hello()).setName !== access.replicaSet)
      throw new CodedError('mongod-failed', 'Another database answered in place of ours. Start again.');
    await withUser(access, anybody);
  } finally {
    await anybody.close();
  }
}

/** The replica set's first configuration, or the present one with the present port. Harmless to repeat. */
async function formSet(access: Access, anybody: Admin): Promise<void> {
  const members = [{ _id: 0, host: `127.0.0.1:${access.port}` }];
  const user = await logIn(access).catch(ifRefused);
  if (!user) return void (await anybody.command({ replSetInitiate: { _id: access.replicaSet, members } }).catch(ifLoading));
  try {
    const found = await user.command({ replSetGetConfig: 1 }).catch(ifLoading);
    if (found) await user.command({ replSetReconfig: { ...found.config, members, version: found.config.version + 1 }, force: true });
  } finally {
    await user.close();
  }
}

/** Just after a start it has not read yet that it has a configuration. */
function ifLoading(error: unknown): undefined {
  if (error instanceof mongoose.mongo.MongoServerError && LOADING.includes(String(error.codeName))) return undefined;
  throw error;
}

const LOADING = ['NotYetInitialized', 'AlreadyInitialized'];

async function withUser(access: Access, anybody: Admin): Promise<void> {
  const user = await logIn(access).catch(ifRefused);
  if (user) return user.close();
  await anybody.command({ createUser: access.user, pwd: access.password, roles: ['root'], mechanisms: ['SCRAM-SHA-256'] });
}

function ifRefused(error: unknown): undefined {
  if (error instanceof CodedError && error.code === 'login-refused') return undefined;
  throw error;
}

async function pause(until: number, signal: AbortSignal): Promise<void> {
  if (Date.now() > until) throw new CodedError('mongod-failed', `The embedded MongoDB was not ready within ${READY_LIMIT / 1000} seconds.`);
  await sleep(10, undefined, { signal });
}

async function failure(files: Files, reason: string): Promise<CodedError> {
  if (reason.includes('DBPathInUse'))
    return new CodedError(
      'mongod-held',
      `Another mongod holds ${files.data} and does not answer. Its pid is in mongod.lock there: end it, then start again.`,
    );
  if (reason.includes('Address already in use'))
    return new CodedError('port-held', 'Another program took the port of the embedded MongoDB while it started. Start again.');
  const { bavail, bsize } = await statfs(files.data);
  if (bavail * bsize < ROOM) return new CodedError('disk-full', `The disk that holds ${files.data} is full: make room there.`);
  return new CodedError('mongod-failed', `The embedded MongoDB did not start: ${reason}. More is in ${files.log}.`);
}

/** Whether what a database is read by is there: its storage's own file, and how it is reached. */
export async function isThere({ data, access }: Pick<Files, 'data' | 'access'>): Promise<boolean> {
  const found = await Promise.all([join(data, 'WiredTiger'), access].map((file) => stat(file).catch(ifAbsent)));
  return found.every(Boolean);
}

export async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(ifAbsent);
  return found?.size ?? 0;
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Why `mongod` ended, in its own words, from its log after `from` bytes; undefined if it does not say. An error (`E`) need not be the end: a fatal one (`F`) is. */
export async function reasonIn(log: string, from: number, severities: readonly string[] = ['F', 'E']): Promise<string | undefined> {
  const lines = (await gained(log, from)).split('\n').flatMap(asEntry);
  const worst = lines.filter(({ s }) => severities.includes(s)).at(-1);
  if (!worst) return undefined;
  return `${worst.msg}${worst.attr?.error ? ` (${JSON.stringify(worst.attr.error)})` : ''}`;
}

interface LogEntry {
  s: string;
  msg: string;
  attr?: { error?: unknown };
}

async function gained(log: string, from: number): Promise<string> {
  const handle = await open(log, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - 65_536);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A line of the log. Not every line is JSON: what a crash prints is not. */
function asEntry(line: string): LogEntry[] {
  try {
    const entry: LogEntry = JSON.parse(line);
    return [entry];
  } catch {
    return [];
  }
}

/** Whether anything accepts connections at a port of the loopback interface. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
