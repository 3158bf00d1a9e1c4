import mongoose, { type mongo } from 'mongoose';
import { z } from 'zod';
import { CodedError } from '../store/codedError.ts';
import { document, type Place, piecesBehind } from './changes.ts';

/**
 * Writes what the pieces of a backup say into the connected database, which holds what the backup itself holds: all of it, or what was written until `until`.
 * Gives up to when, by the database's clock; undefined if there are no pieces. Throws `broken-backup`, and `too-late` if the pieces end before `until`.
 */
export async function replay(from: Place, until?: Date): Promise<Date | undefined> {
  let reached: Date | undefined;
  for await (const { piece } of piecesBehind(from)) {
    const events = piece.events.map((event) => change.parse(event));
    const later = until ? events.findIndex(({ wallTime }) => wallTime > until) : -1;
    await write(later < 0 ? events : events.slice(0, later));
    reached = until && piece.reached > until ? until : piece.reached;
    if (until && (later >= 0 || piece.reached >= until)) return until;
  }
  if (until)
    throw new CodedError(
      'too-late',
      `This backup was followed until ${reached?.toISOString() ?? 'it was made'}, and no further: name an earlier moment, or none for all that it has.`,
    );
  return reached;
}

type Change = z.output<typeof change>;
const key = z.custom<mongo.Filter<mongo.BSON.Document>>((value) => typeof value === 'object' && value !== null);
const written = { wallTime: z.date(), ns: z.object({ coll: z.string() }) };
const number = z.union([z.number(), z.instanceof(mongoose.mongo.Int32).transform(Number)]);
const change = z.discriminatedUnion('operationType', [
  z.object({ operationType: z.enum(['insert', 'replace']), ...written, documentKey: key, fullDocument: document }),
  z.object({
    operationType: z.literal('update'),
    ...written,
    documentKey: key,
    updateDescription: z.object({
      updatedFields: document,
      removedFields: z.array(z.string()),
      truncatedArrays: z.array(z.object({ field: z.string(), newSize: number })),
    }),
  }),
  z.object({ operationType: z.literal('delete'), ...written, documentKey: key }),
  z.object({ operationType: z.literal('drop'), ...written }),
]);

/** Events of one collection stay in their order; collections do not wait for each other. */
async function write(changes: readonly Change[]): Promise<void> {
  for (const name of new Set(changes.map(({ ns }) => ns.coll))) {
    const own = changes.filter(({ ns }) => ns.coll === name);
    const dropped = own.findLastIndex(({ operationType }) => operationType === 'drop');
    const target = mongoose.connection.collection(name);
    if (dropped >= 0) await target.deleteMany({});
    const operations = own.slice(dropped + 1).flatMap(operationsOf);
    if (operations.length > 0) await target.bulkWrite(operations, { ordered: true });
  }
}

function operationsOf(change: Change): mongo.AnyBulkWriteOperation<mongo.BSON.Document>[] {
  switch (change.operationType) {
    case 'insert':
    case 'replace':
      return [{ replaceOne: { filter: change.documentKey, replacement: change.fullDocument, upsert: true } }];
    case 'delete':
      return [{ deleteOne: { filter: change.documentKey } }];
    case 'drop':
      return [];
    case 'update': {
      const { updatedFields, removedFields, truncatedArrays } = change.updateDescription;
      const cuts = truncatedArrays.map(({ field, newSize }) => [field, { $each: [], $slice: newSize }]);
      const set = Object.keys(updatedFields).length > 0 && { $set: updatedFields };
      const unset = removedFields.length > 0 && { $unset: Object.fromEntries(removedFields.map((field) => [field, ''])) };
      const updates: mongo.BSON.Document[] = [
        ...(cuts.length > 0 ? [{ $push: Object.fromEntries(cuts) }] : []), // by itself: what is set may lie in the same array
        ...(set || unset ? [{ ...set, ...unset }] : []),
      ];
      return updates.map((update) => ({ updateOne: { filter: change.documentKey, update } }));
    }
  }
}
