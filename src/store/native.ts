import type { Model, mongo } from 'mongoose';
import { CodedError } from './codedError.ts';

/** The driver's own collection behind a model, typed by its record: hot paths go past mongoose's casting. */
export function native<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Collection<Record> {
  const { db } = model.db;
  if (!db) throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
  return db.collection<Record>(model.collection.name);
}
