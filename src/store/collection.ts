import { setMaxListeners } from 'node:events';
import mongoose, { type Model, type mongo } from 'mongoose';
import { CodedError } from './codedError.ts';

/** The driver's own collection behind a model, typed by its record, without mongoose's casting. */
export function collection<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Collection<Record> {
  return databaseOf(model).collection<Record>(model.collection.name);
}

/** The driver's database behind a model; throws `not-connected` before the store is open. */
export function databaseOf<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Db {
  const { db } = model.db;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db;
}

/** The write concern for our own commands that have to be durable. It is the same as in `connect`, which applies only to the driver's operations. */
export const DURABLE = { w: 'majority', j: true, wtimeout: 2_500 } as const;

/** The longest that a command of a turn may take, in milliseconds. The driver's monitor gives up a server that is silent for 3.5 s, and a write waits 2.5 s for the majority. */
const COMMAND_MS = 4_000;

/**
 * A command of a turn that has not settled in time rejects like one whose connection was lost: its outcome is unknown. `run` gives the
 * signal to the driver, which also treats a late command as a lost connection: it closes the connection, and the next command uses a new one.
 */
export function inTime<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const { controller } = shared;
  return within(COMMAND_MS, run(controller.signal), () => {
    const lost = new mongoose.mongo.MongoNetworkError('a command did not settle in time');
    if (controller === shared.controller) shared.controller = unlimited();
    controller.abort(lost);
    return lost;
  });
}

/** Rejects with the error of `late` if the work has not settled within so many milliseconds. Answers that came while this process was held up are read first. */
export async function within<Result>(ms: number, work: Promise<Result>, late: () => Error): Promise<Result> {
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      immediate = setImmediate(() => reject(late()));
    }, ms);
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
  }
}

/** One signal for all commands under way, because a signal for each costs ten times as much. Once it is used, a new one takes its place. */
const shared = { controller: unlimited() };

function unlimited(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
