import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Cycle, destroyKey } from '../../src/fund/cycles/index.ts';
import '../../src/app/ticks.ts'; // for every model
import { backupsIn, follow } from '../../src/operation/follow.ts';
import type { BackupRecord } from '../../src/store/backupState.ts';
import { collection } from '../../src/store/collection.ts';
import { connect } from '../../src/store/connect.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { root } from '../../src/store/files.ts';
import { checkOf, keysRecords } from '../../src/store/keys.ts';
import { serviceState } from '../../src/store/serviceState.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { built } from '../support/built.ts';
import { databaseIn, mongodProgram, server, useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { runScriptWith } from '../support/runScript.ts';
import { member } from '../support/second.ts';
import { SECRET, SECRET_BYTES } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { type Town, town, votingNow } from '../support/town.ts';

const BACKUP_KEY = Buffer.alloc(32, 7).toString('base64');
/** Nobody answers a phone that writes thirty times in ten minutes. */
const MOST_TEXTS = 200 * 12;

describe('a backup that follows, of a site that is lost while residents vote', function () {
  this.timeout(300_000);
  const { world } = useDatabase('followed');
  const parent = mkdtempSync(join(tmpdir(), 'yisheng-'));
  const [path, folder] = [join(parent, 'database'), join(parent, 'kept')];
  const children = new Set<ChildProcess>();
  const acknowledged: { readonly receipt: string; readonly at: Date }[] = [];
  let here: Town;
  let uri = '';
  let safe = new Date(0);
  let between = new Date(0);

  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(parent, { recursive: true, force: true });
  });

  const started = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', process.env.SHOW ? 'inherit' : 'ignore'],
    });
    children.add(child);
    return child;
  };
  const killed = async (...some: ChildProcess[]) => {
    for (const child of some) child.kill('SIGKILL');
    for (const child of some) if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const mongod = async (port: number) =>
    started(await mongodProgram(), [
      '--dbpath',
      path,
      '--port',
      String(port),
      '--replSet',
      'rs',
      '--bind_ip',
      '127.0.0.1',
      '--nounixsocket',
      '--oplogSize',
      '64',
    ]);
  const follower = async () =>
    started(process.execPath, [await built('test/support/yisheng.ts'), 'backup', '--follow', folder], { MONGODB_URI: uri, SECRET, BACKUP_KEY });
  const followed = async () =>
    (
      await serviceState<BackupRecord>()
        .findOne({ _id: 'backup' })
        .catch(() => null)
    )?.followed ?? new Date(0);
  const until = async (is: () => Promise<boolean>) => {
    while (!(await is().catch(() => false))) await sleep(100);
  };
  const votes = (count: number) => {
    const before = acknowledged.length;
    return until(async () => acknowledged.length >= before + count);
  };
  const restored = (name: string, ...args: string[]) =>
    server().then((own) => {
      const target = databaseIn(own.uri, `${name}_${process.pid}`);
      return runScriptWith({ BACKUP_KEY }, target, 'restore', ...args).then((ran) => ({ ...ran, target }));
    });
  const odds = (target?: string) =>
    (target ? mongoose.connection.getClient().db(new URL(target).pathname.slice(1)) : mongoose.connection.getClient().db('site')).collection<Odd>(
      'odds',
    );

  before(async () => {
    await mongoose.disconnect();
    mkdirSync(path);
    const port = await freePort();
    let database = await mongod(port);
    const alone = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 20_000 });
    await until(async () => {
      await alone.db('admin').command({ replSetInitiate: { _id: 'rs', members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
      return true;
    });
    await alone.close();
    uri = `mongodb://127.0.0.1:${port}/site?replicaSet=rs`;
    await until(() => connect(uri).then(() => true));
    await until(() =>
      keysRecords()
        .insertOne({ _id: 'secret', check: checkOf(SECRET_BYTES) })
        .then(() => true),
    );
    here = await town(world, { residents: 200, cycle: votingNow(world) });
    await member(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    const service = await serviceProcess({ MONGODB_URI: uri, SECRET });
    let isOver = false;
    const load = voting(service, () => isOver);

    let following = await follower();
    await until(async () => (await followed()).getTime() > 0);
    await change('first');
    await votes(30);
    await killed(following);
    await votes(30);
    following = await follower();
    const again = new Date();
    await until(async () => (await followed()) > again);
    between = new Date();
    await until(async () => new Date() > between);
    await change('second');
    await killed(database);
    database = await mongod(port);
    await votes(30);
    const sure = new Date();
    await until(async () => (await followed()) > sure);
    safe = await followed();
    await votes(10);
    await killed(following, database);
    isOver = true;
    await service.kill();
    await load;
    await mongoose.disconnect();
    await connect(databaseIn((await server()).uri, `followed_${process.pid}`));
  });

  async function voting(service: ServiceProcess, isOver: () => boolean): Promise<void> {
    const lane = async (first: number) => {
      for (let n = first; !isOver() && n < MOST_TEXTS; n += 4) {
        const answer = await service.text({ from: here.phones[n % 200] ?? '', to: here.phone, body: `投 ${(n % 3) + 1}` });
        const receipt = answer && /\d{3} \d{3} \d{4}/.exec(answer)?.[0];
        if (receipt) acknowledged.push({ receipt, at: new Date() });
        await sleep(150); // sooner, and nobody answers a phone that writes so often
      }
    };
    await Promise.all([0, 1, 2, 3].map(lane));
  }

  interface Odd {
    _id: string;
    list?: number[];
    of?: { one?: number; two?: string };
    when?: string;
  }

  /** Changes of each kind that MongoDB tells in a way of its own. */
  async function change(when: string): Promise<void> {
    await until(async () => {
      await odds().deleteMany({});
      return true;
    });
    await odds().insertMany([
      { _id: 'cut', list: [1, 2, 3, 4, 5] },
      { _id: 'fields', of: { one: 1, two: 'b' } },
      { _id: 'gone' },
      { _id: 'when', when },
    ]);
    await odds().updateOne({ _id: 'cut' }, [{ $set: { list: { $slice: ['$list', 2] } } }]);
    await odds().updateOne({ _id: 'cut' }, { $push: { list: 9 } });
    await odds().updateOne({ _id: 'cut' }, { $set: { 'list.0': 7 } });
    await odds().updateOne({ _id: 'fields' }, { $unset: { 'of.two': '' }, $set: { 'of.one': 2 } });
    await odds().deleteOne({ _id: 'gone' });
  }
  const ALL = (when: string): Odd[] => [
    { _id: 'cut', list: [7, 2, 9] },
    { _id: 'fields', of: { one: 2 } },
    { _id: 'when', when },
  ];

  it('is back elsewhere with every ballot that was acknowledged until the moment that it had reached, though it and the database were killed', async () => {
    const { status, out, err, target } = await restored('whole', folder);
    expect(status, err + out).to.equal(0);
    expect(out).to.include(`ledger ${here.cycle}: whole\n`).and.to.include(`log ${here.community}: whole\n`);
    expect(await odds(target).find().sort({ _id: 1 }).toArray()).to.deep.equal(ALL('second'));
    await mongoose.disconnect();
    await connect(target);
    const sure = acknowledged.filter(({ at }) => at < safe);
    expect(sure.length).to.be.above(80);
    await expectKept(
      world,
      here.cycle,
      sure.map(({ receipt }) => receipt),
    );
    expect(await backupsIn(folder), 'it went on with the one that there was').to.have.length(1);
  });

  it('is back as it was at a moment, and says where there is no such moment', async () => {
    const { status, err, target } = await restored('between', folder, '--at', between.toISOString());
    expect(status, err).to.equal(0);
    expect(await odds(target).find().sort({ _id: 1 }).toArray()).to.deep.equal(ALL('first'));
    expect((await restored('late', folder, '--at', new Date(Date.now() + 60_000).toISOString())).err).to.include('and no further');
    const [name = ''] = await backupsIn(folder);
    expect((await restored('early', join(folder, name), '--at', '2026-01-01T00:00:00Z')).err).to.include('after the moment');
    expect((await restored('noZone', folder, '--at', '2026-01-01T00:00:00')).status).to.equal(2);
  });

  it('refuses a piece that was changed, or is not the one that follows', async () => {
    const [name = ''] = await backupsIn(folder);
    const changes = join(folder, name, 'changes');
    const [first = '', second = ''] = readdirSync(changes)
      .toSorted()
      .map((file) => join(changes, file));
    const bytes = readFileSync(second);
    writeFileSync(second, readFileSync(first));
    expect((await restored('swapped', folder)).err).to.include('does not follow the one before');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(second, bytes);
    expect((await restored('changed', folder)).err).to.include('was changed');
    rmSync(second);
    expect((await restored('gap', folder)).err).to.include('is missing');
  });
});

describe('backups that follow', () => {
  const { world: real } = useDatabase('renewed');
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let ahead = 0;
  const world: World = { ...real, now: () => new Date(Date.now() + ahead) };

  /** Follows until a backup is there and followed. Gives what was said. */
  async function followAWhile(): Promise<string> {
    const over = new AbortController();
    let said = '';
    const running = follow(world, {
      ...{ folder, key: Buffer.alloc(32, 7), secretCheck: checkOf(SECRET_BYTES), keepDays: 14, signal: over.signal },
      onStep: (step) => {
        said += `${step}\n`;
      },
    });
    const name = async () => (await backupsIn(folder))[0] ?? '';
    const before = await name();
    await Promise.race([
      running,
      (async () => {
        while ((await name()) === '' || ((await name()) === before && said.includes('begun'))) await sleep(50);
      })(),
    ]);
    over.abort();
    await running;
    return said;
  }

  it('go when they are old, and when they hold the key of a vote that is destroyed', async () => {
    const { cycle } = await town(world, { residents: 1, cycle: votingNow(world) });
    const frozen = { at: new Date(), ballot: '{}', hash: '0'.repeat(64), residents: 1, timezone: 'UTC' };
    await collection(Cycle).updateOne({ _id: cycle }, { $set: { pseudonymKey: Buffer.from('key'), frozen } });
    await followAWhile();
    const [first = ''] = await backupsIn(folder);
    expect(await followAWhile(), 'it goes on').to.equal('');
    const last = Math.floor(Date.now() / 1_000);
    while (Math.floor(Date.now() / 1_000) === last) await sleep(20); // names have seconds
    await destroyKey(cycle);
    expect(await followAWhile()).to.include(`${first} is removed: it held the key`);
    const [second = '', ...others] = await backupsIn(folder);
    expect(others).to.deep.equal([]);
    ahead = 16 * DAY_MS;
    expect(await followAWhile()).to.include(`${second} is removed: it is older`);
    expect(await backupsIn(folder)).to.have.length(1);
  });
});
