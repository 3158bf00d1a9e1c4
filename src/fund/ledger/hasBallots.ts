import { native } from '../../store/native.ts';
import { Entry } from '../records/entry.ts';

/** Whether a cycle's ledger has any ballot. */
export async function hasBallots(cycle: string): Promise<boolean> {
  return (await native(Entry).findOne({ '_id.cycle': cycle, sealed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
