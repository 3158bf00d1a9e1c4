import type { Model, mongo } from 'mongoose';
import { databaseOf } from './databaseOf.ts';
import type { DURABLE } from './durable.ts';
import { inTime } from './inTime.ts';

/** One update of one document, as the `update` command takes it. */
export interface Statement<Record extends mongo.BSON.Document> {
  readonly q: mongo.Filter<Record>;
  readonly u: mongo.UpdateFilter<Record>;
  readonly upsert?: true;
}

/** How many statements met a document or made one, by their place which of them made one, and the codes of those that failed alone. */
export interface Updated {
  readonly met: number;
  readonly made: ReadonlySet<number>;
  readonly failed: ReadonlyMap<number, number>;
}

/** Statements a command: conversations of the longest kind stay far below the 48 MB that a message may have. */
const MOST = 500;

/**
 * Many updates in one unordered `update` command. It goes past the driver's bulk API, which sizes up each statement once more and has
 * the server note each for a retry: some 90 µs of CPU a statement. So it is **not** tried again when the primary changes: callers whose
 * statements may be repeated do that. Rejects where it is not known what was done, a write-concern error included.
 */
export async function updateEach<Record extends mongo.BSON.Document>(
  model: Model<Record>,
  statements: readonly Statement<Record>[],
  writeConcern: { readonly w: 1 } | typeof DURABLE,
): Promise<Updated> {
  const db = databaseOf(model);
  const made = new Set<number>();
  const failed = new Map<number, number>();
  let met = 0;
  for (let from = 0; from < statements.length; from += MOST) {
    const updates = statements.slice(from, from + MOST);
    const {
      n,
      upserted = [],
      writeErrors = [],
    } = await inTime((signal) => db.command({ update: model.collection.name, updates, ordered: false, writeConcern }, { signal }));
    met += n;
    for (const { index } of upserted) made.add(from + index);
    for (const { index, code } of writeErrors) failed.set(from + index, code);
  }
  return { met, made, failed };
}
