import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../codedError.ts';
import { writeWhole } from '../files.ts';
import { type Access, keptAccess, logIn } from './access.ts';
import { exclusively, isAlive } from './exclusively.ts';
import { findMongod, say } from './findMongod.ts';
import { type GuardLimits, guarded } from './guard.ts';
import { answers, type Files, isThere, reasonIn, sizeOf, startMongod } from './mongod.ts';

export interface Embedded {
  uri: string;
  /** Resolves once the database is gone or cannot be kept running, with what is to be done (`database-gone`, `mongod-lost`, `mongod-moved`). */
  lost: Promise<CodedError>;
  /** Gives up this use. The last user stops `mongod` cleanly; then this resolves when `mongod` has ended. Harmless to repeat. */
  release(): Promise<void>;
}

interface Use {
  pid: number;
  id: string;
}

/** What the lock file holds: our `mongod` and its users. */
interface Lock {
  pid: number;
  port: number;
  users: Use[];
}

/**
 * The embedded MongoDB under `dataDir`. If it runs already (beside the service, or left by a process that was
 * killed), it is joined, else started; and it is started again if
 * it dies (`guard.ts`). It serves until its last user has released it. What takes long is reported on standard error.
 */
export async function embedded(dataDir: string, mongodBinary: string | undefined, limits?: GuardLimits): Promise<Embedded> {
  const folder = resolve(dataDir);
  await mkdir(join(folder, 'database'), { recursive: true, mode: 0o700 });
  const place = placeIn(folder);
  const fetched = join(folder, 'mongod');
  const use = { pid: process.pid, id: randomUUID() };
  const waiting = (pid: number) => say(`Waiting for process ${pid}, which is starting or stopping the embedded MongoDB …`);

  const enter = () =>
    exclusively(
      place.busy,
      async () => {
        const running = await joined(place, await keptAccess(place.access), () => findMongod(mongodBinary, fetched));
        uses.add(use.id);
        const others = living(await lockIn(place)).filter(({ id }) => id !== use.id);
        await keepLock(place, { pid: running.pid, port: running.access.port, users: [...others, use] });
        return running;
      },
      waiting,
    );
  const { access, pid } = await enter();
  let logFrom = await sizeOf(place.log);
  const start = async () => {
    const again = await enter();
    if (again.access.port !== access.port)
      throw new CodedError('mongod-moved', 'Another program took the port of the embedded MongoDB. Start again.');
    logFrom = await sizeOf(place.log);
    return again.pid;
  };
  const guard = guarded({ pid, isThere: () => isThere(place), lastWords: () => reasonIn(place.log, logFrom, ['F']), start }, limits);
  let released: Promise<void> | undefined;
  const release = async () => {
    await guard.end();
    await exclusively(place.busy, () => leave(place, access, use), waiting);
  };
  return {
    uri: `mongodb://${access.user}:${access.password}@127.0.0.1:${access.port}/yisheng?replicaSet=${access.replicaSet}&authSource=admin`,
    lost: guard.lost,
    release: () => {
      released ??= release();
      return released;
    },
  };
}

/** This process's own uses. A use with this pid that is not here was left by an earlier process that died. */
const uses = new Set<string>();

interface Place extends Files {
  lock: string;
  busy: string;
}

function placeIn(folder: string): Place {
  const at = (name: string) => join(folder, 'database', name);
  return { data: at('data'), keyFile: at('keyfile'), log: at('mongod.log'), access: at('access.json'), lock: at('lock.json'), busy: at('busy') };
}

/** What a `mongod` may cause that a process which died has just started, and that does not answer yet: it gets half a minute. */
const STILL_STARTING = ['mongod-held', 'port-held', 'not-there'];

async function joined(place: Place, access: Access, program: () => Promise<string>): Promise<{ access: Access; pid: number }> {
  for (const until = Date.now() + 30_000; ; await sleep(200)) {
    const pid = await pidOfOurs(access);
    if (pid !== undefined) return { access, pid };
    try {
      return await startMongod(await program(), place, access);
    } catch (error) {
      if (!(error instanceof CodedError) || !STILL_STARTING.includes(error.code) || Date.now() > until) throw error;
    }
  }
}

async function pidOfOurs(access: Access): Promise<number | undefined> {
  if (!(await answers(access.port))) return undefined;
  try {
    const owner = await logIn(access, { limit: 1_000 });
    try {
      if (!(await owner.command({ hello: 1 })).isWritablePrimary) return undefined;
      return Number((await owner.command({ serverStatus: 1 })).pid);
    } finally {
      await owner.close();
    }
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

async function leave(place: Place, access: Access, use: Use): Promise<void> {
  uses.delete(use.id);
  const lock = await lockIn(place);
  const users = living(lock);
  if (lock && users.length > 0) return keepLock(place, { ...lock, users }).catch(ifFull);
  await stop(access);
  await rm(place.lock, { force: true });
}

/** Asks our `mongod`, with our password, to shut down, so that another program's pid is never touched. */
async function stop(access: Access): Promise<void> {
  const pid = await pidOfOurs(access);
  if (pid === undefined) return;
  const owner = await logIn(access);
  await owner.command({ shutdown: 1, force: true, timeoutSecs: 0 }).catch(() => undefined);
  await owner.close();
  for (const until = Date.now() + 30_000; isAlive(pid); await sleep(20)) {
    if (Date.now() > until) throw new CodedError('mongod-stays', `The embedded MongoDB (process ${pid}) does not stop.`);
  }
}

function living(lock: Lock | undefined): Use[] {
  return (lock?.users ?? []).filter(({ pid, id }) => (pid === process.pid ? uses.has(id) : isAlive(pid)));
}

async function lockIn(place: Place): Promise<Lock | undefined> {
  try {
    const lock: Lock = JSON.parse(await readFile(place.lock, 'utf8'));
    return lock;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
    throw error;
  }
}

/** If the disk has no room to take a use out of the lock file, the use is ignored once its process has ended. */
function ifFull(error: unknown): void {
  if (!(error instanceof CodedError && error.code === 'disk-full')) throw error;
}

function keepLock(place: Place, lock: Lock): Promise<void> {
  return writeWhole(place.lock, `${JSON.stringify(lock)}\n`);
}
