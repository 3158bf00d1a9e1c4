import { setTimeout as sleep } from 'node:timers/promises';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { Resident } from '../../src/fund/people/resident.ts';

/** Waits until the ledger is sealed, the residents who waited for that are deleted, and every process knows it: cycles are remembered for a second. */
export async function sealed(): Promise<void> {
  while (!(await Cycle.exists({ sealedAt: { $exists: true } }))) await sleep(100);
  while (await Resident.exists({ erasureRequest: { $exists: true } })) await sleep(100);
  await sleep(1_100);
}
