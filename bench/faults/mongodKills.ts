import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { embedded } from '../../src/store/embedded/embedded.ts';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import { withStore } from '../outbox/withStore.ts';
import type { Place } from '../place.ts';
import { embeddedService, withServers } from '../processes.ts';
import { median, type Row } from '../row.ts';
import { RESIDENTS, votingAt } from './cuts.ts';
import { WEDGED_MS } from './startProxy.ts';
import { lost } from './voting.ts';

const READY_MS = 15_000;

/**
 * Kills the service's own mongod again and again while residents vote. Each time it asks until the service is ready and votes have their receipts
 * again.
 */
export async function mongodKills({ folder, mongod }: Place, { kills: times }: Effort): Promise<Row[]> {
  const dataDir = folder('mongodKills');
  const database = await embedded(dataDir, mongod); // starts it; the service starts it again
  await fill(database.uri, RESIDENTS);
  const { residents, ready, again } = await withServers(async (started) => {
    const { port } = await started(embeddedService(dataDir, mongod));
    await database.release();
    const residents = votingAt(port);
    const ready: number[] = [];
    const again: (number | undefined)[] = [await residents.untilReceipt(WEDGED_MS)];
    for (let kill = 0; kill < times && again.at(-1) !== undefined; kill++) {
      await sleep(300);
      process.kill(mongodOf(dataDir), 'SIGKILL');
      ready.push(await untilReady(port));
      again.push(await residents.untilReceipt(WEDGED_MS));
    }
    await residents.end();
    return { residents, ready, again: again.slice(1) };
  });
  const reopened = await embedded(dataDir, mongod);
  const missing = await withStore(reopened.uri, () => lost(residents.votes));
  await reopened.release();
  const wedged = again.filter((ms) => ms === undefined).length;
  const slowest = residents.votes.reduce((most, { ms }) => Math.max(most, ms), 0);
  const receipts = residents.votes.filter(({ receipt }) => receipt).length;
  return [
    {
      work: `${times} kills of mongod under load`,
      result: `${wedged} wedged, ${missing} acknowledged lost, ready again after ${seconds(Math.min(...ready))} / ${seconds(median(ready))} / ${seconds(Math.max(...ready))} s`,
      reach: '0, 0, ≤ 15 s each',
      reached: ready.length === times && wedged === 0 && missing === 0 && Math.max(...ready) <= READY_MS,
      detail: `least, median and most; ${residents.votes.length} texts, ${receipts} receipts, slowest answer ${seconds(slowest)} s; after that a receipt within ${seconds(Math.max(...again.flatMap((ms) => ms ?? [])))} s`,
    },
  ];
}

/** Milliseconds from now until `/readyz` answers that the service is ready. */
async function untilReady(port: number): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < 4 * READY_MS) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) break;
    await sleep(50);
  }
  return performance.now() - from;
}

function mongodOf(dataDir: string): number {
  return JSON.parse(readFileSync(join(dataDir, 'database', 'lock.json'), 'utf8')).pid;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
