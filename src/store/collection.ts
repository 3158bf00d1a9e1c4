import type { Model, mongo } from 'mongoose';
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
