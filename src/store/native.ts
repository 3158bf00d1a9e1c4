import type { Model, mongo } from 'mongoose';
import { databaseOf } from './databaseOf.ts';

/** The driver's own collection behind a model, typed by its record: hot paths go past mongoose's casting. */
export function native<Record extends mongo.BSON.Document>(model: Model<Record>): mongo.Collection<Record> {
  return databaseOf(model).collection<Record>(model.collection.name);
}
