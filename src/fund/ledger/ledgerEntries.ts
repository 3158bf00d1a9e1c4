import { breathing } from '../../store/breathing.ts';
import { forReaders } from '../../store/readers.ts';
import { Entry, type EntryRecord, placesOf } from '../records/entry.ts';

const BATCH = 500;

/** A cycle's entries in the ledger's order, those after a seq; only what is durable. A long ledger holds up nobody. */
export function ledgerEntries(cycle: string, after = 0): AsyncIterable<EntryRecord> {
  return breathing(
    forReaders(Entry)
      .find(placesOf(cycle, after), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: BATCH })
      .sort({ _id: 1 }),
  );
}
