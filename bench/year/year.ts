import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import '../../src/app/server.ts'; // for every model
import { progress } from '../../scripts/support/progress.ts';
import { checkLedger, Entry } from '../../src/fund/ballots/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { checkLogOf } from '../../src/fund/log/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import type { Effort } from '../effort.ts';
import { load } from '../load.ts';
import { untilAllSent, withCarrier } from '../outbox/withCarrier.ts';
import { withStore } from '../outbox/withStore.ts';
import type { Place } from '../place.ts';
import { memoryOf } from '../processUse.ts';
import { request, type Spoken } from '../request.ts';
import { median, type Row } from '../row.ts';
import { giveKeys } from '../secret.ts';
import { BEGINNINGS, RESIDENTS, STAGES, spokenOn, writeFolder } from './community.ts';
import { staffWork } from './staff.ts';

/** The last day: everything that is forgotten after its end is forgotten. */
const LAST_DAY = 365;
const CONNECTIONS = 32;
const CHAINS_AT_ONCE = 8;

/**
 * A year of `effort.ledgers` communities of 40 residents with a clock that is put ahead: proposals, supports, a vote of fourteen days, works, ratings,
 * letters, stops, deletions, and what the calendar tells; in every hundredth community a meeting, contracts and payments. Then every chain is read, and what grew
 * is told. What is known after each fortnight is written to standard error at once, so that a part of a year is of use.
 */
export async function year({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const communities = effort.ledgers;
  const database = uri('year');
  const begun = performance.now();
  await giveKeys(database);
  await withStore(database, ({ world }) => importAll(world, communities, folder('files')));
  return withCarrier(async ({ api, got }) => {
    const dataDir = folder('year');
    await mkdir(dataDir, { recursive: true });
    const service = await start(database, dataDir, api);
    try {
      const seen = await withStore(database, ({ world }) => live(service, world, communities));
      service.end();
      return await withStore(database, async ({ world }) => {
        const broken = await brokenChains({ ...world, now: () => new Date(world.now().getTime() + LAST_DAY * DAY_MS) });
        return rows(communities, seen, broken, (performance.now() - begun) / 1_000, (await got()).messages);
      });
    } finally {
      service.end();
    }
  });
}

interface Seen {
  readonly samples: readonly Sample[];
  readonly turns: number;
  readonly receipts: number;
  readonly ballots: number;
  readonly acts: number;
}

/** How it stands after a day: documents by collection, the service's memory in MB, and the CPU of a look for all that is due, in milliseconds: the dearest since the sample before. */
interface Sample {
  readonly day: number;
  readonly documents: Readonly<Record<string, number>>;
  readonly rss: number;
  readonly ticks: number;
}

/** The days on which something happens, and one in each quiet week; where votes close also the evenings. */
function times(): readonly number[] {
  const first = Array.from({ length: 100 }, (_, day) => day + 10 / 24);
  const evenings = Array.from({ length: BEGINNINGS }, (_, day) => STAGES.implement + day + 20.6 / 24);
  const later = Array.from({ length: 39 }, (_, week) => 100 + week * 7 + 10 / 24).filter((day) => day <= LAST_DAY);
  return [...first, ...evenings, ...later].toSorted((a, b) => a - b);
}

async function live(service: YearService, { now, ...world }: World, communities: number): Promise<Seen> {
  const samples: Sample[] = [];
  let [turns, receipts, acts, ticks, ahead] = [0, 0, 0, 0, 0];
  const bar = progress('days', LAST_DAY);
  const midnight = localMidnight();
  const staff = staffWork({ ...world, now: () => new Date(now().getTime() + ahead) }, communities);
  const answered = (body: string) => {
    if (/\d{3} \d{3} \d{4}/.test(body)) receipts += 1;
    return true;
  };
  let [sampled, day] = [-30, 0];
  for (const time of times()) {
    ahead = midnight + time * DAY_MS - Date.now();
    ticks = Math.max(ticks, await service.ahead(ahead));
    await untilAllSent();
    if (day < STAGES.evaluate && time >= STAGES.evaluate) await acceptWorks(new Date(midnight + time * DAY_MS));
    if (time % 1 < 0.6) {
      acts = await staff(Math.floor(time));
      await talk(spokenOn(Math.floor(time), communities));
    }
    if (time - sampled >= 14) {
      sampled = time;
      samples.push({ day: Math.floor(time), documents: await counted(), rss: service.rss(), ticks });
      tell(samples.slice(-1), { turns, receipts, acts });
      ticks = 0;
    }
    bar.increment(Math.floor(time) - day);
    day = Math.floor(time);
  }
  bar.stop();
  const ballots = await collection(Entry).countDocuments({ sealed: { $exists: false } });
  return { samples, turns, receipts, ballots, acts };

  async function talk(said: readonly Spoken[]): Promise<void> {
    const [deleting, others] = [said.filter(({ body }) => body === '删除'), said.filter(({ body }) => body !== '删除')];
    await say(others, answered, CONNECTIONS);
    const codes: string[] = [];
    await say(deleting, (body) => {
      codes.push(/回(\d{6})/.exec(body)?.[1] ?? '');
      return true;
    });
    const repeated = deleting.map((spoken, index) => ({ ...spoken, body: codes[index] ?? '' }));
    await say(repeated, answered);
  }

  /** Over one connection the answers come in the order of what was said. */
  async function say(some: readonly Spoken[], check: (body: string) => boolean, connections = 1): Promise<void> {
    const ready = some.map((spoken) => request(service.port, spoken)).values();
    const { count } = await load(service.port, connections, 600, () => ready, check);
    turns += count;
  }
}

function tell(samples: readonly Sample[], { turns, receipts, acts }: { turns: number; receipts: number; acts: number }): void {
  for (const { day, rss, ticks, documents } of samples) {
    const there = Object.entries(documents).filter(([, count]) => count > 0);
    const counts = there.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, count]) => `${name} ${count}`);
    process.stderr.write(
      `${new Date().toISOString()} day ${day}: ${rss.toFixed(0)} MB, ${ticks.toFixed(0)} ms a look, ${turns} turns, ${receipts} receipts, ${acts} acts; ${counts.join(', ')}\n`,
    );
  }
}

/** Where no staff work, the works are done and accepted, so that they can be rated. */
async function acceptWorks(at: Date): Promise<void> {
  const step = { state: 'accepted', day: at.toISOString().slice(0, 10), by: 'bench', at };
  await mongoose.connection.collection('works').updateMany({ state: 'approved' }, { $set: { state: 'accepted', steps: [step] } });
}

/** Today's midnight in the communities' zone. Milliseconds. */
function localMidnight(): number {
  const EIGHT_HOURS = 8 * 60 * 60 * 1_000;
  return Math.floor((Date.now() + EIGHT_HOURS) / DAY_MS) * DAY_MS - EIGHT_HOURS;
}

async function importAll(world: Parameters<typeof importCommunity>[0], communities: number, folder: string): Promise<void> {
  const bar = progress('communities', communities);
  for (let from = 0; from < communities; from += 4)
    await Promise.all(
      Array.from({ length: Math.min(4, communities - from) }, async (_, index) => {
        const community = from + index;
        const dir = join(folder, String(community));
        await writeFolder(dir, community);
        const outcome = await importCommunity(world, dir, operator('bench'));
        if ('problems' in outcome) throw new CodedError('not-imported', JSON.stringify(outcome.problems));
        bar.increment();
      }),
    );
  bar.stop();
}

interface YearService {
  readonly port: number;
  /** Puts its clock so many milliseconds ahead, and waits until it has done what is due then; gives the milliseconds of CPU that this took. */
  ahead(ms: number): Promise<number>;
  rss(): number;
  end(): void;
}

async function start(uri: string, folder: string, api: string): Promise<YearService> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/year/service.ts'], {
    cwd: root,
    env: { ...process.env, BENCH_URI: uri, BENCH_FOLDER: folder, BENCH_API: api },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { pid, stdin, stdout } = piped(child);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new CodedError('not-started', 'The service of the year has ended.');
    return value;
  };
  return {
    port: Number(await said()),
    ahead: async (ms) => {
      stdin.write(`${Math.round(ms)}\n`);
      return Number(await said());
    },
    rss: () => memoryOf(pid),
    end: () => void stdin.end(),
  };
}

function piped({ pid, stdin, stdout }: ChildProcess): {
  pid: number;
  stdin: NonNullable<ChildProcess['stdin']>;
  stdout: NonNullable<ChildProcess['stdout']>;
} {
  if (pid === undefined || !stdin || !stdout) throw new CodedError('not-started', 'The service of the year did not start.');
  return { pid, stdin, stdout };
}

/** Documents by collection. */
async function counted(): Promise<Record<string, number>> {
  const found = await mongoose.connection.listCollections();
  const counts = await Promise.all(
    found.map(async ({ name }) => [name, await mongoose.connection.collection(name).estimatedDocumentCount()] as const),
  );
  return Object.fromEntries(counts);
}

/** Ledgers and logs that do not hold, and ledgers that were not sealed. */
async function brokenChains(world: World): Promise<readonly string[]> {
  const broken: string[] = [];
  const check = async (name: string, holds: () => Promise<unknown>) =>
    holds().catch((error: unknown) => broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`));
  const cycles = await collection(Cycle)
    .find({}, { projection: { sealedAt: 1 } })
    .toArray();
  broken.push(...cycles.filter(({ sealedAt }) => !sealedAt).map(({ _id }) => `${_id}: it is not sealed`));
  const communities = await collection(Community).distinct('_id');
  const checks = [
    ...cycles.map(
      ({ _id }) =>
        () =>
          check(_id, () => checkLedger(world, _id)),
    ),
    ...communities.map((slug) => () => check(slug, () => checkLogOf(world, slug))),
  ].values();
  const some = async () => {
    for (const next of checks) await next();
  };
  await Promise.all(Array.from({ length: CHAINS_AT_ONCE }, some));
  return broken;
}

function rows(
  communities: number,
  { samples, turns, receipts, ballots, acts }: Seen,
  broken: readonly string[],
  seconds: number,
  messages: number,
): Row[] {
  const work = `a year of ${communities.toLocaleString('en')} communities of ${RESIDENTS}`;
  const [first, last] = [samples.find(({ day }) => day >= STAGES.implement + BEGINNINGS), samples.at(-1)];
  const names = Object.keys(last?.documents ?? {}).toSorted();
  const over = (name: string) => samples.map(({ documents }) => documents[name] ?? 0);
  for (const name of names) process.stderr.write(`${name}: ${over(name).join(' ')}\n`);
  process.stderr.write(
    `days: ${samples.map(({ day }) => day).join(' ')}\nMB: ${samples.map(({ rss }) => rss.toFixed(0)).join(' ')}\nms of CPU of the dearest look: ${samples.map(({ ticks }) => ticks.toFixed(0)).join(' ')}\n`,
  );
  const memory = (last?.rss ?? 0) / (first?.rss ?? 1) - 1;
  const calm = samples.filter(({ day }) => day > STAGES.implement + BEGINNINGS);
  return [
    {
      work: `${work}: chains that do not hold, ballots acknowledged and not in a ledger`,
      result: `${broken.length}, ${receipts - ballots}`,
      reach: '0, 0',
      reached: broken.length === 0 && receipts === ballots,
      detail: `${ballots} ballots, ${turns} turns, ${acts} acts of staff, ${messages} messages handed over, ${seconds.toFixed(0)} s; ${broken.slice(0, 3).join('; ')}`,
    },
    {
      work: `${work}: the service's memory at the end against the end of the votes`,
      result: `${memory < 0 ? '' : '+'}${(memory * 100).toFixed(0)} %`,
      reach: '≤ +15 %',
      reached: memory <= 0.15,
      detail: `${first?.rss.toFixed(0)} and ${last?.rss.toFixed(0)} MB`,
    },
    {
      work: `${work}: CPU of the dearest look for all that is due in a fortnight, after the votes`,
      result: `${median(calm.map(({ ticks }) => ticks)).toFixed(0)} ms`,
      reach: 'told',
      reached: true,
      detail: calm.map(({ ticks }) => ticks.toFixed(0)).join(', '),
    },
  ];
}
