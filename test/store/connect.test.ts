import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { isDatabaseAway } from '../../src/store/databaseErrors.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { answers } from '../../src/store/embedded/mongod.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';
import { codeOf } from '../support/codeOf.ts';
import { mongodProgram } from '../support/database.ts';
import { SECRET_BYTES } from '../support/secret.ts';
import { useStore } from '../support/useStore.ts';

describe('a database', () => {
  let dataDir = '';
  before(mongodProgram);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('that is a single server is refused', async () => {
    const port = await freePort();
    const mongod = spawn(
      await mongodProgram(),
      ['--dbpath', dataDir, '--bind_ip', '127.0.0.1', '--port', `${port}`, '--nounixsocket', '--wiredTigerCacheSizeGB', '0.25'],
      { stdio: 'ignore' },
    );
    while (!(await answers(port))) await sleep(20);
    expect(await codeOf(openStore({ dataDir, mongodbUri: `mongodb://127.0.0.1:${port}/`, secret: SECRET_BYTES }))).to.equal('no-replica-set');
    mongod.kill('SIGINT');
    await once(mongod, 'exit');
  });

  it('that is not there is told', async () => {
    expect(
      await codeOf(openStore({ dataDir, mongodbUri: `mongodb://127.0.0.1:${await freePort()}/?replicaSet=rs0`, secret: SECRET_BYTES })),
    ).to.equal('no-database');
  });

  describe('that hangs', () => {
    const ballots = () => mongoose.connection.collection<{ _id: string }>('ballots');
    let store: Store;
    let mongod = 0;

    beforeEach(async () => {
      const user = await useStore(dataDir);
      mongod = user.mongod;
      store = await openStore({ dataDir });
      await user.leave();
      await ballots().insertOne({ _id: 'before' });
      process.kill(mongod, 'SIGSTOP');
    });
    afterEach(async () => {
      process.kill(mongod, 'SIGCONT');
      await store.close();
    });

    it('is told from one that is long about something', async () => {
      process.kill(mongod, 'SIGCONT');
      expect(await ballots().findOne({ $where: 'sleep(5000) || true' })).to.deep.equal({ _id: 'before' });
    });

    it('is noticed within a turn, and works again afterwards', async () => {
      const asked = [
        ballots().findOne(),
        ballots().insertOne({ _id: 'one' }),
        ballots().bulkWrite([{ insertOne: { document: { _id: 'bulk' } } }]),
        ballots().insertMany([{ _id: 'many' }]),
      ];
      const answers = Promise.all(asked.map((answer) => answer.then(() => 'done', isDatabaseAway)));
      expect(await Promise.race([answers, sleep(13_000, 'nothing')])).to.deep.equal([true, true, true, true]);

      process.kill(mongod, 'SIGCONT');
      while ((await codeOf(ballots().findOne())) !== 'fulfilled') await sleep(100);
      await ballots().insertOne({ _id: 'after' });
      expect(await ballots().countDocuments({ _id: { $in: ['before', 'after'] } })).to.equal(2);
    });
  });
});
