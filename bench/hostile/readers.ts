import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { Community } from '../../src/fund/communities/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { Resident } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { connect } from '../../src/store/connect.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { benchCommunity, benchCycle } from '../benchCommunity.ts';
import { castMany } from '../castMany.ts';
import type { Effort } from '../effort.ts';
import { fill } from '../fill.ts';
import type { Place } from '../place.ts';
import { type Running, service, withServers } from '../processes.ts';
import type { Row } from '../row.ts';
import { benchVault } from '../secret.ts';
import { isReceipt, vote } from '../spoken.ts';
import { work } from '../work.ts';
import { besideCrowd } from './besideCrowd.ts';

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

/** Adds a community whose vote is over, with so many ballots; the service seals its ledger as it starts. Gives the cycle's id. */
async function fillSealed(uri: string, slug: string, ballots: number): Promise<string> {
  await connect(uri);
  try {
    const world: World = { vault: benchVault, now: () => new Date(), clockAgrees: () => true, randomBytes };
    const ids = Array.from({ length: ballots }, (_, index) => world.vault.hmac('resident', slug, String(index)));
    await collection(Community).insertOne(benchCommunity(slug, '+862899999999'));
    await collection(Cycle).insertOne(benchCycle(slug));
    await collection(Resident).insertMany(
      ids.map((_id) => ({ _id, community: slug, role: 'resident' as const, linkedContacts: [], addedAt: new Date() })),
    );
    await castMany(world, slug, ids);
    const cycle = `${slug}-2027`;
    const stages = [
      { stage: 'vote' as const, from: new Date(Date.now() - 2 * DAY_MS) },
      { stage: 'implement' as const, from: new Date(Date.now() - DAY_MS) },
    ];
    await collection(Cycle).updateOne({ _id: cycle }, { $set: { stages } });
    return cycle;
  } finally {
    await mongoose.disconnect();
  }
}
