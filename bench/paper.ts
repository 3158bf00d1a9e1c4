import { setTimeout as sleep } from 'node:timers/promises';
import { paperTable } from '../scripts/replay/paperTable.ts';
import { progress } from '../scripts/support/progress.ts';
import { MOST_IN_BATCH } from '../src/fund/paper/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { addStaff } from '../src/fund/roster/index.ts';
import { beginSession, staffPhone } from '../src/fund/staff/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import { benchResident } from './benchCommunity.ts';
import type { Effort } from './effort.ts';
import { fill, phoneOf } from './fill.ts';
import { withStore } from './outbox/withStore.ts';
import type { Place } from './place.ts';
import { pooled, type Sample } from './pooled.ts';
import { type Running, service, withServers } from './processes.ts';
import { median, type Row } from './row.ts';
import { isReceipt, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { work } from './work.ts';

const RESIDENTS = 20_000;
const CYCLE = 'bench-2027';
const PROJECTS = Array.from({ length: 10 }, (_, index) => index + 1);
const CADRE = '+8613800000001';
/** The share of the batches that are accepted with nothing beside them. */
const AS_FAST_AS_IT_GOES = 0.4;
const EACH_SECOND = 1_000;
/** Batches that are accepted at a time. */
const AT_ONCE = 4;
const TURNS = 100;
/** In so many rounds the rest is accepted beside turns. */
const ROUNDS = 3;

/**
 * Slips accepted in batches over the console by the second person: entries a second into the ledger, and turns beside it against turns without it. They were
 * marked, keyed twice and accepted by the first person before.
 */
export async function paper({ uri, folder }: Place, { seconds, slips }: Effort): Promise<Row[]> {
  const at = uri('paper');
  await fill(at, RESIDENTS);
  return withServers(async (started) => {
    const server = await started(service(at, folder('paper')));
    await untilFrozen(at);
    const { cookie, batches } = await keyed(at, slips);
    const turns = work(server, vote(RESIDENTS - slips), isReceipt);
    await turns(8, seconds, TURNS);
    const fast = batches.splice(0, Math.round(batches.length * AS_FAST_AS_IT_GOES));
    const alone = await accepting(server, cookie, fast);
    const samples: Sample[] = [];
    const rates: number[] = [];
    const each = Math.ceil(batches.length / ROUNDS);
    for (let some = batches.splice(0, each); some.length > 0; some = batches.splice(0, each)) {
      const lasts = (some.length * MOST_IN_BATCH) / EACH_SECOND;
      const without = await turns(8, lasts * 2, TURNS);
      const [beside, busy] = await Promise.all([accepting(server, cookie, some, EACH_SECOND), turns(8, lasts, TURNS)]);
      samples.push({ with: busy.times, without: without.times });
      rates.push(beside.rate);
    }
    return [
      {
        work: `${(fast.length * MOST_IN_BATCH).toLocaleString('en')} slips accepted over the console in batches of ${MOST_IN_BATCH}: entries/s into the ledger`,
        result: alone.rate.toFixed(0),
        reach: `≥ ${EACH_SECOND}`,
        reached: alone.rate >= EACH_SECOND,
        detail: `${alone.cpu.toFixed(0)} µs of the server for each; the second of two people accepts, ${AT_ONCE} batches at a time`,
      },
      pooled(
        `p99 of ${TURNS} turns a second (\`投 3 7\` into the same ledger) while ${EACH_SECOND} slips a second are accepted`,
        samples,
        1.5,
        `${median(rates).toFixed(0)} slips a second`,
      ),
    ];
  });
}

/** Hands in and keys slips of so many residents; gives the batches that one person has accepted, and a cadre's session. */
async function keyed(uri: string, slips: number): Promise<{ cookie: string; batches: number[] }> {
  return withStore(uri, async ({ world }) => {
    const table = await paperTable(world, CYCLE, slips, PROJECTS);
    const bar = progress('slips', slips);
    for (let voter = 0; voter < slips; voter += 1) {
      await table.handIn({ resident: benchResident('bench', phoneOf(RESIDENTS - 1 - voter))._id }, [1 + (voter % 10), 1 + ((voter + 3) % 10)]);
      bar.increment();
    }
    bar.stop();
    const batches = await table.key();
    await addStaff.perform(
      { world, notify: enqueue(world) },
      { community: 'bench', at: {}, input: { name: '王芳', phone: CADRE, role: 'cadre' }, actor: operator('bench') },
    );
    return { batches, cookie: `__Host-staff=${await beginSession(world, staffPhone(world.vault, CADRE), 'bench')}` };
  });
}

/** Accepts batches, some at a time, as fast as it goes or so many slips a second; gives the slips a second and the server's microseconds for each. */
async function accepting(server: Running, cookie: string, batches: readonly number[], pace?: number): Promise<{ rate: number; cpu: number }> {
  const [began, before] = [performance.now(), server.cpu()];
  const waiting = batches.map((batch, index) => ({ batch, due: pace === undefined ? 0 : began + (index * MOST_IN_BATCH * 1_000) / pace }));
  const next = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      await sleep(Math.max(0, one.due - performance.now()));
      await accept(server, cookie, one.batch);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const slips = batches.length * MOST_IN_BATCH;
  return { rate: (slips * 1_000) / (performance.now() - began), cpu: (server.cpu() - before) / slips };
}

async function accept({ port }: Running, cookie: string, batch: number): Promise<void> {
  const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
  const answer = await fetch(`http://127.0.0.1:${port}/console/bench/slips/${batch}/accept`, { method: 'POST', headers, redirect: 'manual' });
  if (answer.status !== 303) throw new CodedError('wrong-answer', `Batch ${batch} was answered with ${answer.status}.`);
}
