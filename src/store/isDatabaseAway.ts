import mongoose from 'mongoose';

const { MongoError, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;

/** Of what a server answers: shutting down, not (yet) the primary, interrupted, out of time, not yet with the majority. */
const PASSING = [6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

/** Whether an error says that the database is away or too slow, and not that the program asked it something wrong. */
export function isDatabaseAway(error: unknown): boolean {
  // A bulk write that got no answer is a MongoServerError without a code.
  if (error instanceof MongoServerError) return error.code === undefined || PASSING.includes(Number(error.code));
  if (error instanceof MongoError) return !(error instanceof MongoInvalidArgumentError);
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'not-connected') || error.name === 'MongooseError' || error.name === 'MongooseServerSelectionError';
}
