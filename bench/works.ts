import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import sharp from 'sharp';
import { Account, AccountEntry, type WorkSums } from '../src/fund/accounts/index.ts';
import { Cycle } from '../src/fund/cycles/index.ts';
import { operator, type StaffRole } from '../src/fund/people/index.ts';
import { addStaff } from '../src/fund/roster/index.ts';
import { ALL, beginSession, staffPhone } from '../src/fund/staff/index.ts';
import { Work } from '../src/fund/works/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import { collection } from '../src/store/collection.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import { compared } from './console/pages.ts';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import { firstByte } from './firstByte.ts';
import type { Measured } from './load.ts';
import { withStore } from './outbox/withStore.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { median, type Row, spread } from './row.ts';
import { benchVault } from './secret.ts';
import { isReceipt, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { type Work as Load, work } from './work.ts';

const RESIDENTS = 20_000;
/** Beside the big one, which votes. */
const COMMUNITIES = 3_042;
const NUMBERS = [1, 3, 5, 7];
const CONNECTIONS = 16;
/** Longer than a reader's place stays empty. */
const READS_MS = 60;
const ENTRIES = 1_000_000;
/** In bytes. */
const PICTURE = 12_000_000;
const TURNS = 100;
/** The process that drew it has ended by then, and counts. */
const ENDED_MS = 500;

/** Works after the vote: an office's overview of all communities, a cycle's money, and pictures beside turns. */
export async function works({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('works'), RESIDENTS, COMMUNITIES, 1);
  const { office, cadre } = await carryOut(uri('works'), effort.residents);
  return withServers(async (started) => {
    const server = await started(service(uri('works'), folder('works')));
    await untilFrozen(uri('works'));
    return [await overview(server, office, effort), await sums(server, effort), ...(await pictures(server, cadre, folder('pictures'), effort))];
  });
}

/** Four works in each community, of which some are late; in the first one a long account; an office that reads all, and a cadre. Gives their cookies. */
async function carryOut(uri: string, most: number): Promise<{ readonly office: string; readonly cadre: string }> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false, writeConcern: { w: 1 } });
  const from = new Date(Date.now() - 90 * DAY_MS);
  const day = from.toISOString().slice(0, 10);
  await collection(Cycle).updateMany(
    { community: { $ne: 'bench' } },
    { $set: { stages: [{ stage: 'implement', from }], sealedAt: from }, $unset: { frozen: 1 } },
  );
  const sums: WorkSums[] = NUMBERS.map((number) => ({ work: number, granted: 60_000, own: 0, contracted: 50_000, paid: 20_000 }));
  const slugs = ['bench', ...Array.from({ length: COMMUNITIES }, (_, index) => `bench-${index}`)];
  await collection(Account).insertMany(
    slugs.map((community) => ({ _id: `${community}-2027`, community, currency: 'CNY', ...{ budget: 240_000, extra: 0, entries: 0, works: sums } })),
  );
  await collection(Work).insertMany(
    slugs.flatMap((community) =>
      NUMBERS.map((number) => ({
        ...{ _id: { cycle: `${community}-2027`, number }, community, state: number === 7 ? ('seeking' as const) : ('under-way' as const) },
        ...{ steps: [{ state: 'approved' as const, day, by: 'bench', at: from }], offers: [], papers: [], news: 0, revision: 0 },
        contract: { number: '1', amount: 50_000, day, until: '2999-01-01' },
      })),
    ),
  );
  const count = Math.min(ENTRIES, most);
  for (let done = 0; done < count; done += 10_000)
    await collection(AccountEntry).insertMany(
      Array.from({ length: 10_000 }, (_, index) => ({
        ...{ _id: { cycle: 'bench-0-2027', entry: done + index + 1 }, community: 'bench-0', work: NUMBERS[index % 4] ?? 1 },
        ...{ kind: 'paid' as const, amount: 1, day, paper: `发票${done + index}`, by: 'bench', at: from },
      })),
      { ordered: false },
    );
  await collection(Account).updateOne({ _id: 'bench-0-2027' }, { $set: { entries: count } });
  await mongoose.disconnect();
  return withStore(uri, async ({ world }) => {
    const signIn = async (community: string, phone: string, role: StaffRole) => {
      await addStaff.perform(
        { world, notify: enqueue(world) },
        { community: community, at: {}, input: { name: role, phone, role }, actor: operator('bench') },
      );
      return `__Host-staff=${await beginSession({ ...world, randomBytes }, staffPhone(benchVault, phone), 'bench')}`;
    };
    return { office: await signIn(ALL, '+8613800000002', 'office'), cadre: await signIn('bench', '+8613800000001', 'cadre') };
  });
}

async function overview(server: Running, cookie: string, { rounds, seconds }: Effort): Promise<Row> {
  await firstByte(server.port, '/console', 1, 0.1, { cookie }); // the first of a process that was started just now waits for the count
  const before = server.cpu();
  const measured = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await firstByte(server.port, '/console', CONNECTIONS, seconds, { cookie }));
  const cpu = (server.cpu() - before) / measured.reduce((sum, { count }) => sum + count, 0);
  const p99 = measured.map((each) => each.p99);
  return {
    work: `p99 to the first byte of an office's overview of ${(COMMUNITIES + 1).toLocaleString('en')} communities with ${((COMMUNITIES + 1) * NUMBERS.length).toLocaleString('en')} works, ${CONNECTIONS} connections`,
    result: `${spread(p99)} ms`,
    reach: '< 200 ms',
    reached: median(p99) < 200,
    detail: `p50 ${median(measured.map(({ p50 }) => p50)).toFixed(1)} ms, ${median(measured.map(({ rate }) => rate)).toFixed(0)}/s, ${cpu.toFixed(0)} µs of the server`,
  };
}

/**
 * Somebody who reads page after page. A reader who asks again at once waits for the place that the last request left, which stays empty for eight
 * times as long as that took, for the turns (`readerLimit`): that is measured beside it, and is no time of the account's.
 */
async function sums({ port }: Running, { rounds, seconds, residents }: Effort): Promise<Row> {
  const path = '/api/cycles/bench-0-2027/account?before=51';
  const [read, atOnce]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    read.push(await firstByte(port, path, 1, seconds, { pauseMs: READS_MS }));
    atOnce.push(await firstByte(port, path, 1, seconds));
  }
  const p99 = read.map((each) => each.p99);
  return {
    work: `p99 to the first byte of the sums of a cycle with ${Math.min(ENTRIES, residents).toLocaleString('en')} entries, with 50 of them`,
    ...{ result: `${spread(p99)} ms`, reach: '< 20 ms', reached: median(p99) < 20 },
    detail: `one reader, ${READS_MS} ms between an answer and the next request; p50 ${median(read.map(({ p50 }) => p50)).toFixed(1)} ms; without a pause p99 ${median(atOnce.map((each) => each.p99)).toFixed(1)} ms, by the readers' limit`,
  };
}

async function pictures(server: Running, cookie: string, folder: string, { rounds, seconds }: Effort): Promise<Row[]> {
  const picture = await largePicture();
  const file = join(folder, 'one.jpg');
  mkdirSync(folder);
  writeFileSync(file, picture);
  const env = { PATH: process.env.PATH, BENCH_PORT: String(server.port), BENCH_COOKIE: cookie, BENCH_PICTURE: file };
  const sender = fork('bench/pictureSender.ts', { execArgv: ['--import', 'tsx'], env });
  const tell = async () => {
    sender.send('one');
    const [status] = await once(sender, 'message');
    if (status !== 303) throw new CodedError('wrong-answer', `The news was answered with ${status}.`);
  };
  const turns: Load = work(server, vote(RESIDENTS), isReceipt);
  await turns(8, seconds, TURNS);
  await tell();
  const cpu: number[] = [];
  const measured: { with: number; without: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = server.cpu();
    await tell();
    await sleep(ENDED_MS);
    cpu.push((server.cpu() - before) / 1e6);
    const without = await turns(8, seconds * 2, TURNS);
    let isOver = false;
    const telling = (async () => {
      for (; !isOver; await sleep(1_000)) await tell();
    })();
    const busy = await turns(8, seconds * 2, TURNS);
    isOver = true;
    await telling;
    measured.push({ with: busy.p99, without: without.p99 });
  }
  sender.kill();
  const what = `a picture of ${(picture.length / 1e6).toFixed(1)} MB and 12 million pixels`;
  return [
    {
      work: `${what}, told as news of a work: turned, freed of what the file tells, in three sizes`,
      ...{ result: `${spread(cpu)} s of CPU`, reach: '< 1.5 s', reached: median(cpu) < 1.5, detail: 'with the upload and what is written' },
    },
    compared(`p99 of ${TURNS} turns a second (\`投 3 7\`) while such pictures come, one after the other with a second between`, measured, 1.5),
  ];
}

/** A JPEG of 12 million pixels on its side, full of noise, of about 12 MB. */
async function largePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const made = sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: 'grey', noise } });
  const raw = await made.raw().toBuffer();
  for (let quality = 98; ; quality -= 1) {
    const jpeg = sharp(raw, { raw: { width: 4_000, height: 3_000, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality });
    const bytes = await jpeg.toBuffer();
    if (bytes.length <= PICTURE) return bytes;
  }
}
