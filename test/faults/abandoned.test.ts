import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { root } from '../../src/store/files.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { SECRET } from '../support/secret.ts';
import { serviceProcess } from '../support/serviceProcess.ts';

describe('a transaction whose process was killed', function () {
  this.timeout(40_000); // the server ends it after a minute
  const { uri } = useDatabase('abandoned');
  const held: ChildProcess[] = [];
  let dataDir: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-abandoned-'));
  });
  after(async () => {
    for (const child of held) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is ended by a service that may only read and write its database, and that of a living process is not', async () => {
    const db = mongoose.connection.getClient().db();
    const user = `little-${db.databaseName}`;
    await db.command({ createUser: user, pwd: 'pw', roles: [{ role: 'readWrite', db: db.databaseName }] });
    const littleUri = Object.assign(new URL(uri()), { username: user, password: 'pw' });
    littleUri.searchParams.set('authSource', db.databaseName);
    const things = db.collection<{ _id: string; by?: string }>('things');
    await things.insertMany([{ _id: 'dead' }, { _id: 'living' }]);
    const dead = await holds('dead', littleUri.href);
    const living = await holds('living', littleUri.href);
    const service = await serviceProcess({ DATA_DIR: dataDir, MONGODB_URI: littleUri.href, SECRET });
    dead.kill('SIGKILL');

    await things.updateOne({ _id: 'dead' }, { $set: { by: 'next' } }); // waits for the transaction's end
    expect(await things.findOne({ _id: 'dead' })).to.have.property('by', 'next');
    const blocked = await things.updateOne({ _id: 'living' }, { $set: { by: 'next' } }, { maxTimeMS: 2_500 }).catch(({ codeName }) => codeName);
    expect(blocked).to.equal('MaxTimeMSExpired');
    await service.stop();
    living.kill();
    await once(living, 'exit');
    await db.command({ dropUser: user });
  });

  async function holds(id: string, address: string): Promise<ChildProcess> {
    const env = { PATH: process.env.PATH, TEST_URI: address, TEST_ID: id };
    const child = spawn(process.execPath, [await built('test/support/transactionHolder.ts')], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    held.push(child);
    await once(child.stdout ?? child, 'data');
    return child;
  }
});
