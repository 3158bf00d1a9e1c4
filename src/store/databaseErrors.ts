import mongoose, { mongo } from 'mongoose';

const { MongoError, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;

/** Of what a server answers: shutting down, not (yet) the primary, interrupted, out of time, not yet with the majority. */
const PASSING = [6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

/** What the driver passes on as it is when a connection breaks while it writes. */
const BROKEN_OFF = ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT'];
const OUR_OWN = ['not-connected', 'not-settled', 'NO_DATABASE'];

/** Whether an error says that the database is away or too slow, and not that the program asked it something wrong. */
export function isDatabaseAway(error: unknown): boolean {
  // A bulk write that got no answer is a MongoServerError without a code.
  if (error instanceof MongoServerError) return error.code === undefined || PASSING.includes(Number(error.code));
  if (error instanceof MongoError) return !(error instanceof MongoInvalidArgumentError);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return OUR_OWN.includes(code) || BROKEN_OFF.includes(code) || error.name === 'MongooseError' || error.name === 'MongooseServerSelectionError';
}

const DUPLICATE_KEY = 11_000;

/** Whether a write failed because a unique index has the value already. */
export function isDuplicate(error: unknown): error is mongo.MongoServerError {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** Each try is lost only to somebody who got a number. */
const TRIES = 100;

/**
 * Inserts something that gets the next number of its kind, without gaps. `last` gives the highest number there is, `insert` tries one;
 * a number that somebody else took meanwhile is followed by the next. Any other duplicate is the caller's: `insert` answers it
 * itself, or throws and `numbered` rejects when the tries are used up.
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
