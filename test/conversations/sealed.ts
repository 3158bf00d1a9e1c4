import { setTimeout as sleep } from 'node:timers/promises';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { Resident } from '../../src/fund/people/resident.ts';
import { type MovedClock, REMEMBERED_MS } from '../support/movedWorld.ts';

/** Waits until the ledger is sealed, the residents who waited for that are deleted, and has every process know it. */
export async function sealed(clock: MovedClock): Promise<void> {
  while (!(await Cycle.exists({ sealedAt: { $exists: true } }))) await sleep(100);
  while (await Resident.exists({ erasureRequest: { $exists: true } })) await sleep(100);
  clock.ahead += REMEMBERED_MS;
}
