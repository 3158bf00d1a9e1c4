import { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';
import { ledgerBatches } from './ledgerBatches.ts';

/**
 * What became of entries written in their order, the first `written` of which are durable: `taken` tells that the next one
 * met an entry with its place, key or receipt, and that it and what follows it were not written. `unknown`: nobody knows.
 */
export type Inserted = { readonly written: number; readonly taken?: 'place' | 'key' | 'receipt' } | { readonly unknown: unknown };

const DUPLICATE = 11_000;

/** Writes entries with one ordered command, durably (majority and journal). */
export async function insertEntries(entries: readonly EntryRecord[]): Promise<Inserted> {
  try {
    await native(Entry).insertMany(entries, { ordered: true, writeConcern: { w: 'majority', journal: true } });
    ledgerBatches.publish(entries.length);
    return { written: entries.length };
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError) || error.code !== DUPLICATE || error.result.getWriteConcernError()) return { unknown: error };
    return { written: error.insertedCount, taken: takenBy(error) };
  }
}

function takenBy({ writeErrors }: mongo.MongoBulkWriteError): 'place' | 'key' | 'receipt' {
  const [failed] = Array.isArray(writeErrors) ? writeErrors : [writeErrors];
  const index = /index: (\w+?)_1 /.exec(failed?.errmsg ?? '')?.[1];
  return index === 'key' || index === 'receipt' ? index : 'place';
}
