import { setTimeout as sleep } from 'node:timers/promises';
import { type CutProxy, MANNERS } from './startProxy.ts';
import type { Voting } from './voting.ts';

/** A process that gives no receipt for this long, in milliseconds, does not recover by itself. */
export const WEDGED_MS = 20_000;

/**
 * Cuts `times` times, in each manner in turn, always after votes have their receipts again. Gives how long that took each time, in milliseconds;
 * undefined if the service is wedged, after which nothing more is cut.
 */
export async function cutting(proxy: CutProxy, voting: Voting, times: number): Promise<(number | undefined)[]> {
  const again: (number | undefined)[] = [await voting.untilReceipt(WEDGED_MS)];
  for (let cut = 0; cut < times && again.at(-1) !== undefined; cut++) {
    await sleep(150); // in the meantime the pool fills up
    await proxy.cut(MANNERS[cut % MANNERS.length] ?? 'idle');
    again.push(await voting.untilReceipt(WEDGED_MS));
  }
  return again.slice(1);
}
