import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { type Restored, restore } from '../../src/operation/restore.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { runScriptWith } from '../support/runScript.ts';
import { member } from '../support/second.ts';
import { SECRET } from '../support/secret.ts';
import { serviceProcess } from '../support/serviceProcess.ts';
import { type Town, town, votingNow } from '../support/town.ts';

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('a drill: a service under load is backed up, destroyed, and brought back elsewhere', function () {
  this.timeout(180_000);
  const { world, uri } = useDatabase('drill');
  const parent = mkdtempSync(join(tmpdir(), 'yisheng-'));
  const kept = join(parent, 'kept');
  const elsewhere = () => uri().replace('drill', 'back');
  const run = (target: string, script: string, args: readonly string[], settings: Record<string, string> = {}) =>
    runScriptWith({ BACKUP_KEY: keyOf(7), ...settings }, target, script, ...args);
  after(() => rmSync(parent, { recursive: true, force: true }));
  const databaseAt = (target: string) => mongoose.connection.getClient().db(new URL(target).pathname.slice(1));
  let here: Town;
  let acknowledged = 0;
  let noted = '';
  let hashes: Record<string, string>;

  /** MongoDB's own hash of each collection that nobody changes meanwhile. */
  const hashesOf = async (target: string) =>
    (await databaseAt(target).command({ dbHash: 1, collections: ['residents', 'staff', 'log', 'communities'] })).collections;

  before(async () => {
    here = await town(world, { residents: 200, cycle: votingNow(world) });
    await member(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    await databaseAt(uri())
      .collection(Message.collection.name)
      .insertOne({ state: 'pending', ref: 'under way', dueAt: new Date(Date.now() + 3_600_000) });
    const service = await serviceProcess({ MONGODB_URI: uri(), SECRET });
    let cast = 0;
    let isOver = false;
    const load = Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (let n = lane; !isOver; n += 4) {
          const answer = await service.text({ from: here.phones[n % 200] ?? '', to: here.phone, body: `投 ${(n % 3) + 1}` });
          if (answer?.includes('凭证')) cast += 1;
        }
      }),
    );
    while (cast < 60) await sleep(20);
    acknowledged = cast;
    const made = await run(uri(), 'backup', ['--out', kept]);
    expect(made.status, made.err).to.equal(0);
    noted = /^ledger \S+ (\d+:[0-9a-f]{64})$/m.exec(made.out)?.[1] ?? '';
    isOver = true;
    await load;
    await service.kill();
    hashes = await hashesOf(uri());
  });

  it('is back with every ballot that was acknowledged before, and each record as it was', async () => {
    const seq = Number(noted.split(':')[0]);
    expect(seq).to.be.within(acknowledged, await collection(Entry).countDocuments());
    const done = await run(elsewhere(), 'restore', [kept]);
    expect(done.status, done.err + done.out).to.equal(0);
    expect(done.out).to.include(`ledger ${here.cycle}: whole, ${seq} entries\n`).and.to.include(`log ${here.community}: whole, 1 entries\n`);
    expect(await hashesOf(elsewhere())).to.deep.equal(hashes);
    const message = await databaseAt(elsewhere()).collection(Message.collection.name).findOne({ ref: 'under way' });
    expect([message?.state, message?.reason]).to.deep.equal(['unknown', 'restored']);
  });

  it('goes on there: residents vote, and after the seal the audit holds and has the entry that was noted', async () => {
    await mongoose.connection.dropDatabase();
    const service = await serviceProcess({ MONGODB_URI: elsewhere(), SECRET });
    expect(await service.text({ from: here.phones[0] ?? '', to: here.phone, body: '投 2' })).to.include('凭证');
    const cycles = databaseAt(elsewhere()).collection<{ _id: string }>(Cycle.collection.name);
    await cycles.updateOne(
      { _id: here.cycle },
      { $set: { 'stages.1.from': new Date(Date.now() - 1_000), 'frozen.to': new Date(Date.now() - 1_000) } },
    );
    const out = join(parent, 'audit');
    while (!(await cycles.findOne({ _id: here.cycle, sealedAt: { $exists: true } }))) await sleep(200);
    const audited = await run(elsewhere(), 'audit', [here.cycle, '--out', out]);
    expect(audited.status, audited.err).to.equal(0);
    await service.stop();
    const verified = await run(elsewhere(), 'verify', [out, '--head', noted]);
    expect(verified.status, verified.out + verified.err).to.equal(0);
  });

  it('refuses another key, another SECRET, a changed file, and a database that is not empty', async () => {
    const refusal = (key: number, secret = SECRET): Promise<Restored | string> =>
      restore(
        { mongodbUri: 'mongodb://127.0.0.1:9', dataDir: parent, secret: Buffer.from(secret, 'base64') },
        { from: kept, key: Buffer.alloc(32, key) },
      ).catch((error: { code: string }) => error.code);
    expect(await refusal(8)).to.equal('wrong-backup-key');
    expect(await refusal(7, keyOf(8))).to.equal('wrong-secret');
    expect((await run(elsewhere(), 'restore', [kept])).err).to.include('something in the database already');
    expect((await run(elsewhere(), 'backup', ['--out', kept])).err).to.include('exists already');
    const file = join(kept, 'entries.bson.gz.enc');
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await refusal(7)).to.equal('broken-backup');
    rmSync(file);
    expect(await refusal(7)).to.equal('broken-backup');
    const manifest = join(kept, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"documents":\d+/, '"documents":9'));
    expect(await refusal(7)).to.equal('wrong-backup-key');
  });

  it('could be read by its owner alone', async () => {
    await databaseAt(elsewhere()).dropDatabase();
    expect([statSync(kept).mode, statSync(join(kept, 'manifest.json')).mode].map((mode) => mode & 0o777)).to.deep.equal([0o700, 0o600]);
  });
});
