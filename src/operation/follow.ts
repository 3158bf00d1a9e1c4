import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { someKeyDestroyed } from '../fund/cycles/index.ts';
import { noteFollowed } from '../store/backupState.ts';
import { CodedError } from '../store/codedError.ts';
import { isDatabaseAway } from '../store/databaseErrors.ts';
import { DAY_MS, HOUR_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';
import { backup, EXACT, type Manifest, readManifest } from './backup.ts';
import { appendPiece, beginning, type Place, piecesBehind } from './changes.ts';

interface Following {
  /** A folder for backups, each in a folder that is named after the moment at which it was begun. */
  readonly folder: string;
  /** BACKUP_KEY, 32 bytes. */
  readonly key: Uint8Array;
  /** By what the SECRET is known that opens the database (`checkOf`). */
  readonly secretCheck: string;
  /** Backups that were left more days ago than this go. */
  readonly keepDays: number;
  readonly signal: AbortSignal;
  /** Told of each backup that is made or goes, and of a database that is away. */
  readonly onStep: (said: string) => void;
}

/** A piece is written as often, in milliseconds, and earlier if it is as long, in events: a quarter of the minute that we may be behind. */
const EACH_MS = 15_000;
const MOST_EVENTS = 5_000;
/** MongoDB waits as long for something new before it says that there is nothing. */
const WAIT_MS = 1_000;
const AWAY_MS = 1_000;
/** So often it is asked whether another backup is due. */
const LOOK_MS = 60_000;

/**
 * Continues a backup with everything that is written, until the signal, and begins another each day: the newest in the folder, where it was left, or a new one
 * where there is none or the database has forgotten what came since. Backups go that were left more than `keepDays` days ago, or that hold the key of a cycle
 * which was destroyed since.
 *
 * Rejects with `followed-already` if another process follows in the same folder, `database-dropped`, and as `backup` and `readManifest` do.
 */
export async function follow(world: World, { signal, onStep, ...about }: Following): Promise<void> {
  let current = await newest(about);
  if (!current || (await isPast(world, current))) current = await begin();
  for (let next: Followed | undefined = current; next; ) {
    await dropPast(world, next, about, onStep);
    if (signal.aborted) return;
    const left = new AbortController();
    const renewed = renewing(next, left);
    await followOne(world, next, AbortSignal.any([signal, left.signal]), onStep).catch(async (error: unknown) => {
      if (!isForgotten(error)) throw error;
      onStep('The database has forgotten what came since: a new backup is begun.');
    });
    left.abort();
    next = signal.aborted ? undefined : ((await renewed) ?? (await begin()));
  }

  async function begin(): Promise<Followed> {
    const name = world.now().toISOString().replaceAll(':', '').replace(/\.\d+/, '');
    onStep(`A backup is begun: ${name}`);
    await backup(world, { out: join(about.folder, name), key: about.key, secretCheck: about.secretCheck });
    return opened(about, name);
  }

  /** Makes the next one while this one is still followed, a day after it was made, or within the hour in which it has to go. */
  async function renewing(one: Followed, left: AbortController): Promise<Followed | undefined> {
    const over = AbortSignal.any([signal, left.signal]);
    for (;;) {
      while (!over.aborted && !(await isPast(world, one).catch(() => false))) await rest(LOOK_MS, over); // a database that is away is told by the other
      if (over.aborted) return undefined;
      try {
        const next = await begin();
        left.abort();
        return next;
      } catch (error) {
        onStep(`No new backup was made, the one before is followed on: ${error instanceof Error ? error.message : error}`);
        await rest(HOUR_MS, over);
      }
    }
  }
}

/** A backup in the folder. */
interface Followed {
  readonly name: string;
  readonly manifest: Manifest;
  readonly place: Place;
}

async function opened({ folder, key }: Pick<Following, 'folder' | 'key'>, name: string): Promise<Followed> {
  const { manifest, salt } = await readManifest(join(folder, name), key);
  return { name, manifest, place: beginning(join(folder, name), key, salt) };
}

/** The names of the backups in a folder, the newest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d{4}-\d\d-\d\dT\d{6}Z$/.test(name))
    .toSorted()
    .reverse();
}

async function newest(about: Pick<Following, 'folder' | 'key'>): Promise<Followed | undefined> {
  const [name] = await backupsIn(about.folder);
  return name === undefined ? undefined : opened(about, name);
}

/** Whether another one is due. */
async function isPast(world: World, { manifest }: Followed): Promise<boolean> {
  return world.now().getTime() - Date.parse(manifest.madeAt) > DAY_MS || (await someKeyDestroyed(manifest));
}

/** Removes backups before `current` that are too old, and those that hold a key which is destroyed. */
async function dropPast(
  world: World,
  current: Followed,
  about: Pick<Following, 'folder' | 'key' | 'keepDays'>,
  onStep: Following['onStep'],
): Promise<void> {
  for (const name of await backupsIn(about.folder)) {
    if (name >= current.name) continue;
    const { manifest } = await opened(about, name);
    const isOld = world.now().getTime() - Date.parse(manifest.madeAt) > (about.keepDays + 1) * DAY_MS;
    if (!isOld && !(await someKeyDestroyed(manifest))) continue;
    await rm(join(about.folder, name), { recursive: true });
    onStep(`${name} is removed: ${isOld ? 'it is older than backups are kept' : 'it held the key of a vote that is destroyed by now'}.`);
  }
}

/** Follows one backup until the signal. */
async function followOne(world: World, { manifest, place: from }: Followed, signal: AbortSignal, onStep: Following['onStep']): Promise<void> {
  let place = from;
  let token: mongo.ResumeToken | undefined;
  for await (const read of piecesBehind(from))
    ({
      place,
      piece: { token },
    } = read);
  while (!signal.aborted) {
    const startAt = new mongoose.mongo.Timestamp({ t: manifest.point.t, i: manifest.point.i + 1 }); // what was written at that point is in the backup
    const stream = mongoose.connection
      .getClient()
      .db(mongoose.connection.name)
      .watch([], {
        ...EXACT,
        maxAwaitTimeMS: WAIT_MS,
        ...(token === undefined ? { startAtOperationTime: startAt } : { resumeAfter: token }),
      });
    try {
      await read(stream);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      onStep(`The database is away: ${error instanceof Error ? error.message : ''}`);
      await rest(AWAY_MS, signal);
    } finally {
      await stream.close().catch(() => undefined); // of a database that is away
    }
  }

  async function read(stream: mongo.ChangeStream): Promise<void> {
    let waiting: Event[] = [];
    let began = performance.now();
    do {
      const asked = world.now();
      const found = await stream.tryNext();
      if (found) waiting.push(eventOf(found));
      const isDue = performance.now() - began > EACH_MS || waiting.length >= MOST_EVENTS || signal.aborted;
      if (!isDue) continue;
      const last = waiting.at(-1);
      // what has the time of the last one may be a part of a transaction, unless nothing came behind it
      const whole = found ? waiting.filter(({ time }) => last && time !== last.time) : waiting;
      const reached = found ? whole.at(-1)?.wallTime : asked;
      const behind = found ? whole.at(-1)?.token : stream.resumeToken;
      if (!reached || !behind) continue;
      place = await appendPiece(place, { reached, token: behind, events: whole.map(({ event }) => event) });
      token = behind;
      waiting = waiting.slice(whole.length);
      began = performance.now();
      await noteFollowed(reached);
    } while (!signal.aborted);
  }
}

interface Event {
  readonly event: mongo.BSON.Document;
  readonly token: mongo.ResumeToken;
  /** The moment in the oplog; a transaction's events have the same. */
  readonly time: string;
  readonly wallTime: Date;
}

function eventOf(event: mongo.ChangeStreamDocument): Event {
  const { _id: token, clusterTime, operationType } = event;
  const wallTime = 'wallTime' in event ? event.wallTime : undefined;
  if (operationType === 'dropDatabase' || operationType === 'invalidate' || operationType === 'rename')
    throw new CodedError(
      'database-dropped',
      'The database was dropped, or a collection got another name: that cannot be followed. Begin in another folder.',
    );
  if (!clusterTime || !(wallTime instanceof Date)) throw new Error('MongoDB gave an event without its time');
  return { event, token, time: clusterTime.toString(), wallTime };
}

/** MongoDB's ChangeStreamFatalError and ChangeStreamHistoryLost. */
const FORGOTTEN: readonly unknown[] = [280, 286];

function isForgotten(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && FORGOTTEN.includes(error.code);
}

/** Waits as long, or until the signal. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
