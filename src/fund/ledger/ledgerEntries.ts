import { native } from '../../store/native.ts';
import { Entry, type EntryRecord } from '../records/entry.ts';

/** A cycle's entries in the ledger's order, those after a seq; only what is durable. */
export function ledgerEntries(cycle: string, after = 0): AsyncIterable<EntryRecord> {
  return native(Entry)
    .find({ '_id.cycle': cycle, '_id.seq': { $gt: after } }, { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0 })
    .sort({ '_id.cycle': 1, '_id.seq': 1 });
}
