import { type Model, mongo } from 'mongoose';
import { databaseOf } from './collection.ts';
import type { Vault } from './vault.ts';

/*
 * What stands in the clear and decides something bears a mark of SECRET: whoever writes into the database and has no SECRET can change it, and not make the
 * mark of what it is then. So it is found (`npm run doctor`).
 */

/** The mark of a record as it is, of its collection alone. Fields without a value are as none; what is encrypted vouches for itself, and is written anew with another `SECRET`. */
export function recordMark(vault: Vault, collection: string, { mark: _, ...record }: mongo.Document): string {
  return vault.hmac('record', collection, JSON.stringify(inOrder(record)));
}

/** Whether the service itself wrote a record. */
export function isMarked(vault: Vault, collection: string, record: mongo.Document): boolean {
  return record.mark === recordMark(vault, collection, record);
}

/**
 * Of records of which a part bears the mark, as `fields` gives it: the mark of one, and whether the service itself wrote one. What is not in `fields` changes
 * without it.
 */
export function marking<Marked>(collection: string, fields: (record: Marked) => mongo.Document) {
  const markOf = (vault: Vault, record: Marked) => recordMark(vault, collection, fields(record));
  const isGenuine = (vault: Vault, record: Marked & { readonly mark?: string }) => record.mark === markOf(vault, record);
  return [markOf, isGenuine] as const;
}

/** A new record with its mark. */
export function withMark<Marked extends mongo.BSON.Document>(vault: Vault, name: string, record: Marked): Marked & { mark: string } {
  return { ...record, mark: recordMark(vault, name, record) };
}

/** Changes a record that was read in this session, and marks it as it is then (`markedOn`). */
export async function changeMarked<Marked extends mongo.BSON.Document>(
  vault: Vault,
  model: Model<Marked>,
  before: Marked,
  change: Pick<mongo.UpdateFilter<mongo.BSON.Document>, '$set' | '$unset' | '$push' | '$addToSet' | '$inc'>,
  session: mongo.ClientSession,
): Promise<void> {
  const name = model.collection.name;
  const which = { _id: before._id };
  const records = databaseOf(model).collection(name);
  const after = await records.findOneAndUpdate(which, change, { session, returnDocument: 'after' });
  if (after && isMarked(vault, name, before)) await records.updateOne(which, { $set: { mark: recordMark(vault, name, after) } }, { session });
}

/** The mark of a record as it is changed now. One that was changed past the service keeps its wrong one, so that it is found. */
export function markedOn(vault: Vault, collection: string, before: mongo.Document, change: mongo.Document): { mark?: string } {
  return isMarked(vault, collection, before) ? { mark: recordMark(vault, collection, { ...before, ...change }) } : {};
}

function inOrder(value: unknown): unknown {
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array || value instanceof mongo.Binary) return null;
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  return Object.fromEntries(fields.map(([name, each]) => [name, inOrder(each)]).toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
}
