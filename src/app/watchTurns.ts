import mongoose from 'mongoose';
import { tryTurn, tryWrite } from '../dialog/dialog.ts';
import { CodedError } from '../store/codedError.ts';
import { within } from '../store/collection.ts';
import type { World } from '../store/world.ts';

/** In milliseconds: how often it is tried, and for how long no turn may be possible while the database answers others. */
export interface WatchLimits {
  readonly every: number;
  readonly limit: number;
}

/** The longest that a turn may take, in milliseconds. */
const TURN_MS = 8_000;

/**
 * Tries again and again whether this process can take a turn. If it cannot for `limit` milliseconds, although the database answers another client (a
 * fresh connection) all the time, `ended` is called, once: then only another process helps. Gives the function that ends the watch.
 */
export function watchTurns(
  world: World,
  uri: string,
  ended: (error: CodedError) => void,
  { every, limit }: WatchLimits = { every: 5_000, limit: 60_000 },
): () => void {
  let isOver = false;
  let since: number | undefined;
  let timer = setTimeout(look, every).unref();

  async function look(): Promise<void> {
    const isStuck = !(await succeeds(TURN_MS, tryTurn(world))) && (await succeeds(TURN_MS, writeElsewhere(uri, world)));
    if (isOver) return;
    since = isStuck ? (since ?? performance.now()) : undefined; // counted from when the database was known to answer
    if (since !== undefined && performance.now() - since >= limit) ended(noTurns(limit));
    else timer = setTimeout(look, every).unref();
  }

  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function succeeds(ms: number, work: Promise<unknown>): Promise<boolean> {
  return within(ms, work, () => new CodedError('too-late', 'It took longer than a turn may.')).then(
    () => true,
    () => false,
  );
}

/** What a turn asks of the database, over a connection of its own. */
async function writeElsewhere(uri: string, { now }: World): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 2_500, connectTimeoutMS: 2_500, maxPoolSize: 1 });
  try {
    await tryWrite(client.db(), now());
  } finally {
    await client.close();
  }
}

function noTurns(limit: number): CodedError {
  return new CodedError(
    'no-turns',
    `For ${limit / 1_000} s no turn could be taken here while the database answered others. This process ends, so that its supervisor starts it again.`,
  );
}
