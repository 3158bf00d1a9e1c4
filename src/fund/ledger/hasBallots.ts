import { native } from '../../store/native.ts';
import { Entry, placesOf } from '../records/entry.ts';

/** Whether a cycle's ledger has any ballot. */
export async function hasBallots(cycle: string): Promise<boolean> {
  return (await native(Entry).findOne({ ...placesOf(cycle), sealed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
