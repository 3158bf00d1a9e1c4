import { collection } from '../../store/collection.ts';
import { findCycle } from '../cycles/index.ts';
import { Batch } from './batch.ts';
import { Mark } from './mark.ts';
import { Slip } from './slip.ts';

/** Forgets who handed in which slip, and what it said, of cycles whose key is destroyed: from then on nothing leads from a ballot to a person. */
export async function forgetPaper(): Promise<void> {
  const cycles = await collection(Mark).distinct('_id.cycle', { person: { $exists: true } });
  for (const id of cycles) {
    const cycle = await findCycle(id);
    if (cycle?.pseudonymKey || (cycle && !cycle.sealedAt)) continue;
    await collection(Batch).updateMany({ '_id.cycle': id }, { $set: { keyed: [] } });
    await collection(Slip).updateMany({ cycle: id }, { $unset: { picks: 1 } });
    await collection(Mark).updateMany({ '_id.cycle': id }, { $unset: { person: 1, voter: 1, asks: 1 } });
  }
}
