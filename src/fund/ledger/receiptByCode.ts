import { forReaders } from '../../store/readers.ts';
import type { World } from '../../store/world.ts';
import { Entry } from '../records/entry.ts';

/** Where a receipt's ballot lies: its cycle and the day as the ledger gives it. It says that it is in the ledger, not what it says, nor whether another replaced it. */
export function receiptByCode(_: World): (code: string) => Promise<{ cycle: string; at: string } | null> {
  return async (code) => {
    const receipt = code.replace(/\s/g, '');
    const entry = await forReaders(Entry).findOne({ receipt }, { projection: { at: 1 }, readConcern: { level: 'majority' } });
    return entry && { cycle: entry._id.cycle, at: entry.at };
  };
}
