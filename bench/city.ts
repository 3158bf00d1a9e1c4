import mongoose from 'mongoose';
import type { Effort } from './effort.ts';
import { fill, spreadNumberOf, spreadPhoneOf } from './fill.ts';
import { load, type Measured } from './load.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { request } from './request.ts';
import type { Row } from './row.ts';
import { isReceipt } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';

/**
 * Chengdu: its communities, its residents, and the ballots that they cast a second if 30 % vote in two weeks and a tenth of them in the last two
 * hours.
 */
const COMMUNITIES = 3_043;
const RESIDENTS = 16_000_000;
const LAST_HOURS = 70;
const PROCESSES = 2;
const CONNECTIONS = 64;

/**
 * A city on one replica set: its communities, with `effort.residents` residents between them, on two processes. Its last two hours in short: first
 * the whole city's 70 ballots a second, then as many as there is capacity for. The needs of 16 million residents are calculated from the
 * measurements.
 */
export async function city({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const inEach = Math.ceil(effort.residents / COMMUNITIES);
  const residents = inEach * COMMUNITIES;
  const database = uri('city');
  await fill(database, 0, COMMUNITIES, inEach);
  const empty = await sizes(database);
  return withServers(async (started) => {
    const servers: Running[] = [];
    for (let index = 0; index < PROCESSES; index += 1) servers.push(await started(service(database, folder(`city-${index}`))));
    await untilFrozen(database);
    let next = 0;
    const half = (count: number, { port }: Running) => Array.from({ length: count }, () => vote(port, next++, residents));
    const cast = async (seconds: number, rate?: number): Promise<Measured[]> => {
      const ready = servers.map((server) => half(Math.ceil(seconds * (rate ?? 3_000)), server));
      return Promise.all(
        servers.map(({ port }, index) => {
          const requests = (ready[index] ?? []).values();
          return load(port, CONNECTIONS / PROCESSES, seconds, () => requests, isReceipt, rate && rate / PROCESSES);
        }),
      );
    };
    const calm = await cast(effort.seconds * 8, LAST_HOURS);
    const rush = await cast(effort.seconds * 2);
    const acknowledged = [...calm, ...rush].reduce((sum, { count }) => sum + count, 0);
    const after = await sizes(database);
    const missing = acknowledged - (after.ballots - empty.ballots);
    const people = `${COMMUNITIES.toLocaleString('en')} communities, ${residents.toLocaleString('en')} residents, ${PROCESSES} processes`;
    return [
      row(
        `${people}: the last two hours`,
        `${sum(calm).toFixed(0)} ballots/s, p99 ${worst(calm).toFixed(0)} ms`,
        `${LAST_HOURS}/s`,
        sum(calm) >= LAST_HOURS * 0.95,
      ),
      row(
        `${people}: as many as there is room for`,
        `${sum(rush).toFixed(0)} ballots/s, p99 ${worst(rush).toFixed(0)} ms`,
        `≥ ${LAST_HOURS}/s`,
        sum(rush) >= LAST_HOURS,
      ),
      row(`${people}: acknowledged and not in a ledger`, `${missing} of ${acknowledged}`, '0', missing === 0),
      row(
        'what 16 million residents need, from that',
        `${gb((empty.data / residents) * RESIDENTS)} GB on disk, ${gb((empty.indexes / residents) * RESIDENTS)} GB of indexes`,
        'told',
        true,
        `now ${gb(empty.data)} GB on disk, ${gb(empty.indexes)} GB of indexes; a ballot adds ${((after.bytes - empty.bytes) / acknowledged / 1_024).toFixed(1)} KB before compression; a process takes ${servers.map((server) => server.rss().toFixed(0)).join(' and ')} MB`,
      ),
    ];
  });
}

/** Each resident in turn, far from the previous one. */
function vote(port: number, index: number, residents: number): Buffer {
  const resident = (index * 618_033) % residents;
  return request(port, { from: spreadPhoneOf(resident), to: spreadNumberOf(resident % COMMUNITIES), body: '投 3 7' });
}

async function sizes(uri: string): Promise<{ ballots: number; data: number; indexes: number; bytes: number }> {
  const connection = await mongoose.createConnection(uri, { autoIndex: false }).asPromise();
  try {
    const ballots = await connection.collection('entries').countDocuments({ sealed: { $exists: false } });
    const names = ['residents', 'conversations', 'entries', 'communities', 'cycles'];
    const stats = await Promise.all(names.map((name) => connection.db?.command({ collStats: name }).catch(() => undefined)));
    const all = (what: string) => stats.reduce((sum, stat) => sum + Number(stat?.[what] ?? 0), 0);
    return { ballots, data: all('storageSize'), indexes: all('totalIndexSize'), bytes: all('size') };
  } finally {
    await connection.close();
  }
}

function row(work: string, result: string, reach: string, reached: boolean, detail = 'open to all residents in turn'): Row {
  return { work, result, reach, reached, detail };
}

const sum = (measured: readonly Measured[]) => measured.reduce((total, { rate }) => total + rate, 0);
const worst = (measured: readonly Measured[]) => Math.max(...measured.map(({ p99 }) => p99));
const gb = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
