import mongoose, { mongo } from 'mongoose';

const { MongoError, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;

/** Codes of a server that is shutting down, not (yet) the primary, interrupted, out of time, or not yet with the majority. */
const PASSING = [6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

/** Errors that the driver passes on unchanged if a connection breaks while it writes. */
const BROKEN_OFF = ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT'];
const OUR_OWN = ['not-connected', 'not-settled', 'NO_DATABASE'];

/** Whether an error means that the database is away or too slow, and not that the program asked for something wrong. */
export function isDatabaseAway(error: unknown): boolean {
  // A bulk write that got no answer is a MongoServerError without a code.
  if (error instanceof MongoServerError) return error.code === undefined || PASSING.includes(Number(error.code));
  if (error instanceof MongoError) return !(error instanceof MongoInvalidArgumentError);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return OUR_OWN.includes(code) || BROKEN_OFF.includes(code) || error.name === 'MongooseError' || error.name === 'MongooseServerSelectionError';
}

const UNAUTHORIZED = 13;

/** Whether the database knows its user, who may not do what was asked. */
export function isForbidden(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === UNAUTHORIZED;
}

/** The code of a write that failed because a unique index has the value already. */
export const DUPLICATE_KEY = 11_000;

/** Whether a write failed because a unique index has the value already. */
export function isDuplicate(error: unknown): error is mongo.MongoServerError {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** A try fails only if somebody else got the number. */
const TRIES = 100;

/**
 * Inserts something that gets the next number of its kind, without gaps. `last` gives the highest number so far, `insert` tries one.
 * If somebody else took that number meanwhile, the next one is tried. Any other duplicate is the caller's business: `insert` answers it
 * itself, or throws; then `numbered` rejects once the tries are used up.
 */
export async function numbered<Made>(last: () => Promise<number | undefined>, insert: (number: number) => Promise<Made>): Promise<Made> {
  for (let tries = 1; ; tries++) {
    const number = ((await last()) ?? 0) + 1;
    try {
      return await insert(number);
    } catch (error) {
      if (!isDuplicate(error) || tries >= TRIES) throw error;
    }
  }
}
