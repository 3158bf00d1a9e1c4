import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { isAlive } from '../../src/store/embedded/exclusively.ts';
import { openStore } from '../../src/store/openStore.ts';
import { codeOf } from '../support/codeOf.ts';
import { mongodProgram } from '../support/database.ts';
import { useStore } from '../support/useStore.ts';

describe('openStore', () => {
  let dataDir = '';
  const open = async (more: { secret?: Uint8Array } = {}) => openStore({ dataDir, mongodBinary: await mongodProgram(), ...more });
  const lock = async () => JSON.parse(await readFile(join(dataDir, 'database', 'lock.json'), 'utf8'));
  /** The id that a mongod gives itself as it starts; the system may give its pid to the next one. */
  const mongodProcess = async () => {
    const { topologyVersion } = await mongoose.connection.getClient().db('admin').command({ hello: 1 });
    return String(topologyVersion.processId);
  };
  const things = () => mongoose.connection.collection<{ _id: string }>('things');
  before(mongodProgram);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-'));
  });
  afterEach(async () => {
    await mongoose.disconnect();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data, its secret and its port from one start to the next', async () => {
    const first = await open();
    await things().insertOne({ _id: 'kept' });
    const encrypted = first.world.vault.encrypt('callText', 'r', 'told to nobody');
    const { pid } = await lock();
    await first.close();
    await first.close();
    expect(isAlive(pid), 'mongod is stopped').to.equal(false);

    const second = await open();
    expect(await things().countDocuments()).to.equal(1);
    expect(second.world.vault.decrypt('callText', 'r', encrypted)).to.equal('told to nobody');
    expect(second.uri).to.equal(first.uri);
    await second.close();
  });

  it('is by password alone, and its files for the owner alone', async () => {
    const store = await open();
    const { host, search } = new URL(store.uri);
    const anybody = new mongoose.mongo.MongoClient(`mongodb://${host}/yisheng${search.replace('&authSource=admin', '')}`);
    expect(await codeOf(anybody.db('yisheng').collection('things').findOne())).to.equal(13);
    await anybody.close();
    for (const file of ['secret', 'database/access.json', 'database/keyfile'])
      expect((await stat(join(dataDir, file))).mode & 0o077, file).to.equal(0);
    await store.close();
  });

  it('refuses another secret than the database was made with', async () => {
    const [secret, other] = [randomBytes(32), randomBytes(32)];
    const store = await open({ secret });
    expect(await codeOf(open({ secret: other }))).to.equal('wrong-secret');
    await (await open({ secret })).close();
    await store.close();
  });

  it('starts one mongod for all who come at once, and the last to leave stops it', async () => {
    const users = await Promise.all([useStore(dataDir), useStore(dataDir), open()]);
    const [one, other, here] = users;
    expect(one.mongod).to.equal(other.mongod);
    expect((await lock()).users).to.have.lengthOf(3);
    await one.leave();
    await here.close();
    expect(isAlive(other.mongod), 'while one is left').to.equal(true);
    await other.leave();
    expect(isAlive(other.mongod), 'when none is left').to.equal(false);
  });

  it('takes over the mongod of an owner killed, and what it had acknowledged', async () => {
    const owner = await useStore(dataDir);
    await owner.kill();
    expect(isAlive(owner.mongod)).to.equal(true);
    const store = await open();
    expect(await lock()).to.deep.include({ pid: owner.mongod });
    expect((await lock()).users).to.have.lengthOf(1);
    await store.close();
    expect(isAlive(owner.mongod)).to.equal(false);
  });

  it('starts again after both were killed, and touches no program that has the pid by now', async () => {
    const owner = await useStore(dataDir);
    await owner.kill();
    process.kill(owner.mongod, 'SIGKILL');
    const { port } = await lock();
    const users = [{ pid: process.pid, id: 'somebody' }];
    await writeFile(join(dataDir, 'database', 'lock.json'), JSON.stringify({ pid: process.pid, port, users }));
    const store = await open();
    const now = await lock();
    expect(now.pid).to.not.equal(process.pid);
    expect(now.users).to.have.lengthOf(1);
    await store.close();
    expect(isAlive(now.pid)).to.equal(false);
  });

  it('starts a mongod again that died under it, with all that was acknowledged', async () => {
    const store = await open();
    await things().insertOne({ _id: 'acknowledged' });
    const killed = await mongodProcess();
    process.kill((await lock()).pid, 'SIGKILL');
    while ([killed, undefined].includes(await mongodProcess().catch(() => undefined))) await sleep(50);
    expect(await things().countDocuments()).to.equal(1);
    while (!isAlive((await lock()).pid)) await sleep(50); // it takes writes before the lock names it
    expect((await lock()).users).to.have.lengthOf(1);
    await store.close();
  });

  it('moves to another port when something else has taken the kept one', async () => {
    const first = await open();
    await things().insertOne({ _id: 'moved' });
    const { port } = await lock();
    await first.close();
    const squatter = createServer((socket) => socket.on('error', () => {}).end('not a database\n')).listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const store = await open();
    expect((await lock()).port).to.not.equal(port);
    expect(await things().countDocuments()).to.equal(1);
    await store.close();
    squatter.close();
  });

  it('gives up its use at Ctrl-C', async () => {
    const user = await useStore(dataDir);
    user.process.kill('SIGINT');
    const [, signal] = await once(user.process, 'exit');
    expect(signal).to.equal('SIGINT');
    expect(isAlive(user.mongod)).to.equal(false);
  });

  it('says why when mongod does not start', async () => {
    await (await open()).close();
    await writeFile(join(dataDir, 'database', 'data', 'WiredTiger'), 'broken');
    await writeFile(join(dataDir, 'database', 'data', 'WiredTiger.turtle'), 'broken');
    expect(await codeOf(open())).to.equal('mongod-failed');
  });
});
