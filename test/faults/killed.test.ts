import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { beside } from '../support/beside.ts';
import { mongodProgram } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

const VOTERS = 200;
const TIMES = 3;

describe('a process that is killed under load', () => {
  let dataDir: string;
  before(mongodProgram);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-killed-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('the service, three times: what was acknowledged is in the ledger, and the chain is whole', async () => {
    const { acknowledged } = await played(async (service, port) => {
      await service.kill();
      return serviceProcess({ DATA_DIR: dataDir }, port);
    });
    expect(acknowledged).to.be.greaterThan(VOTERS);
  });

  it('mongod, three times: the same; a service that lives on starts it again and goes on', async () => {
    let kills = 0;
    const { acknowledged } = await played(async (service, port) => {
      const mongod = await mongodOf();
      process.kill(mongod, 'SIGKILL');
      await sleep(300);
      kills += 1;
      if (kills > 1) {
        while (!(await fetch(`${service.url}/readyz`)).ok) await sleep(100);
        return { ...service, port };
      }
      await service.kill();
      return serviceProcess({ DATA_DIR: dataDir }, port);
    });
    expect(acknowledged).to.be.greaterThan(2 * VOTERS);
  });

  /** Everybody votes once in each round; in each but the last, something is killed in the middle of it. */
  async function played(
    killed: (service: ServiceProcess, port: number) => Promise<ServiceProcess & { port: number }>,
  ): Promise<{ acknowledged: number }> {
    let service = await serviceProcess({ DATA_DIR: dataDir });
    const here = await beside(dataDir, ({ world }) => town(world, { residents: VOTERS, cycle: votingNow(world) }));
    const receipts: string[] = [];
    const vote = async (from: string, round: number, running: () => ServiceProcess) => {
      const answer = await running().text({ from, to: here.phone, body: `投 ${1 + (round % 3)}` });
      const receipt = answer && /\d{3} \d{3} \d{4}/.exec(answer)?.[0];
      if (receipt) receipts.push(receipt);
    };
    for (let round = 0; round <= TIMES; round += 1) {
      const waiting = [...here.phones];
      const voting = Array.from({ length: 16 }, async () => {
        for (let from = waiting.pop(); from; from = waiting.pop()) await vote(from, round, () => service);
      });
      if (round < TIMES) {
        while (waiting.length > VOTERS / 2) await sleep(5);
        service = await killed(service, service.port);
      }
      await Promise.all(voting);
    }
    await service.stop();
    await beside(dataDir, ({ world }) => expectKept(world, here.cycle, receipts));
    return { acknowledged: receipts.length };
  }

  async function mongodOf(): Promise<number> {
    return beside(dataDir, async () => Number((await mongoose.connection.getClient().db('admin').command({ serverStatus: 1 })).pid));
  }
});
