import { setTimeout as sleep } from 'node:timers/promises';
import { type CutProxy, MANNERS } from './startProxy.ts';
import type { Voting } from './voting.ts';

/** A process that gives no receipt for so long, in milliseconds, does not come back by itself. */
export const WEDGED_MS = 20_000;

/** Cuts so often, in every manner in turn, each time when votes have their receipts again. Gives how long that took each time; undefined where it is wedged, and nothing is cut any more. */
export async function cutting(proxy: CutProxy, voting: Voting, times: number): Promise<(number | undefined)[]> {
  const again: (number | undefined)[] = [await voting.untilReceipt(WEDGED_MS)];
  for (let cut = 0; cut < times && again.at(-1) !== undefined; cut++) {
    await sleep(150); // the pool fills up
    await proxy.cut(MANNERS[cut % MANNERS.length] ?? 'idle');
    again.push(await voting.untilReceipt(WEDGED_MS));
  }
  return again.slice(1);
}
