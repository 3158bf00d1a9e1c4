import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { readLog, withLog } from '../../src/fund/log/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { root } from '../../src/store/files.ts';
import type { World } from '../../src/store/world.ts';
import type { Effort } from '../effort.ts';
import { withStore } from '../outbox/withStore.ts';
import type { Place } from '../place.ts';
import type { Row } from '../row.ts';

const PROCESSES = 2;
const CLIENTS = 8;

/** One log, written by eight clients in two processes; and what an entry costs beside its act. */
export async function log({ uri }: Place, { killed: acts }: Effort): Promise<Row[]> {
  await withStore(uri('log'), async () => {});
  const began = performance.now();
  await Promise.all(Array.from({ length: PROCESSES }, (_, index) => writer(uri('log'), acts / PROCESSES, `p${index}`)));
  const seconds = (performance.now() - began) / 1_000;
  return withStore(uri('log'), async ({ world }) => {
    const found = await broken(world);
    const trips = await roundTrips(world, uri('log'));
    return [
      {
        work: `${acts.toLocaleString('en')} acts of ${CLIENTS} clients in ${PROCESSES} processes: entries that are missing, doubled or not chained`,
        result: `${acts - found.count + found.broken} of ${acts}`,
        reach: '0',
        reached: found.count === acts && found.broken === 0,
        detail: `${(acts / seconds).toFixed(0)} acts a second`,
      },
      {
        work: 'commands to the database for an act that changes one record, with its entry and without',
        result: `${trips.with} against ${trips.without}`,
        reach: '≤ 1 more',
        reached: trips.with - trips.without <= 1,
        detail: 'counted by the driver, the commit included',
      },
    ];
  });
}

async function writer(uri: string, count: number, name: string): Promise<void> {
  const env = { ...process.env, BENCH_URI: uri, BENCH_COUNT: String(count), BENCH_CLIENTS: String(CLIENTS / PROCESSES), BENCH_NAME: name };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/console/logWriter.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new CodedError('not-started', `The process that writes the log ended with ${code}.`);
}

async function broken(world: World): Promise<{ count: number; broken: number }> {
  let count = 0;
  let wrong = 0;
  let previous = sha256('yisheng', 'bench');
  for await (const row of readLog(world, 'bench')) {
    count += 1;
    const hash = sha256(previous, String(count), row.community, row.at, row.by, row.role, row.act, row.subject, row.detail);
    if (row.seq !== count || row.previous !== previous || row.hash !== hash) wrong += 1;
    previous = row.hash;
  }
  return { count, broken: wrong };
}

/** The targets of docs/contract.md, a line each. */
function sha256(...lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Commands of the second of two equal acts: the first looks where the log ends. */
async function roundTrips(world: World, uri: string): Promise<{ with: number; without: number }> {
  const counted = async (act: () => Promise<unknown>) => {
    await act();
    let count = 0;
    const add = () => {
      count += 1;
    };
    const client = mongoose.connection.getClient();
    client.on('commandStarted', add);
    await act();
    client.off('commandStarted', add);
    return count;
  };
  await mongoose.disconnect();
  await mongoose.connect(uri, { autoIndex: false, monitorCommands: true });
  const records = mongoose.connection.collection<{ _id: string; count: number }>('benchrecords');
  const change = (session: mongoose.mongo.ClientSession) => records.updateOne({ _id: 'one' }, { $inc: { count: 1 } }, { upsert: true, session });
  const entry = { community: 'bench', by: '王芳', role: 'cadre', act: 'inquiry.close', subject: 'inquiry/1', detail: {} };
  return {
    without: await counted(() => mongoose.connection.getClient().withSession((session) => session.withTransaction(() => change(session)))),
    with: await counted(() =>
      withLog(world, 'bench', async (session, write) => {
        await change(session);
        await write(entry);
      }),
    ),
  };
}
