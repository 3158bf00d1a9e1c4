import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import '../../../src/app/server.ts'; // for every model
import { checkLedger, Entry } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { importCommunity } from '../../../src/fund/files/index.ts';
import { checkLogOf } from '../../../src/fund/log/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { CodedError } from '../../../src/store/codedError.ts';
import { collection } from '../../../src/store/collection.ts';
import { root } from '../../../src/store/files.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { progress } from '../../support/progress.ts';
import type { Effort } from '../effort.ts';
import { spreadNumberOf } from '../fill.ts';
import { load } from '../load.ts';
import { untilAllSent, withCarrier } from '../outbox/withCarrier.ts';
import { withStore } from '../outbox/withStore.ts';
import type { Place } from '../place.ts';
import { cpuOf, memoryOf } from '../processUse.ts';
import { request, type Spoken } from '../request.ts';
import { median, type Row } from '../row.ts';
import { giveKeys } from '../secret.ts';

const RESIDENTS = 40;
/** Communities begin on this many days, one after the other. */
const BEGINNINGS = 28;
/** Days after its beginning on which each stage of a community begins. */
const STAGES = { propose: 2, deliberate: 30, vote: 45, implement: 59, evaluate: 200, closed: 230 };
/** The last day: everything that is forgotten after its end is forgotten. */
const LAST_DAY = 365;
const CONNECTIONS = 32;
/** Longer than the slowest tick that has to come once, in milliseconds. */
const TICKS_MS = 11_000;

/**
 * A year of `effort.ledgers` communities of 40 residents with a clock that is put ahead: proposals, supports, a vote of fourteen days, works, ratings,
 * letters, stops, deletions, and what the calendar tells. Then every chain is read, and what grew is told.
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
      const seen = await withStore(database, () => live(service, communities));
      service.end();
      return await withStore(database, async ({ world: { vault, ...real } }) => {
        const world = { ...real, vault, now: () => new Date(real.now().getTime() + LAST_DAY * DAY_MS) };
        const broken = await brokenChains(world);
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
}

/** How it stands after a day: documents by collection, the service's memory in MB, and the CPU of one look of the ticks, in milliseconds. */
interface Sample {
  readonly day: number;
  readonly documents: Readonly<Record<string, number>>;
  readonly rss: number;
  readonly ticks: number;
}

/** The days on which something happens, and one in each quiet week; in the vote also the evenings. */
function times(): readonly number[] {
  const first = Array.from({ length: 100 }, (_, day) => day + 10 / 24);
  const evenings = Array.from({ length: 42 }, (_, day) => STAGES.vote + day + 20.6 / 24);
  const later = Array.from({ length: 39 }, (_, week) => 100 + week * 7 + 10 / 24).filter((day) => day <= LAST_DAY);
  return [...first, ...evenings, ...later].toSorted((a, b) => a - b);
}

async function live(service: YearService, communities: number): Promise<Seen> {
  const samples: Sample[] = [];
  let [turns, receipts] = [0, 0];
  const bar = progress('days', LAST_DAY);
  const midnight = localMidnight();
  const answered = (body: string) => {
    if (/\d{3} \d{3} \d{4}/.test(body)) receipts += 1;
    return true;
  };
  let [sampled, day] = [-30, 0];
  for (const time of times()) {
    await service.ahead(midnight + time * DAY_MS - Date.now());
    const before = service.cpu();
    await sleep(TICKS_MS);
    await untilAllSent();
    const ticks = (service.cpu() - before) / 1_000;
    if (day < STAGES.evaluate && time >= STAGES.evaluate) await acceptWorks(new Date(midnight + time * DAY_MS));
    const said = time % 1 < 0.6 ? spokenOn(Math.floor(time), communities) : [];
    const [deleting, others] = [said.filter(({ body }) => body === '删除'), said.filter(({ body }) => body !== '删除')];
    await say(others, answered, CONNECTIONS);
    await say(deleting, answered);
    const codes: string[] = [];
    await say(
      deleting.map((spoken) => ({ ...spoken, body: '是' })),
      (body) => codes.push(/\d{6}/.exec(body)?.[0] ?? '') > 0,
    );
    await say(
      deleting.map((spoken, index) => ({ ...spoken, body: codes[index] ?? '' })),
      answered,
    );
    if (time - sampled >= 14) {
      sampled = time;
      samples.push({ day: Math.floor(time), documents: await counted(), rss: service.rss(), ticks });
    }
    bar.increment(Math.floor(time) - day);
    day = Math.floor(time);
  }
  bar.stop();
  const ballots = await collection(Entry).countDocuments({ sealed: { $exists: false } });
  return { samples, turns, receipts, ballots };

  /** Over one connection the answers come in the order of what was said. */
  async function say(some: readonly Spoken[], check: (body: string) => boolean, connections = 1): Promise<void> {
    const ready = some.map((spoken) => request(service.port, spoken)).values();
    const { count } = await load(service.port, connections, 600, () => ready, check);
    turns += count;
  }
}

/** The works are done and accepted, so that they can be rated; staff would do it in the console. */
async function acceptWorks(at: Date): Promise<void> {
  const step = { state: 'accepted', day: at.toISOString().slice(0, 10), by: 'bench', at };
  await mongoose.connection.collection('works').updateMany({}, { $set: { state: 'accepted', steps: [step] } });
}

/** What residents write on a day of the year; each community is as many days behind as it began later. */
function spokenOn(day: number, communities: number): Spoken[] {
  return Array.from({ length: communities }, (_, community) => {
    const own = day - (community % BEGINNINGS);
    return Array.from({ length: RESIDENTS }, (_, resident) => saidBy(own, resident))
      .map((body, resident) => ({ body, from: phoneOf(community, resident), to: spreadNumberOf(community) }))
      .flatMap(({ body, ...way }) => (body === undefined ? [] : [{ ...way, body }]));
  }).flat();
}

const DURING_VOTE = ['投 1 3', '投 2', '我要投花园', '投 4 1 2', '啥时候截止哦'];

/** What a resident writes on a day of the community's own calendar, if anything. */
function saidBy(day: number, resident: number): string | undefined {
  const { propose, deliberate, vote, implement, evaluate, closed } = STAGES;
  if (day >= propose && day < deliberate) {
    if (resident % 8 === 0 && day === propose + 1 + resident / 8)
      return `提议 在${resident + 1}号楼门口装一排扶手，老人下楼有地方抓，晚上看得见，下雨不滑`;
    if (resident % 3 === 1 && day === propose + 10 + (resident % 5)) return `支持 ${1 + (resident % 5)}`;
    if (resident === 39 && day === deliberate - 2) return '问 楼下的垃圾桶怎么还没换';
  }
  if (day >= vote && day < implement - 1 && resident % 2 === 0 && day === vote + 1 + (resident % 12))
    return DURING_VOTE[(resident / 2) % DURING_VOTE.length];
  if (day === vote + 13 && resident % 20 === 2) return '投 3';
  if (day === implement + 20 && resident === 5) return '删除';
  if (day === implement + 21 && resident % 13 === 7) return '退订';
  if (day > implement + 30 && day < evaluate && day % 28 === resident % 28 && resident < 6) return '进度';
  if (day > evaluate && day < closed && day === evaluate + 1 + resident && resident < 20) return `评 1 ${1 + (resident % 5)}`;
  return undefined;
}

const phoneOf = (community: number, resident: number) => `+86${15_000_000_000 + community * RESIDENTS + resident}`;

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
        const outcome = await importCommunity(world)(dir, operator('bench'));
        if ('problems' in outcome) throw new CodedError('not-imported', JSON.stringify(outcome.problems));
        bar.increment();
      }),
    );
  bar.stop();
}

async function writeFolder(dir: string, community: number): Promise<void> {
  await mkdir(dir, { recursive: true });
  const slug = `year-${community}`;
  const behind = community % BEGINNINGS;
  const stage = (name: keyof typeof STAGES, time = '00:00') => `${name}: +${STAGES[name] + behind}dT${time}`;
  const stages = [
    `announce: +${behind}dT00:00`,
    stage('propose'),
    stage('deliberate'),
    stage('vote', '08:00'),
    stage('implement', '20:00'),
    stage('evaluate'),
    stage('closed'),
  ];
  const titles = ['楼道扶手', '健身角', '社区花园', '修路灯'];
  await Promise.all([
    writeFile(
      join(dir, 'community.yaml'),
      `slug: ${slug}\nname: 第${community + 1}社区\nlanguage: zh-CN\ntimezone: Asia/Shanghai\nphone: "${spreadNumberOf(community)}"\nverify: phone\nballots: public\nquiet: "21:00-08:00"\nperson: {name: 居委会, phone: "+862880000003"}\n`,
    ),
    writeFile(
      join(dir, 'residents.csv'),
      `id,name,phone,card,building,language,role\n${Array.from({ length: RESIDENTS }, (_, resident) => `${resident + 1},居民${resident + 1},${phoneOf(community, resident)},,${1 + (resident % 5)}栋,zh-CN,`).join('\n')}\n`,
    ),
    writeFile(
      join(dir, 'cycle.yaml'),
      `id: ${slug}-2027\ntitle: 今年的社区保障资金\nbudget: 150000\ncurrency: CNY\nrule: greedy\nthreshold: 1\nchoices: {min: 1, max: 3}\nstages: {${stages.join(', ')}}\nprojects:\n${titles.map((title, index) => `  - {number: ${index + 1}, title: ${title}, cost: ${25_000 * (index + 1)}, detail: ${title}在三号院}`).join('\n')}\n`,
    ),
  ]);
}

interface YearService {
  readonly port: number;
  /** Puts its clock so many milliseconds ahead, and waits until it has forgotten what is over then. */
  ahead(ms: number): Promise<void>;
  cpu(): number;
  rss(): number;
  end(): void;
}

async function start(uri: string, folder: string, api: string): Promise<YearService> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/bench/year/service.ts'], {
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
      await said();
    },
    cpu: () => cpuOf(pid),
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
async function brokenChains(world: Parameters<typeof checkLogOf>[0] & Parameters<typeof checkLedger>[0]): Promise<readonly string[]> {
  const broken: string[] = [];
  const check = async (name: string, holds: () => Promise<unknown>) =>
    holds().catch((error: unknown) => broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`));
  for await (const { _id, sealedAt } of collection(Cycle).find({}, { projection: { sealedAt: 1 } })) {
    if (!sealedAt) broken.push(`${_id}: it is not sealed`);
    await check(String(_id), () => checkLedger(world, String(_id)));
  }
  for await (const { _id } of collection(Community).find({}, { projection: { _id: 1 } }))
    await check(String(_id), () => checkLogOf(world, String(_id)));
  return broken;
}

function rows(communities: number, { samples, turns, receipts, ballots }: Seen, broken: readonly string[], seconds: number, messages: number): Row[] {
  const work = `a year of ${communities.toLocaleString('en')} communities of ${RESIDENTS}`;
  const [first, last] = [samples.find(({ day }) => day >= STAGES.implement + BEGINNINGS), samples.at(-1)];
  const names = Object.keys(last?.documents ?? {}).toSorted();
  const over = (name: string) => samples.map(({ documents }) => documents[name] ?? 0);
  for (const name of names) process.stderr.write(`${name}: ${over(name).join(' ')}\n`);
  process.stderr.write(
    `days: ${samples.map(({ day }) => day).join(' ')}\nMB: ${samples.map(({ rss }) => rss.toFixed(0)).join(' ')}\nms of CPU in ${TICKS_MS / 1_000} s: ${samples.map(({ ticks }) => ticks.toFixed(0)).join(' ')}\n`,
  );
  const memory = (last?.rss ?? 0) / (first?.rss ?? 1) - 1;
  const calm = samples.filter(({ day }) => day > STAGES.implement + BEGINNINGS);
  return [
    {
      work: `${work}: chains that do not hold, ballots acknowledged and not in a ledger`,
      result: `${broken.length}, ${receipts - ballots}`,
      reach: '0, 0',
      reached: broken.length === 0 && receipts === ballots,
      detail: `${ballots} ballots, ${turns} turns, ${messages} messages handed over, ${seconds.toFixed(0)} s; ${broken.slice(0, 3).join('; ')}`,
    },
    {
      work: `${work}: the service's memory at the end against the end of the votes`,
      result: `${memory < 0 ? '' : '+'}${(memory * 100).toFixed(0)} %`,
      reach: '≤ +15 %',
      reached: memory <= 0.15,
      detail: `${first?.rss.toFixed(0)} and ${last?.rss.toFixed(0)} MB`,
    },
    {
      work: `${work}: CPU of a look of all ticks, after the votes`,
      result: `${median(calm.map(({ ticks }) => ticks)).toFixed(0)} ms in ${TICKS_MS / 1_000} s`,
      reach: 'told',
      reached: true,
      detail: calm.map(({ ticks }) => ticks.toFixed(0)).join(', '),
    },
  ];
}
