import mongoose from 'mongoose';
import { Community } from '../src/fund/communities/index.ts';
import { Cycle } from '../src/fund/cycles/index.ts';
import { encryptedProposal, Proposal } from '../src/fund/proposals/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { createIndexes } from '../src/store/indexes.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import { benchCommunity } from './benchCommunity.ts';
import type { Effort } from './effort.ts';
import { firstByte } from './firstByte.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import { benchVault } from './secret.ts';
import type { Work } from './work.ts';

const CONNECTIONS = 32;
const PROJECTS = 200;
const PROPOSALS = 2_000;

/** A community's page with much content, compared with a static file of the same server, in interleaved rounds. */
export async function pages({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fillPages(uri('pages'));
  return withServers(async (started) => {
    const server = await started(service(uri('pages'), folder('pages')));
    const { port } = server;
    const page = await bodyOf(port, '/c/bench');
    const style = /href="(\/assets\/page-[^"]+)"/.exec(page)?.[1];
    if (!style) throw new CodedError('no-style', 'The page names no style.');
    const measured = await rounds({ page: reading(server, '/c/bench'), file: reading(server, style) }, { ...effort, connections: CONNECTIONS });
    const ratios = measured.map((round) => round.page.p99 / round.file.p99);
    const middle = (which: 'page' | 'file', what: 'rate' | 'p50' | 'p99' | 'cpu') => median(measured.map((round) => round[which][what])).toFixed(1);
    const bytes = Buffer.byteLength(page);
    return [
      {
        work: `p99 to the first byte of /c/SLUG with ${PROJECTS} projects and ${PROPOSALS} proposals, ${CONNECTIONS} connections`,
        result: `× ${spread(ratios)}`,
        reach: '≤ 3 × a static file',
        reached: median(ratios) <= 3,
        detail: `p99 ${middle('page', 'p99')} against ${middle('file', 'p99')} ms, p50 ${middle('page', 'p50')} against ${middle('file', 'p50')} ms, ${middle('page', 'rate')}/s against ${middle('file', 'rate')}/s, ${middle('page', 'cpu')} against ${middle('file', 'cpu')} µs of the server`,
      },
      {
        work: 'the same page',
        result: `${(bytes / 1_000).toFixed(1)} KB of HTML`,
        reach: '< 100 KB',
        reached: bytes < 100_000,
        detail: `beside it a style of ${(Buffer.byteLength(await bodyOf(port, style)) / 1_000).toFixed(1)} KB, which the browser keeps`,
      },
    ];
  });
}

function reading(server: Running, path: string): Work {
  return async (connections, seconds) => {
    const before = server.cpu();
    const measured = await firstByte(server.port, path, connections, seconds);
    return { ...measured, cpu: (server.cpu() - before) / measured.count };
  };
}

async function bodyOf(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

async function fillPages(uri: string): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false });
  await createIndexes();
  const now = Date.now();
  await Community.create({ ...benchCommunity('bench', '+862880000001'), name: '青松社区' });
  await Cycle.create({
    _id: 'bench-2027',
    community: 'bench',
    title: '2027年社区保障资金',
    budget: 3_000_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'propose', from: new Date(now - 20 * DAY_MS) },
      { stage: 'vote', from: new Date(now - DAY_MS) },
      { stage: 'implement', from: new Date(now + 10 * DAY_MS) },
    ],
    moves: [],
    projects: Array.from({ length: PROJECTS }, (_, index) => ({
      number: index + 1,
      title: `三号院第${index + 1}号楼修楼道扶手`,
      category: '基础设施',
      cost: 20_000 + index,
      detail: '1栋和3栋没有电梯，每层楼梯一边装扶手，一共十二层',
    })),
  });
  await Proposal.insertMany(
    Array.from({ length: PROPOSALS }, (_, index) => ({
      _id: { cycle: 'bench-2027', number: index + 1 },
      community: 'bench',
      at: new Date(now - 2 * DAY_MS),
      origin: 'sms' as const,
      channel: 'sms',
      text: encryptedProposal(
        benchVault,
        { cycle: 'bench-2027', number: index + 1 },
        `${index % 3 === 0 ? '三号院' : '小广场'}下雨就积水，老人走不过去，能不能修一修，再装一盏灯 ${index + 1}`,
      ),
      state: 'received',
      public: true,
      by: 'bench|1',
      slot: `bench ${index}`,
      key: `bench ${index}`,
      history: [],
    })),
  );
  await mongoose.disconnect();
}
