import { setTimeout as sleep } from 'node:timers/promises';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { Resident } from '../../src/fund/people/resident.ts';

/** Sealed, who waited for it deleted, and every process has heard of it: cycles are remembered for a second. */
export async function sealed(): Promise<void> {
  while (!(await Cycle.exists({ sealedAt: { $exists: true } }))) await sleep(100);
  while (await Resident.exists({ erasureRequest: { $exists: true } })) await sleep(100);
  await sleep(1_100);
}
