import { mongo } from 'mongoose';
import { databaseOf } from '../../store/databaseOf.ts';
import { DURABLE } from '../../store/durable.ts';
import { inTime } from '../../store/inTime.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';
import { ledgerBatches } from './ledgerBatches.ts';

/**
 * What became of entries written in their order, the first `written` of which are durable: `taken` tells that the next one
 * met an entry with its place, key or receipt, and that it and what follows it were not written. `unknown`: nobody knows.
 */
export type Inserted = { readonly written: number; readonly taken?: 'place' | 'key' | 'receipt' } | { readonly unknown: unknown };

const DUPLICATE = 11_000;

/** The primary has changed: another one may take it. */
const STEPPED_DOWN = [189, 10_107, 11_602];

/**
 * Writes entries with one ordered command, durably (majority and journal). It goes past the driver's bulk API, as `updateEach` does.
 * Where the connection or the primary was lost it is tried once more: what was written the first time has then taken its place.
 */
export async function insertEntries(entries: readonly EntryRecord[]): Promise<Inserted> {
  const db = databaseOf(Entry);
  try {
    const insert = { insert: Entry.collection.name, documents: entries, ordered: true, writeConcern: DURABLE };
    const write = () => inTime((signal) => db.command(insert, { signal }));
    const { n, writeErrors: [failed] = [] } = await write().catch((error) => {
      if (isWorthAnother(error)) return write();
      throw error;
    });
    if (!failed) {
      ledgerBatches.publish(entries.length);
      return { written: n };
    }
    return failed.code === DUPLICATE ? { written: n, taken: takenBy(failed.keyPattern) } : { unknown: failed };
  } catch (error) {
    return { unknown: error };
  }
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof mongo.MongoNetworkError || (error instanceof mongo.MongoServerError && STEPPED_DOWN.includes(Number(error.code)));
}

/** By the fields of the index that was met. */
function takenBy(fields: Readonly<Record<string, unknown>>): 'place' | 'key' | 'receipt' {
  if ('key' in fields) return 'key';
  return 'receipt' in fields ? 'receipt' : 'place';
}
