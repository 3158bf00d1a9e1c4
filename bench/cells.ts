import { join } from 'node:path';
import mongoose from 'mongoose';
import '../src/app/server.ts'; // for every model, which a move has to know
import { operator } from '../src/fund/people/index.ts';
import { move } from '../src/operation/index.ts';
import { embedded } from '../src/store/embedded/embedded.ts';
import type { Effort } from './effort.ts';
import { fill, ONE, spreadNumberOf, spreadPhoneOf } from './fill.ts';
import { load } from './load.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { request } from './request.ts';
import { type Round, rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import { SECRET_BYTES } from './secret.ts';
import { isReceipt, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { MOST_A_SECOND, type Work } from './work.ts';

const CONNECTIONS = 32;
/** In both arrangements together. */
const COMMUNITIES = 200;
const IN_EACH = 100;
/** A community of Chengdu, of which 30 of 100 have voted. */
const RESIDENTS = 5_258;
const BALLOTS = 1_577;

/**
 * Two cells, each a MongoDB and a process with half of the communities, against one cell, a MongoDB with two processes and all of them, on the same
 * machine: ballots a second of both together. Then one community moves from one cell to the other.
 */
export async function cells({ uri, folder, mongod }: Place, effort: Effort): Promise<Row[]> {
  const other = await embedded(folder('other-mongod'), mongod);
  const elsewhere = Object.assign(new URL(other.uri), { pathname: '/west' }).href;
  try {
    await fill(uri('whole'), 0, COMMUNITIES, IN_EACH);
    await fill(uri('east'), 0, COMMUNITIES / 2, IN_EACH);
    await fill(elsewhere, 0, COMMUNITIES / 2, IN_EACH);
    const measured = await withServers(async (started) => {
      const at = (database: string, name: string) => started(service(database, folder(name)));
      const one = [await at(uri('whole'), 'whole-1'), await at(uri('whole'), 'whole-2')];
      const two = [await at(uri('east'), 'east'), await at(elsewhere, 'west')];
      for (const database of [uri('whole'), uri('east'), elsewhere]) await untilFrozen(database);
      return rounds({ one: together(one, COMMUNITIES), two: together(two, COMMUNITIES / 2) }, { ...effort, connections: CONNECTIONS });
    });
    return [row(measured), await moved(uri('leaves'), elsewhere, folder('leaves'))];
  } finally {
    await other.release();
  }
}

/** `投 3 7` over two processes at once, spread over so many communities. */
function together(servers: readonly Running[], communities: number): Work {
  let said = 0;
  return async (connections, seconds) => {
    const residents = communities * IN_EACH;
    const each = Math.ceil((seconds * MOST_A_SECOND) / servers.length);
    const before = servers.reduce((sum, server) => sum + server.cpu(), 0);
    const both = await Promise.all(
      servers.map(({ port }, place) => {
        const votes = Array.from({ length: each }, (_, index) => {
          const resident = ((said + index) * servers.length + place) % residents;
          return request(port, { from: spreadPhoneOf(resident), to: spreadNumberOf(resident % communities), body: '投 3 7' });
        }).values();
        return load(port, connections / servers.length, seconds, () => votes, isReceipt);
      }),
    );
    const count = both.reduce((sum, each) => sum + each.count, 0);
    said += Math.ceil(Math.max(...both.map((each) => each.count)));
    return {
      rate: both.reduce((sum, each) => sum + each.rate, 0),
      p50: median(both.map((each) => each.p50)),
      p99: Math.max(...both.map((each) => each.p99)),
      count,
      loadCpu: both[0]?.loadCpu ?? 0, // of this process, whatever the number of loads
      cpu: (servers.reduce((sum, server) => sum + server.cpu(), 0) - before) / count,
    };
  };
}

function row(measured: readonly Round<'one' | 'two'>[]): Row {
  const rates = measured.map((round) => round.two.rate / round.one.rate);
  const p99 = measured.map((round) => round.two.p99 / round.one.p99);
  const middle = (name: 'one' | 'two', what: 'rate' | 'p99' | 'cpu') => median(measured.map((round) => round[name][what])).toFixed(0);
  return {
    work: `two cells beside each other against one cell with two processes, \`投 3 7\` over ${COMMUNITIES} communities, ${CONNECTIONS} connections`,
    result: `${spread(rates)}; p99 × ${spread(p99)}`,
    reach: '≥ 0.9; p99 ≤ 1.5 ×',
    reached: median(rates) >= 0.9 && median(p99) <= 1.5,
    detail: `${middle('two', 'rate')}/s against ${middle('one', 'rate')}/s; p99 ${middle('two', 'p99')} against ${middle('one', 'p99')} ms; ${middle('two', 'cpu')} against ${middle('one', 'cpu')} µs of CPU of the service a ballot`,
  };
}

/** How long a community is served by nobody while it moves, without the fifteen seconds in which its last turns end. */
async function moved(from: string, to: string, dataDir: string): Promise<Row> {
  await fill(from, RESIDENTS);
  const cast = await withServers(async (started) => {
    const { port } = await started(service(from, dataDir));
    await untilFrozen(from);
    const votes = Array.from({ length: BALLOTS }, (_, index) => request(port, vote(RESIDENTS)(index))).values();
    return load(port, CONNECTIONS, 60, () => votes, isReceipt);
  });
  const client = await new mongoose.mongo.MongoClient(from).connect();
  const db = client.db();
  await db.collection('cycles').updateMany({}, { $set: { sealedAt: new Date() } });
  // both fills name their large community and its cycle alike
  const west = await new mongoose.mongo.MongoClient(to).connect();
  await west.db().collection('communities').deleteMany({ phone: ONE });
  await west.db().collection('cycles').deleteMany({ community: 'bench' });
  const began = performance.now();
  const { documents, ledgers } = await move(
    { mongodbUri: from, dataDir: join(dataDir, 'moving'), secret: SECRET_BYTES },
    { slug: 'bench', to: { mongodbUri: to }, fromUrl: 'http://east', toUrl: 'http://west', actor: operator('bench'), settleMs: 0 },
  );
  const seconds = (performance.now() - began) / 1_000;
  const left = await db.collection('entries').countDocuments();
  const there = await west
    .db()
    .collection('entries')
    .countDocuments({ '_id.cycle': 'bench-2027', sealed: { $exists: false } });
  await client.close();
  await west.close();
  return {
    work: `a community of ${RESIDENTS.toLocaleString('en')} residents and ${BALLOTS.toLocaleString('en')} ballots moves to another cell`,
    result: `${seconds.toFixed(1)} s; ${there} of ${cast.count} ballots there, ${left} left here`,
    reach: '< 60 s; all, none',
    reached: seconds < 60 && there === cast.count && left === 0,
    detail: `${documents} documents; the ledger ends at ${ledgers[0]?.seq}; fifteen seconds more for the turns in flight`,
  };
}
