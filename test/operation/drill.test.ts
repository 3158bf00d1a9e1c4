import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import '../../src/app/ticks.ts'; // for every model
import { type Restored, restore } from '../../src/operation/restore.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { encryptedFields, valuesAt } from '../../src/store/encryptedFields.ts';
import { root } from '../../src/store/files.ts';
import { GRID_BUCKETS, gridFiles } from '../../src/store/gridFiles.ts';
import { type KeysRecord, openedBy } from '../../src/store/keys.ts';
import { type Vault, vault } from '../../src/store/vault.ts';
import { built } from '../support/built.ts';
import { databaseIn, useDatabase } from '../support/database.ts';
import { runScriptWith } from '../support/runScript.ts';
import { member } from '../support/second.ts';
import { SECRET } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { type Town, town, votingNow } from '../support/town.ts';

/** Rotates in a process of its own, which is killed as it says that it begins this step. Gives what it printed. */
async function rotateUntil(settings: Record<string, string>, step?: string): Promise<string> {
  const env = { PATH: process.env.PATH, ...settings };
  const child = spawn(process.execPath, [await built('test/support/rotating.ts')], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    if (step && line.includes(step)) child.kill('SIGKILL');
  }
  return said;
}

/** The numbers of three digits at most that a text has outside its hashes, moments, ports and names. */
const numbersIn = (text: string) =>
  [...text.replace(/[0-9a-f]{64}|\S+-\S+|\/\S+/g, '').matchAll(/(?<![\d:.])\d{1,3}(?![\d:.])/g)].map(([number]) => Number(number));

/** Files longer than a chunk of GridFS. */
const FILES = { recordingFiles: 'abcdef012345', documentFiles: 'abcdef0123456789abcdef01' } as const;
const CONTENT = randomBytes(600_000);

/** Of 200 phones: nobody answers one that writes thirty times in ten minutes, however long the backup takes. */
const MOST_TEXTS = 200 * 12;

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('a drill: a service under load is backed up, destroyed, and brought back elsewhere', function () {
  this.timeout(300_000);
  const { world, uri } = useDatabase('drill');
  const parent = mkdtempSync(join(tmpdir(), 'yisheng-'));
  const kept = join(parent, 'kept');
  const elsewhere = () => databaseIn(uri(), `back_${process.pid}`);
  const run = (target: string, script: string, args: readonly string[], settings: Record<string, string> = {}) =>
    runScriptWith({ BACKUP_KEY: keyOf(7), ...settings }, target, script, ...args);
  after(() => rmSync(parent, { recursive: true, force: true }));
  const databaseAt = (target: string) => mongoose.connection.getClient().db(new URL(target).pathname.slice(1));
  let here: Town;
  let acknowledged = 0;
  let noted = '';
  let said = '';
  let newSecret = '';
  let hashes: Record<string, string>;

  /** MongoDB's own hash of each collection that nobody changes meanwhile. */
  const hashesOf = async (target: string) =>
    (await databaseAt(target).command({ dbHash: 1, collections: ['residents', 'staff', 'log', 'communities'] })).collections;

  /** Reads the sound and the paper back, bit by bit. */
  const readFiles = async (target: string, by: Vault) => {
    for (const bucket of GRID_BUCKETS)
      expect((await gridFiles(by, bucket, () => databaseAt(target)).read(FILES[bucket]))?.equals(CONTENT), bucket).to.equal(true);
  };

  before(async () => {
    for (const bucket of GRID_BUCKETS) await gridFiles(world.vault, bucket).keep(FILES[bucket], CONTENT);
    here = await town(world, { residents: 200, cycle: votingNow(world) });
    await member(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    await databaseAt(uri())
      .collection(Message.collection.name)
      .insertOne({ state: 'pending', ref: 'under way', dueAt: new Date(Date.now() + 3_600_000) }, { bypassDocumentValidation: true });
    const service = await serviceProcess({ MONGODB_URI: uri(), SECRET });
    let cast = 0;
    let isOver = false;
    const load = Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (let n = lane; !isOver && n < MOST_TEXTS; n += 4) {
          const answer = await service.text({ from: here.phones[n % 200] ?? '', to: here.phone, body: `投 ${(n % 3) + 1}` });
          if (answer?.includes('凭证')) cast += 1;
        }
      }),
    );
    while (cast < 60) await sleep(20);
    acknowledged = cast;
    const made = await run(uri(), 'backup', ['--out', kept]);
    expect(made.status, made.err).to.equal(0);
    noted = /^ledger \S+ ([0-9a-f]{64})$/m.exec(made.out)?.[1] ?? '';
    said = made.out + made.err;
    isOver = true;
    await load;
    await service.kill();
    hashes = await hashesOf(uri());
  });

  it('is back with every ballot that was acknowledged before, and each record as it was', async () => {
    const { _id: { seq } = { seq: 0 } } = (await collection(Entry).findOne({ hash: noted })) ?? {};
    expect(seq).to.be.within(acknowledged, await collection(Entry).countDocuments());
    const done = await run(elsewhere(), 'restore', [kept]);
    expect(done.status, done.err + done.out).to.equal(0);
    expect(done.out).to.include(`ledger ${here.cycle}: whole\n`).and.to.include(`log ${here.community}: whole\n`);
    expect(numbersIn(done.out + done.err)).not.to.include(seq);
    expect(await hashesOf(elsewhere())).to.deep.equal(hashes);
    await readFiles(elsewhere(), world.vault);
    const message = await databaseAt(elsewhere()).collection(Message.collection.name).findOne({ ref: 'under way' });
    expect([message?.state, message?.reason]).to.deep.equal(['unknown', 'restored']);
  });

  it('tells nobody without the key how many ballots there were: what it prints, what can be read of it, and how large its files are', async () => {
    const manifest = readFileSync(join(kept, 'manifest.json'), 'utf8');
    expect(Object.keys(JSON.parse(manifest))).to.have.members(['format', 'salt', 'body']);
    const { _id: { seq } = { seq: 0 } } = (await collection(Entry).findOne({ hash: noted })) ?? {};
    expect(numbersIn(said)).not.to.include(seq);
    expect(said).not.to.match(/^\w+ \d+$/m);
    for (const name of readdirSync(kept).filter((name) => name.endsWith('.enc')))
      expect((statSync(join(kept, name)).size - 28) % 65_536, name).to.equal(0);
  });

  it('goes on there: residents vote, and after the seal the audit holds and has the entry that was noted', async () => {
    await mongoose.connection.dropDatabase();
    const service = await serviceProcess({ MONGODB_URI: elsewhere(), SECRET });
    expect(await service.text({ from: here.phones[0] ?? '', to: here.phone, body: '投 2' })).to.include('凭证');
    newSecret = await rotated(service);
    const cycles = databaseAt(elsewhere()).collection<{ _id: string }>(Cycle.collection.name);
    await cycles.updateOne(
      { _id: here.cycle },
      { $set: { 'stages.1.from': new Date(Date.now() - 20_000) } }, // sealed ten seconds after it
    );
    const signed = await run(elsewhere(), 'cycle', ['sign', here.cycle, '--by', '李姐'], { SECRET: newSecret });
    expect(signed.status, signed.out + signed.err).to.equal(0);
    const out = join(parent, 'audit');
    while (!(await cycles.findOne({ _id: here.cycle, sealedAt: { $exists: true } }))) await sleep(200);
    const audited = await run(elsewhere(), 'audit', [here.cycle, '--out', out], { SECRET: newSecret });
    expect(audited.status, audited.err).to.equal(0);
    await service.stop();
    const verified = await run(elsewhere(), 'verify', [out, '--head', noted]);
    expect(verified.status, verified.out + verified.err).to.equal(0);
  });

  /** SECRET is replaced while residents vote; the command is killed five times. Gives the new one. */
  async function rotated(service: ServiceProcess): Promise<string> {
    const settings = { MONGODB_URI: elsewhere(), SECRET, DATA_DIR: parent };
    const state = () => databaseAt(elsewhere()).collection<KeysRecord>('serviceState').findOne({ _id: 'secret' });
    let isOver = false;
    const answers: (string | null | undefined)[] = [];
    const load = (async () => {
      for (let n = 0; !isOver; n += 1) {
        answers.push(await service.text({ from: here.phones[n % 200] ?? '', to: here.phone, body: `投 ${(n % 3) + 1}` }));
        await sleep(100); // sooner, and nobody answers a phone that writes so often
      }
    })();
    for (const step of ['a new SECRET', 'process', 'conversations', 'residents', 'one pass']) await rotateUntil(settings, step);
    expect((await state())?.rotation?.step).to.equal('write');
    expect(await rotateUntil(settings)).to.include('restart');
    isOver = true;
    await load;
    expect(answers.filter((answer) => !answer?.includes('凭证'))).to.deep.equal([]);
    expect((await state())?.rotation?.step).to.equal('rewritten');
    const made = readFileSync(join(parent, 'secret.next'), 'utf8').trim();
    const ended = await run(elsewhere(), 'secret', ['rotate'], { DATA_DIR: parent, SECRET: made });
    expect([ended.status, ended.out], ended.err).to.deep.equal([
      0,
      'Done: only the new SECRET opens the database now. Make a backup: those of before need the old one.\n',
    ]);
    const record = await state();
    expect(record && openedBy(record, Buffer.from(SECRET, 'base64'))).to.equal(undefined);
    return made;
  }

  it('has everything under the new key alone once SECRET was replaced', async () => {
    const record = await databaseAt(elsewhere()).collection<KeysRecord>('serviceState').findOne({ _id: 'secret' });
    const keys = record && openedBy(record, Buffer.from(newSecret, 'base64'))?.keys;
    if (!keys) throw new Error('the new SECRET opens nothing');
    const { lookUp, writing, reading } = keys;
    expect([lookUp, reading]).to.deep.equal([Buffer.from(SECRET, 'base64'), []]); // this database's first SECRET was its key
    const newest = vault(() => ({ lookUp, writing, reading: [] }));
    await readFiles(elsewhere(), newest);
    const seen = new Set<string>();
    for (const model of mongoose.modelNames().map((name) => mongoose.model(name)))
      for (const { path, purpose, nameOf } of encryptedFields(model.schema))
        for (const document of await databaseAt(elsewhere()).collection(model.collection.name).find().toArray())
          for (const { at, bytes } of valuesAt(document, path)) {
            newest.decryptBytes(purpose, nameOf(document, at), bytes);
            seen.add(purpose);
          }
    expect([...seen]).to.include.members(['entry', 'residentPerson', 'conversationRecent', 'staffPerson', 'logDetail', 'pseudonymKey']);
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
    expect((await run(elsewhere(), 'backup', ['--out', kept], { SECRET: newSecret })).err).to.include('exists already');
    const file = join(kept, 'entries.bson.gz.enc');
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await refusal(7)).to.equal('broken-backup');
    rmSync(file);
    expect(await refusal(7)).to.equal('broken-backup');
    const manifest = join(kept, 'manifest.json');
    const { body, ...rest } = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...rest, body: body.replace(/^.{40}/, (start: string) => [...start].reverse().join('')) }));
    expect(await refusal(7)).to.equal('wrong-backup-key');
  });

  it('says what is not whole, of a backup of a database in which somebody removed a ballot', async () => {
    const torn = join(parent, 'of/another/day');
    const { deletedCount } = await databaseAt(elsewhere()).collection(Entry.collection.name).deleteOne({ '_id.seq': 2 });
    expect(deletedCount).to.equal(1);
    expect((await run(elsewhere(), 'backup', ['--out', torn], { SECRET: newSecret })).status, 'folders above it are made').to.equal(0);
    const target = databaseIn(uri(), `torn_${process.pid}`);
    const { status, out } = await run(target, 'restore', [torn], { SECRET: newSecret });
    await databaseAt(target).dropDatabase();
    expect(status).to.equal(1);
    expect(out)
      .to.match(new RegExp(`^ledger ${here.cycle}: (?!whole)`, 'm'))
      .and.to.include(`log ${here.community}: whole`);
  });

  it('could be read by its owner alone', async () => {
    await databaseAt(elsewhere()).dropDatabase();
    expect([statSync(kept).mode, statSync(join(kept, 'manifest.json')).mode].map((mode) => mode & 0o777)).to.deep.equal([0o700, 0o600]);
  });
});
