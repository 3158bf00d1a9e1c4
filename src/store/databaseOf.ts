import type { Model, mongo } from 'mongoose';
import { CodedError } from './codedError.ts';

/** The driver's database behind a model; throws `not-connected` before the store is open. */
export function databaseOf<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Db {
  const { db } = model.db;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db;
}
