import mongoose from 'mongoose';

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
