import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { collection } from '../../src/store/collection.ts';
import { connect } from '../../src/store/connect.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { checkOf, keysRecords } from '../../src/store/keys.ts';
import { vault } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';
import { mongodProgram } from '../support/database.ts';
import { runScript } from '../support/runScript.ts';
import { SECRET, SECRET_BYTES } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { type Town, town, votingNow } from '../support/town.ts';

describe('a replica set of three, under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-set-'));
  const members: { readonly process: ChildProcess; readonly host: string }[] = [];
  const world: World = { vault: vault(SECRET_BYTES), now: () => new Date(), clockAgrees: () => true, randomBytes };
  let uri = '';
  let here: Town;
  let service: ServiceProcess;

  before(async () => {
    const program = await mongodProgram();
    for (const name of ['a', 'b', 'c']) {
      const [port, path] = [await freePort(), join(folder, name)];
      mkdirSync(path);
      const set = ['--dbpath', path, '--port', String(port), '--replSet', 'rs', '--bind_ip', '127.0.0.1', '--nounixsocket'];
      const process = spawn(program, [...set, '--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64'], { stdio: 'ignore' });
      members.push({ process, host: `127.0.0.1:${port}` });
    }
    const [first] = members;
    const alone = await new mongoose.mongo.MongoClient(`mongodb://${first?.host}/?directConnection=true`).connect();
    const set = { _id: 'rs', members: members.map(({ host }, _id) => ({ _id, host })), settings: { electionTimeoutMillis: 2_000 } };
    await until(() =>
      alone
        .db('admin')
        .command({ replSetInitiate: set })
        .then(
          () => true,
          () => false, // another member does not listen yet
        ),
    );
    await alone.close();
    uri = `mongodb://${members.map(({ host }) => host).join(',')}/set?replicaSet=rs`;
    await until(() =>
      connect(uri).then(
        () => true,
        () => false,
      ),
    );
    await keysRecords().insertOne({ _id: 'secret', check: checkOf(SECRET_BYTES) });
    here = await town(world, { residents: 200, cycle: votingNow(world) });
    service = await serviceProcess({ MONGODB_URI: uri, SECRET });
  });
  after(async () => {
    await service?.kill();
    await mongoose.disconnect();
    for (const { process } of members) {
      const ended = process.exitCode === null && process.signalCode === null ? once(process, 'exit') : undefined;
      process.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses no ballot that was acknowledged when a member is slow, the first steps down, the next first is killed, and takes ballots again by itself; doctor names the member', async () => {
    const receipts: string[] = [];
    let apologies = 0;
    let longest = 0;
    let lastAt = performance.now();
    let isOver = false;
    const load = Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (let n = lane; !isOver; n += 4) {
          const answer = await service.text({ from: here.phones[n % 200] ?? '', to: here.phone, body: `投 ${(n % 3) + 1}` });
          const receipt = /\d{3} \d{3} \d{4}/.exec(answer ?? '')?.[0].replaceAll(' ', '');
          if (!receipt) {
            apologies += 1;
            continue;
          }
          receipts.push(receipt);
          longest = Math.max(longest, performance.now() - lastAt);
          lastAt = performance.now();
        }
      }),
    );
    const more = async (count: number) => {
      const from = receipts.length;
      await until(async () => receipts.length >= from + count);
    };
    await more(30);
    const admin = mongoose.connection.getClient().db('admin');
    const first = async () => (await admin.command({ hello: 1 })).primary;
    const firstNow = await first();
    const slow = members.find(({ host }) => host !== firstNow)?.process;
    for (let second = 0; second < 3; second += 1) {
      slow?.kill('SIGSTOP');
      await Promise.all([sleep(900), more(30)]);
      slow?.kill('SIGCONT');
      await sleep(100);
    }
    await admin.command({ replSetStepDown: 3, secondaryCatchUpPeriodSecs: 2 }).catch(() => undefined); // it closes its connections
    await more(30);
    const lost = await first();
    members.find(({ host }) => host === lost)?.process.kill('SIGKILL');
    await more(30);
    isOver = true;
    await load;
    const kept = await collection(Entry).countDocuments(
      { '_id.cycle': here.cycle, receipt: { $in: receipts } },
      { readConcern: { level: 'majority' } },
    );
    expect(kept).to.equal(new Set(receipts).size);
    if (process.env.PRINT_FAULTS) console.log({ acknowledged: receipts.length, apologies, longestMs: Math.round(longest) });

    const { status, out } = await runScript(uri, 'doctor', '--json');
    expect(status).to.equal(1);
    const findings: { about: string; isRight: boolean; said: string }[] = JSON.parse(out);
    expect(findings.filter(({ isRight }) => !isRight).map(({ about, said }) => [about, said.includes(`${lost} cannot be reached`)])).to.deep.equal([
      ['database', true],
    ]);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}
