import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as rest, setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { operator } from '../src/fund/people/index.ts';
import { encryptedProposal, nearestProposals, nearestTexts, Proposal } from '../src/fund/proposals/index.ts';
import { addStaff } from '../src/fund/roster/index.ts';
import { beginSession, staffPhone } from '../src/fund/staff/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import { collection } from '../src/store/collection.ts';
import { root } from '../src/store/files.ts';
import type { World } from '../src/store/world.ts';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import { quantile } from './load.ts';
import { withStore } from './outbox/withStore.ts';
import type { Place } from './place.ts';
import { pooled, type Sample } from './pooled.ts';
import { service, withServers } from './processes.ts';
import type { Row } from './row.ts';
import { isReceipt, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { work } from './work.ts';

const PROPOSALS = 10_000;
const LOOK_UPS = 1_000;
const SHOWN = 5;
const RESIDENTS = 20_000;
const CADRE = '+8613800000001';
const TURNS = 100;
/** So many times as many rounds as elsewhere: the p99 of all their turns, some ten thousand, moves less than that of a round. */
const ROUNDS = 6;
/** Openings with nothing beside them. */
const OPENINGS = 100;

/**
 * How long it takes to find the proposals that look like one, among ten thousand; how long others wait while these are indexed; and turns while a cadre
 * opens one proposal a second.
 */
export async function nearest(place: Place, effort: Effort): Promise<Row[]> {
  const uri = place.uri('nearest');
  await fill(uri, RESIDENTS);
  const { cookie, rows } = await lookUps(uri);
  return [...rows, await besideLookUps(place, cookie, effort)];
}

async function lookUps(uri: string): Promise<{ readonly cookie: string; readonly rows: Row[] }> {
  return withStore(uri, async ({ world }) => {
    await fillProposals(world);
    await addStaff.perform(
      { world, notify: enqueue(world) },
      { community: 'bench', at: {}, input: { name: '王芳', phone: CADRE, role: 'cadre' }, actor: operator('bench') },
    );
    const cookie = `__Host-staff=${await beginSession(world, staffPhone(world.vault, CADRE), 'bench')}`;
    const before = process.memoryUsage();
    const began = performance.now();
    const longest = await longestPiece(() => nearestTexts(world, CYCLE, ['路灯'], SHOWN));
    const built = performance.now() - began;
    const after = process.memoryUsage();
    const took: number[] = [];
    const used = process.cpuUsage();
    for (let look = 0; look < LOOK_UPS; look += 1) {
      const start = performance.now();
      await nearestProposals(world, CYCLE, ((look * 7_919) % PROPOSALS) + 1, SHOWN);
      took.push(performance.now() - start);
    }
    const { user } = process.cpuUsage(used);
    took.sort((a, b) => a - b);
    const p99 = quantile(took, 0.99);
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    const rows = [
      {
        work: `the ${SHOWN} nearest of ${PROPOSALS.toLocaleString('en')} proposals`,
        result: `p99 ${p99.toFixed(1)} ms`,
        reach: '< 20 ms',
        reached: p99 < 20,
        detail: `p50 ${quantile(took, 0.5).toFixed(1)} ms; ${(user / 1_000 / LOOK_UPS).toFixed(1)} ms of a processor each; ${LOOK_UPS.toLocaleString('en')} look-ups one after the other, the database's answers included`,
      },
      {
        work: `indexing ${PROPOSALS.toLocaleString('en')} proposals: the longest that other work waits`,
        result: `${longest.toFixed(1)} ms`,
        reach: '< 10 ms',
        reached: longest < 10,
        detail: `${(built / 1_000).toFixed(1)} s in all; ${(grown / 1_000_000).toFixed(0)} MB more, garbage included`,
      },
    ];
    return { cookie, rows };
  });
}

async function besideLookUps({ uri, folder }: Place, cookie: string, { rounds, seconds }: Effort): Promise<Row> {
  return withServers(async (started) => {
    const server = await started(service(uri('nearest'), folder('nearest')));
    await untilFrozen(uri('nearest'));
    const opened = async (number: number) =>
      (await fetch(`http://127.0.0.1:${server.port}/console/bench/proposals/${number}`, { headers: { cookie } })).status;
    const look = async (number: number) => {
      const status = await opened(number);
      if (status !== 200) throw new CodedError('wrong-answer', `A proposal's page was answered with ${status}.`);
    };
    const turns = work(server, vote(RESIDENTS), isReceipt);
    while ((await opened(1)) === 503) await sleep(1_000); // they are indexed
    await turns(8, seconds, TURNS);
    let number = 1;
    const beside = async (): Promise<readonly number[]> => {
      let isOver = false;
      const looking = (async () => {
        for (; !isOver; number += 1) {
          await look((number % PROPOSALS) + 1);
          await sleep(1_000);
        }
      })();
      const { times } = await turns(8, seconds, TURNS);
      isOver = true;
      await looking;
      return times;
    };
    const without = async (): Promise<readonly number[]> => (await turns(8, seconds, TURNS)).times;
    const samples: Sample[] = [];
    for (let round = 0; round < rounds * ROUNDS; round += 1) {
      if (round % 2 === 0) samples.push({ without: await without(), with: await beside() });
      else samples.push({ with: await beside(), without: await without() });
    }
    const before = server.cpu();
    for (let opening = 0; opening < OPENINGS; opening += 1) await look(opening + 1);
    const cpu = (server.cpu() - before) / OPENINGS / 1_000;
    return pooled(
      `p99 of ${TURNS} turns a second (\`投 3 7\`) while a cadre opens a proposal a second, with those that look like it`,
      samples,
      1.05,
      `${cpu.toFixed(1)} ms of the service's CPU an opening`,
    );
  });
}

const CYCLE = 'bench-2027';

async function fillProposals({ vault }: World): Promise<void> {
  const wishes = ['alike', 'alike2'].flatMap((name) => {
    const file: { wishes: string[][]; others: string[] } = parse(readFileSync(join(root, `test/fund/proposals/${name}.yaml`), 'utf8'));
    return [...file.wishes.flat(), ...file.others];
  });
  const wish = (index: number) => wishes[index % wishes.length] ?? '';
  await collection(Proposal).insertMany(
    Array.from({ length: PROPOSALS }, (_, index) => {
      const _id = { cycle: CYCLE, number: index + 1 };
      const text = `${(index % 40) + 1}栋${wish(index * 31)}，${wish(index * 17 + 5)}`;
      return {
        ...{ _id, community: 'bench', at: new Date(), origin: 'paper', state: 'received', public: true, by: 'bench', history: [] },
        text: encryptedProposal(vault, _id, text),
      };
    }),
  );
}

/** The longest time between two rounds of the event loop while something is done, in milliseconds. */
async function longestPiece(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  const done = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const start = performance.now();
    await rest();
    longest = Math.max(longest, performance.now() - start);
  }
  await done;
  return longest;
}
