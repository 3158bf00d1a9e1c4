import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import mongoose from 'mongoose';
import { connect } from '../../src/store/connect.ts';
import { type Embedded, embedded } from '../../src/store/embedded/embedded.ts';
import { findMongod } from '../../src/store/embedded/findMongod.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { checkOf, keysRecords } from '../../src/store/keys.ts';
import { vault } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';
import { checkWrites } from './recordForm.ts';
import { SECRET_BYTES } from './secret.ts';

/**
 * Called inside a `describe`: before its tests the default mongoose connection leads to an empty database of that block's
 * own, with the indexes of every model imported. It may be that of a block that is over, emptied: making all indexes anew takes longer
 * than most tests. `mongod` is started once a run. `isWatched`: each command can be listened to (`watchShardKeys`).
 */
export function useDatabase(name = 'test', { isWatched = false } = {}): { world: World; uri(): string } {
  let uri = '';
  before(async function () {
    // Called here, it comes last, after the block's own: a service that is stopped there still has its database.
    this.test?.parent?.afterAll(leave);
    const made = `${basename(name).replace(/\W/g, '')}_${process.pid}_${randomBytes(4).toString('hex')}`;
    uri = free.pop() ?? databaseIn((await server()).uri, made);
    await connect(isWatched ? `${uri}&monitorCommands=true` : uri);
    await mongoose.connection.collection('system.profile').drop(); // what was profiled: it cannot be emptied
    await emptyDatabase();
    if (indexed.get(uri) !== (await countIndexes())) {
      await createIndexes();
      await checkWrites();
      indexed.set(uri, await countIndexes());
    }
    await keysRecords().insertOne({ _id: 'secret', check: checkOf(SECRET_BYTES) }); // processes have the keys of `world`, too
  });
  return {
    world: { vault: vault(SECRET_BYTES), now: () => new Date(), clockAgrees: () => true, randomBytes },
    uri: () => uri,
  };

  async function leave(): Promise<void> {
    if (mongoose.connection.readyState !== mongoose.ConnectionStates.connected) return;
    if (uri.includes(`/${mongoose.connection.name}?`)) free.push(uri);
    await mongoose.disconnect();
  }
}

/** Takes everything out of the database, but for these collections. Indexes stay. */
export async function emptyDatabase(but: readonly string[] = []): Promise<void> {
  const all = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
  const emptied = all.map(({ name }) => name).filter((name) => !but.includes(name) && !name.startsWith('system.'));
  await Promise.all((await filled(emptied)).map((name) => mongoose.connection.collection(name).deleteMany({})));
}

/** Those that hold something. One command asks it, and most hold nothing. */
async function filled(names: readonly string[]): Promise<string[]> {
  const [first, ...others] = names.map((coll) => ({ coll, pipeline: [{ $limit: 1 }, { $project: { _id: 0, coll: { $literal: coll } } }] }));
  if (!first) return [];
  const together = [...first.pipeline, ...others.map((other) => ({ $unionWith: other }))];
  return (await mongoose.connection.collection(first.coll).aggregate<{ coll: string }>(together).toArray()).map(({ coll }) => coll);
}

/** How many models are imported, and how many indexes the database has. */
async function countIndexes(): Promise<string> {
  return `${mongoose.modelNames().length} ${(await mongoose.connection.db?.stats())?.indexes}`;
}

/** What was counted in each database when all of it was made: what a test drops, or a file imports, is made again. */
const indexed = new Map<string, string>();

/** The databases that nobody uses now. */
const free: string[] = [];

let started: Promise<Embedded> | undefined;

/** The `mongod` of this run, or of one of its workers if files are run beside each other; started when first asked for. */
export function server(): Promise<Embedded> {
  const worker = process.env.MOCHA_WORKER_ID;
  started ??= mongodProgram().then((program) => embedded(worker === undefined ? '.data/test' : `${OF_WORKERS}/${worker}`, program));
  return started;
}

const OF_WORKERS = '.data/test-workers';

/** The `mongod` that all tests use, processes that they start included. */
export async function mongodProgram(): Promise<string> {
  process.env.MONGOD_BINARY = await findMongod(process.env.MONGOD_BINARY, '.data/mongod');
  return process.env.MONGOD_BINARY;
}

/** At the end of the run. If one did not start, the tests that need it have failed already. Workers have ended by then, and left theirs. */
export async function stopServers(): Promise<void> {
  const own = await started?.catch(() => undefined);
  await own?.release();
  for (const worker of existsSync(OF_WORKERS) ? await readdir(OF_WORKERS) : []) {
    const folder = join(OF_WORKERS, worker);
    if (existsSync(join(folder, 'database', 'lock.json'))) await (await embedded(folder, await mongodProgram())).release();
  }
}

/** The address of another database of the same server. */
export function databaseIn(uri: string, name: string): string {
  const changed = new URL(uri);
  changed.pathname = `/${name}`;
  return changed.href;
}
