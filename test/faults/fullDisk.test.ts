import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { isAlive } from '../../src/store/embedded/exclusively.ts';
import { beside } from '../support/beside.ts';
import { codeOf } from '../support/codeOf.ts';
import { mongodProgram } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

const NOT_RECORDED = /没有记|还不知道/;

/** The disk is a tmpfs of its own. Not every user may mount one. */
describe('a disk that is full', () => {
  let disk: string;
  let isMounted = false;
  const started: ServiceProcess[] = [];
  before(async function () {
    await mongodProgram();
    disk = await mkdtemp(join(tmpdir(), 'yisheng-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', disk], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      console.log('      Mounting a tmpfs is not permitted here: run as root on Linux.');
      this.skip();
    }
  });
  after(async () => {
    for (const service of started) await service.kill();
    if (isMounted) execFileSync('umount', [disk]);
    await rmdir(disk);
  });

  it('loses nothing that was acknowledged, says what was not recorded, and all goes on once there is room', async () => {
    const service = await serviceProcess({ DATA_DIR: disk });
    started.push(service);
    const here = await beside(disk, ({ world }) => town(world, { residents: 60, cycle: votingNow(world) }));
    const voters = [...here.phones];
    const receipts: string[] = [];

    /** So many people vote, one after the other; gives the answers without a receipt. */
    const vote = async (many: number, running: ServiceProcess): Promise<string[]> => {
      const others: string[] = [];
      for (const from of voters.splice(0, many)) {
        const answer = (await running.text({ from, to: here.phone, body: '投 1 3' })) ?? 'no answer';
        const receipt = /\d{3} \d{3} \d{4}/.exec(answer)?.[0];
        if (receipt) receipts.push(receipt);
        else others.push(answer);
      }
      return others;
    };

    expect(await vote(10, service)).to.deep.equal([]);
    await fullUntilMongodDies(async () => {
      for (const answer of await vote(10, service)) expect(answer).to.match(NOT_RECORDED);
    });

    const refused = await vote(3, service);
    expect(refused).to.have.lengthOf(3);
    for (const answer of refused) expect(answer).to.match(NOT_RECORDED);
    expect(await codeOf(beside(disk, async () => undefined)), 'a command beside the service').to.equal('disk-full');
    expect((await fetch(`${service.url}/readyz`)).status).to.equal(503);

    await makeRoom();
    await readyAgain(service);
    expect(await vote(10, service)).to.deep.equal([]);

    await fullUntilMongodDies();
    expect(await service.stop(), 'a stop on the full disk').to.equal(0);
    expect(await codeOf(serviceProcess({ DATA_DIR: disk })), 'a start on the full disk').not.to.equal('fulfilled');

    await makeRoom();
    const again = await serviceProcess({ DATA_DIR: disk });
    started.push(again);
    expect(await vote(10, again)).to.deep.equal([]);
    await again.stop();
    expect(receipts.length).to.be.at.least(30);
    await beside(disk, ({ world }) => expectKept(world, here.cycle, receipts));
  });

  /** The journal's reserved files take in some writes. A checkpoint writes these out, and it has no room. */
  async function fullUntilMongodDies(meanwhile = async (): Promise<void> => undefined): Promise<void> {
    await beside(disk, async () => {
      const admin = mongoose.connection.getClient().db('admin');
      const { pid } = await admin.command({ serverStatus: 1 });
      await fill();
      await meanwhile();
      await codeOf(admin.command({ fsync: 1 }));
      while (isAlive(Number(pid))) await sleep(20);
    });
  }

  /** Fills the disk to the last byte, also the room that `mongod` gives back meanwhile. */
  async function fill(): Promise<void> {
    const ballast = await open(join(disk, 'ballast'), 'w');
    const block = Buffer.alloc(65_536, 1);
    try {
      while ((await ballast.write(block)).bytesWritten > 0);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await ballast.close();
    }
  }

  function makeRoom(): Promise<void> {
    return rm(join(disk, 'ballast'));
  }

  async function readyAgain({ url }: ServiceProcess): Promise<void> {
    while (!(await fetch(`${url}/readyz`)).ok) await sleep(100);
  }
});
