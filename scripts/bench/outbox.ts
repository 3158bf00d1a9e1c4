import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { Community } from '../../src/fund/records/community.ts';
import { Resident } from '../../src/fund/records/resident.ts';
import { Message } from '../../src/outreach/message.ts';
import { queueMany } from '../../src/outreach/queueMany.ts';
import { recipients } from '../../src/outreach/recipients.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { native } from '../../src/store/native.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';
import { root } from '../../src/store/root.ts';
import type { Effort } from './effort.ts';
import { fill, ONE, phoneOf } from './fill.ts';
import type { Place } from './place.ts';
import { service, withServers } from './processes.ts';
import { median, type Row, spread } from './row.ts';
import { isMenu, menu } from './spoken.ts';
import { work } from './work.ts';

interface Took {
  readonly seconds: number;
  readonly cpu: number;
  /** The most that was resident, in MB. */
  readonly rss: number;
}

const SECRET = 'bench secret that is long enough for anyone';
const KILLS = 10;
const MESSAGES_KILLED = 10_000;
/** With the carrier, and being written down. */
const SENT_AT_ONCE = 2 * 32;
const TURNS = 20;
const MESSAGES = 100;

/** The outbox against a bare loop, its memory, its kills, and turns beside a broadcast. */
export async function outboxes(place: Place, effort: Effort): Promise<Row[]> {
  const { broadcast } = effort;
  const carrier = await startCarrier();
  try {
    return [
      await speed(place, carrier.api, broadcast, Math.min(3, effort.rounds)),
      await memory(place, carrier.api, broadcast),
      await killed(place, MESSAGES_KILLED),
      await beside(place, carrier.api, effort),
    ];
  } finally {
    carrier.stop();
  }
}

async function speed({ uri }: Place, api: string, count: number, rounds: number): Promise<Row> {
  const measured: { ours: Took; bare: Took }[] = [];
  const at = uri('outbox');
  await prepared(at, count, async ({ world }) => {
    for (let round = 0; round < rounds; round += 1) {
      const found = new Map<string, Took>();
      for (const mode of round % 2 === 0 ? ['bare', 'outbox'] : ['outbox', 'bare']) {
        await native(Message).deleteMany({});
        await queueAll(world, `round ${round} ${mode}`);
        found.set(mode, await sender(at, api, mode, count).ended);
      }
      const [ours, bare] = [found.get('outbox'), found.get('bare')];
      if (ours && bare) measured.push({ ours, bare });
    }
  });
  const ratios = measured.map(({ ours, bare }) => bare.seconds / ours.seconds);
  const rate = (which: 'ours' | 'bare') => (count / median(measured.map((round) => round[which].seconds))).toFixed(0);
  const cpu = (which: 'ours' | 'bare') => ((median(measured.map((round) => round[which].cpu)) / count) * 1e6).toFixed(0);
  return {
    work: `${count.toLocaleString('en')} messages to a carrier that answers at once, against a bare loop`,
    result: spread(ratios),
    reach: '≥ 0.8',
    reached: median(ratios) >= 0.8,
    detail: `${rate('ours')}/s against ${rate('bare')}/s; ${cpu('ours')} against ${cpu('bare')} µs of CPU a message; ${measured.length} rounds, the process's start included`,
  };
}

async function memory({ uri }: Place, api: string, count: number): Promise<Row> {
  const peak = async (residents: number) => {
    const at = uri(`outbox${residents}`);
    await prepared(at, residents, async () => undefined);
    return (await sender(at, api, 'broadcast', residents).ended).rss;
  };
  const few = await peak(count / 10);
  const many = await peak(count);
  const growth = many / few - 1;
  return {
    work: `memory of a process that writes to ${count.toLocaleString('en')} residents against ${(count / 10).toLocaleString('en')}`,
    result: `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(0)} %`,
    reach: '≤ +10 %',
    reached: growth <= 0.1,
    detail: `${many.toFixed(0)} MB against ${few.toFixed(0)} MB, the most that was resident`,
  };
}

async function killed({ uri }: Place, count: number): Promise<Row> {
  const carrier = await startCarrier();
  const at = uri('killed');
  const states = new Map<string, number>();
  let lost = 0;
  await prepared(at, count, async ({ world }) => {
    await queueAll(world, 'killed');
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const running = sender(at, carrier.api, 'outbox', count);
      running.ended.catch(() => undefined);
      while ((await carrier.got()).messages < (count * kill) / (KILLS + 1)) await sleep(20);
      await running.kill();
    }
    const last = sender(at, carrier.api, 'outbox', count);
    last.ended.catch(() => undefined);
    while ((await native(Message).countDocuments({ state: { $in: ['pending', 'leased', 'sending'] } })) > 0) await sleep(500);
    await last.kill();
    for (const { _id, count: many } of await native(Message)
      .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }])
      .toArray())
      states.set(_id, many);
    lost = count - [...states.values()].reduce((sum, many) => sum + many, 0);
  });
  const { twice, people } = await carrier.got();
  carrier.stop();
  const unknown = states.get('unknown') ?? 0;
  return {
    work: `${KILLS} kill -9 during ${count.toLocaleString('en')} messages`,
    result: `${twice} twice, ${lost} lost, ${unknown} unknown`,
    reach: `0, 0, ≤ ${KILLS * SENT_AT_ONCE}`,
    reached: twice === 0 && lost === 0 && unknown <= KILLS * SENT_AT_ONCE,
    detail: `${[...states].map(([state, many]) => `${many} ${state}`).join(', ')}; the carrier has ${people} of them`,
  };
}

/** Turns beside a broadcast at a hundred a second, against the same without it. */
async function beside({ uri, folder }: Place, api: string, { rounds, seconds }: Effort): Promise<Row> {
  const at = uri('beside');
  const residents = 20_000;
  await fill(at, residents);
  const measured: { with: number; without: number }[] = [];
  const sent: number[] = [];
  await withServers(async (started) => {
    const ours = await started(service(at, folder('beside'), { TWILIO_API_URL: api }));
    const turns = work(ours, menu(residents), isMenu);
    await withBench(at, async ({ world }) => {
      await Community.updateOne({ _id: 'bench' }, { quiet: '00:00-00:00', rates: { sms: MESSAGES } });
      const everybody = recipients(world, ['sms'])({ _id: 'bench', language: 'zh-CN' }, { to: 'all' });
      const queue = queueMany(world);
      await turns(TURNS, seconds, TURNS);
      for (let round = 0; round < rounds; round += 1) {
        const without = await turns(TURNS, seconds * 2, TURNS);
        let queued = 0;
        while (queued < MESSAGES * (seconds * 2 + 3)) {
          const next = await everybody.next();
          if (next.done) throw new CodedError('too-few', 'There are too few residents for so long a broadcast.');
          queued += await queue(
            { occasion: 'beside', community: 'bench', said: () => ({ key: 'notice.broadcast', params: { text: '明天停水' } }) },
            next.value,
          );
        }
        await sleep(1_500);
        const before = await native(Message).countDocuments({ state: 'sent' });
        const began = performance.now();
        const busy = await turns(TURNS, seconds * 2, TURNS);
        sent.push(((await native(Message).countDocuments({ state: 'sent' })) - before) / ((performance.now() - began) / 1_000));
        measured.push({ without: without.p99, with: busy.p99 });
        while ((await native(Message).countDocuments({ state: { $in: ['pending', 'leased', 'sending'] } })) > 0) await sleep(200);
      }
    });
  });
  const ratios = measured.map((round) => round.with / round.without);
  const p99 = (which: 'with' | 'without') => median(measured.map((round) => round[which])).toFixed(1);
  return {
    work: `p99 of ${TURNS} turns a second beside a broadcast at ${MESSAGES} a second`,
    result: `× ${spread(ratios)}`,
    reach: '≤ 2 ×',
    reached: median(ratios) <= 2,
    detail: `${p99('with')} against ${p99('without')} ms; ${median(sent).toFixed(0)} messages a second meanwhile`,
  };
}

/** A database with one community of so many residents that may be written to at any hour, as fast as it goes. */
async function prepared(uri: string, residents: number, run: (store: Store) => Promise<void>): Promise<void> {
  await withBench(uri, async (store) => {
    await Community.create({
      _id: 'bench',
      name: '青松社区',
      language: 'zh-CN',
      timezone: 'Asia/Shanghai',
      phone: ONE,
      verify: 'phone',
      ballots: 'public',
      quiet: '00:00-00:00',
      person: { name: '居委会', phone: '+862880000003' },
      rates: { sms: 1_000_000 },
    });
    for (let from = 0; from < residents; from += 10_000) {
      const some = Array.from({ length: Math.min(10_000, residents - from) }, (_, index) => phoneOf(from + index));
      await native(Resident).insertMany(
        some.map((phone) => ({ _id: phone, community: 'bench', rosterId: phone, phone, role: 'resident' as const, ties: [], addedAt: new Date() })),
      );
    }
    await run(store);
  });
}

async function withBench(uri: string, run: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ mongodbUri: uri, dataDir: tmpdir(), secret: SECRET });
  try {
    await run(store);
  } finally {
    await store.close();
    if (mongoose.connection.readyState !== mongoose.ConnectionStates.disconnected) await mongoose.disconnect();
  }
}

async function queueAll(world: Store['world'], occasion: string): Promise<void> {
  const queue = queueMany(world);
  const said = () => ({ key: 'notice.broadcast', params: { text: '明天停水,早上八点到下午五点,请先接好水' } });
  for await (const batch of recipients(world, ['sms'])({ _id: 'bench', language: 'zh-CN' }, { to: 'all' }))
    await queue({ occasion, community: 'bench', said }, batch);
}

function sender(uri: string, api: string, mode: string, count: number): { ended: Promise<Took>; kill: () => Promise<void> } {
  const child = started('scripts/bench/sender.ts', { BENCH_URI: uri, BENCH_API: api, BENCH_MODE: mode, BENCH_COUNT: String(count) });
  const exit = once(child, 'exit');
  const ended = firstLine(child).then((line): Took => JSON.parse(line));
  return {
    ended: ended.then(async (took) => {
      await exit;
      return took;
    }),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

interface Got {
  readonly messages: number;
  readonly people: number;
  readonly twice: number;
}

async function startCarrier(): Promise<{ api: string; got: () => Promise<Got>; stop: () => void }> {
  const child = started('scripts/bench/carrier.ts', {});
  const api = `http://127.0.0.1:${await firstLine(child)}`;
  return { api, got: async (): Promise<Got> => JSON.parse(await (await fetch(api)).text()), stop: () => child.kill() };
}

function started(script: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', script], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new CodedError('not-started', 'The process has no output.');
  const ended = once(child, 'exit').then(() => {
    throw new CodedError('not-started', 'The process ended before it said anything.');
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return String(line);
}
