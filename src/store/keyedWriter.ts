import type { Model, mongo } from 'mongoose';
import { CodedError } from './codedError.ts';
import { DURABLE } from './collection.ts';
import { groupCommit, type Statement, updateEach } from './groupCommit.ts';
import { perWorld, type World } from './world.ts';

/** A document as it is to be, and the key of the act that changed it last; undefined if there is none yet. */
export interface KeyedChange<Record> {
  readonly before: string | undefined;
  readonly after: Record;
}

const DUPLICATE = 11_000;

/**
 * Writes a document, durably, if no other act has changed it since it was read; rejects with `overtaken` if one has, with `NAME-not-written` if the
 * database did not write it. What waits goes together in one command. `statementOf` matches the document by its `_id` and by either key
 * (`eitherKey`), and sets or makes it: done twice, it finds its own key and changes nothing.
 */
export function keyedWriter<Record extends mongo.BSON.Document>(
  model: Model<Record>,
  name: string,
  statementOf: (change: KeyedChange<Record>) => Statement<Record>,
): (world: World) => (change: KeyedChange<Record>) => Promise<void> {
  const notWritten = (code: number | undefined) =>
    code === DUPLICATE
      ? new CodedError('overtaken', `Another message has changed this ${name}; take the turn again.`)
      : new CodedError(`${name}-not-written`, `The database did not write the ${name}; send it again.`);
  return perWorld(() =>
    groupCommit<KeyedChange<Record>, void>(async (changes) => {
      const { failed } = await updateEach(model, changes.map(statementOf), DURABLE);
      return changes.map((_, index) => (failed.has(index) ? notWritten(failed.get(index)) : undefined));
    }),
  );
}

/** The key that the document had before the change, or the change's own if it was done already. */
export function eitherKey(before: string | undefined, own: string): { $in: string[] } {
  return { $in: [own, ...(before === undefined ? [] : [before])] };
}
