import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Config } from '../config.ts';
import { type Clock, clock } from './clock.ts';
import { CodedError } from './codedError.ts';
import { connect } from './connect.ts';
import { embedded } from './embedded/embedded.ts';
import { createIndexes } from './indexes.ts';
import { checkSecret, keptSecret } from './secret.ts';
import { vault } from './vault.ts';
import type { World } from './world.ts';

export interface Store {
  world: World;
  /** Has a password in it: not for logs. */
  uri: string;
  embedded: boolean;
  clock: Clock;
  /** Resolves when turns can be taken. Rejects with `DATABASE_AWAY`, or with `CLOCK_OFF` when this machine's clock is more than a second off the database's. */
  ready(): Promise<void>;
  /** Disconnects and gives up the embedded MongoDB, which its last user stops. Harmless to repeat. */
  close(): Promise<void>;
}

/**
 * Finds or starts the database, connects the default mongoose connection, creates the indexes of all models imported,
 * checks the secret, measures the clock. The service and every command use it, beside each other or alone.
 *
 * Ctrl-C or a termination closes it before the process ends, unless the program handles these signals itself.
 * Rejects with a `CodedError` whose sentence says what to do.
 */
export async function openStore(config: Pick<Config, 'mongodbUri' | 'dataDir' | 'mongodBinary' | 'secret'>): Promise<Store> {
  const server = config.mongodbUri ? { uri: config.mongodbUri, release: async () => {} } : await embedded(config.dataDir, config.mongodBinary);
  let time: Clock | undefined;
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      forget();
      time?.close();
      await mongoose.disconnect();
      await server.release();
    })();
    return closed;
  };
  const forget = onEnd(close);
  try {
    await connect(server.uri);
    const secrets = vault(config.secret ?? (await keptSecret(join(config.dataDir, 'secret'))));
    await checkSecret(secrets);
    await createIndexes();
    time = await clock();
    return {
      world: { vault: secrets, now: time.now, randomBytes },
      uri: server.uri,
      embedded: !config.mongodbUri,
      clock: time,
      ready: () => ready(time),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(time: Clock | undefined): Promise<void> {
  try {
    await time?.measure();
  } catch (cause) {
    throw new CodedError('DATABASE_AWAY', 'The database does not answer.', { cause });
  }
  if (Math.abs(time?.offset() ?? 0) > 1_000)
    throw new CodedError('CLOCK_OFF', "This machine's clock is more than a second off the database's. Let a time service set both.");
}

/** Closes at Ctrl-C or a termination, then lets the signal do what it would have done. A program with handlers of its own is left alone. Returns what takes it back. */
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
