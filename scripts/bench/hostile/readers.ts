import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import type { Place } from '../place.ts';
import { type Running, service, withServers } from '../processes.ts';
import type { Row } from '../row.ts';
import { isReceipt, vote } from '../spoken.ts';
import { work } from '../work.ts';
import { besideCrowd } from './besideCrowd.ts';
import { fillSealed } from './fillSealed.ts';

const RESIDENTS = 5_000;
const BALLOTS = 6_000;
const READERS = 40;
const SLUG = 'read';

/** Turns of one community beside readers who read the result of another community's vote over and over. */
export async function readers({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('readers'), RESIDENTS);
  const cycle = await fillSealed(uri('readers'), SLUG, BALLOTS);
  return withServers(async (started) => {
    const server = await started(service(uri('readers'), folder('readers')));
    const paths = [`/api/cycles/${cycle}/ballots`, `/api/cycles/${cycle}/ledger`, `/c/${SLUG}`];
    await untilThere(server, paths);
    const name = `a turn's p99 (\`投 3 7\`) beside ${READERS} readers of /ballots, /ledger and /c/SLUG of a sealed ledger of ${BALLOTS.toLocaleString('en')}`;
    const read = { paths, readers: READERS };
    return [await besideCrowd(name, { port: server.port, read }, work(server, vote(RESIDENTS), isReceipt), effort)];
  });
}

/** Waits until the ledger is sealed and its files are made. */
async function untilThere({ port }: Running, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    while (!(await fetch(`http://127.0.0.1:${port}${path}`).then(async (answer) => (await answer.text()) && answer.ok))) await sleep(200);
}
