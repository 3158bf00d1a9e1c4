import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { type Clock, clock } from './clock.ts';
import { CodedError } from './codedError.ts';
import { connect } from './connect.ts';
import { type Embedded, embedded } from './embedded/embedded.ts';
import { exclusively } from './embedded/exclusively.ts';
import { writeWhole } from './files.ts';
import { createIndexes } from './indexes.ts';
import { liveKeys } from './liveKeys.ts';
import { secretBytes, vault } from './vault.ts';
import type { World } from './world.ts';

/** Where the database is (docs/contract.md: Settings). */
export interface StoreSettings {
  /** The address of a replica set. If undefined, the embedded MongoDB under `dataDir` is used. */
  mongodbUri?: string;
  dataDir: string;
  mongodBinary?: string;
  /** At least 32 bytes. If undefined, the secret kept in `dataDir` is used; it is generated the first time. */
  secret?: Uint8Array;
}

export interface Store {
  world: World;
  /** Contains a password: never log it. */
  uri: string;
  embedded: boolean;
  /** Resolves once the embedded MongoDB is given up; absent with another one. */
  lost?: Promise<CodedError>;
  clock: Clock;
  /** Disconnects, and gives up the embedded MongoDB; its last user stops it. Harmless to repeat. */
  close(): Promise<void>;
}

/**
 * Finds or starts the database, connects the default mongoose connection, creates the indexes of all models imported,
 * opens the keys with the secret, measures the clock. `hasIndexes`: a service of this version runs beside, and has created them at its start. The service and every command use it, at the same time or alone.
 *
 * Ctrl-C or SIGTERM closes it before the process ends, unless the program handles these signals itself.
 * Rejects with a `CodedError` whose sentence says what to do.
 */
export async function openStore(config: StoreSettings, { hasIndexes = false } = {}): Promise<Store> {
  const database = await openDatabase(config);
  let time: Clock | undefined;
  let live: Awaited<ReturnType<typeof liveKeys>> | undefined;
  const close = async () => {
    time?.close();
    await live?.close();
    await database.close();
  };
  try {
    live = await liveKeys(() => secretOf(config));
    if (!hasIndexes) await createIndexes();
    time = await clock();
    return {
      world: { vault: vault(live.keys, live.mayEncrypt), now: time.now, clockAgrees: time.agrees, randomBytes },
      uri: database.uri,
      embedded: !config.mongodbUri,
      ...(database.lost && { lost: database.lost }),
      clock: time,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The secret of the settings; without one, the one kept in `dataDir`, which is generated the first time. */
export async function secretOf({ secret, dataDir }: StoreSettings): Promise<Uint8Array> {
  return secret ?? (await keptSecret(join(dataDir, 'secret')));
}

/** Finds or starts the database and connects to it. Nothing is written there. It is closed as a store is. */
export async function openDatabase(config: StoreSettings): Promise<Pick<Store, 'uri' | 'lost' | 'close'>> {
  const { uri, release, lost } = await server(config);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      forget();
      await mongoose.disconnect();
      await release();
    })();
    return closed;
  };
  const forget = onEnd(close);
  try {
    await connect(uri);
    return { uri, ...(lost && { lost }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function server({ mongodbUri, dataDir, mongodBinary }: StoreSettings): Promise<Omit<Embedded, 'lost'> & Partial<Pick<Embedded, 'lost'>>> {
  return mongodbUri ? { uri: mongodbUri, release: async () => {} } : embedded(dataDir, mongodBinary);
}

/** Closes the store at Ctrl-C or SIGTERM, then lets the signal do its usual work. If the program has its own handlers, nothing is done. Returns the function that removes this. */
function onEnd(close: () => Promise<void>): () => void {
  const end = (signal: NodeJS.Signals) => {
    if (process.listeners(signal).some((listener) => !ours.has(listener))) return;
    void close().finally(() => process.kill(process.pid, signal));
  };
  ours.add(end);
  process.on('SIGINT', end).on('SIGTERM', end);
  return () => {
    ours.delete(end);
    process.off('SIGINT', end).off('SIGTERM', end);
  };
}

const ours = new Set<NodeJS.SignalsListener>();

/** The secret that is kept in `file`; it is generated the first time. Only the file's owner may read it. */
function keptSecret(file: string): Promise<Buffer> {
  return exclusively(`${file}.busy`, async () => {
    try {
      const kept = secretBytes((await readFile(file, 'utf8')).trim());
      if (kept) return kept;
      throw new CodedError('bad-secret', `${file} does not hold 32 random bytes in base64. Put back the file that this database was made with.`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    const secret = randomBytes(32);
    await writeWhole(file, `${secret.toString('base64')}\n`);
    return secret;
  });
}
