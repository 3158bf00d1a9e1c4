import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { build } from 'esbuild';
import mongoose from 'mongoose';
import { verifyAudit } from '../../src/fund/ballots/audit/index.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Departure } from '../../src/fund/communities/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { Recording, recordingFiles } from '../../src/fund/inquiries/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { beginWorks, WorkDocument } from '../../src/fund/works/index.ts';
import '../../src/app/ticks.ts'; // for every model
import { addressHmac } from '../../src/contacts/contact.ts';
import { recordsOf } from '../../src/operation/move/carry.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { collection } from '../../src/store/collection.ts';
import { encryptedFields, valuesAt } from '../../src/store/encryptedFields.ts';
import { root } from '../../src/store/files.ts';
import { GRID_BUCKETS, gridFiles } from '../../src/store/gridFiles.ts';
import { keptFor } from '../../src/store/keys.ts';
import { sha256, vault } from '../../src/store/vault.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { codeOf } from '../support/codeOf.ts';
import { moveCycle } from '../support/cycles.ts';
import { databaseIn, useDatabase } from '../support/database.ts';
import { runScriptWith } from '../support/runScript.ts';
import { member } from '../support/second.ts';
import { SECRET, SECRET_BYTES } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { changeCycle, type Town, town, votingNow } from '../support/town.ts';

/** The command in one file, which starts three times as fast. */
const MOVING = join(root, '.data/moving.mjs');
const OTHER_SECRET = Buffer.alloc(32, 5).toString('base64');
const PAPER = 'abcdef0123456789abcdef01';
const STRANGER = '+8613900000077';

describe('a community moves to another cell', () => {
  after(async () => {
    rmSync(parent, { recursive: true, force: true });
    await Promise.all([here.stop(), elsewhere.stop()]);
    await databaseAt(there()).dropDatabase();
  });
  const { world, uri } = useDatabase('move');
  const parent = mkdtempSync(join(tmpdir(), 'yisheng-'));
  const at = (name: string) => databaseIn(uri(), `${name}_${process.pid}`);
  const there = () => at('other');
  const databaseAt = (target: string) => mongoose.connection.getClient().db(new URL(target).pathname.slice(1));
  const writing = Buffer.alloc(32, 6);
  let leaves: Town;
  let stays: Town;
  let here: ServiceProcess;
  let elsewhere: ServiceProcess;
  let receipt = '';
  let had: Record<string, number>;

  before(async () => {
    await build({ entryPoints: ['test/support/moving.ts'], bundle: true, packages: 'external', platform: 'node', format: 'esm', outfile: MOVING });
    // the other cell was begun with this one's keys, and has replaced its SECRET since
    await databaseAt(there())
      .collection<{ _id: string }>('serviceState')
      .insertOne({ _id: 'secret', ...keptFor(Buffer.from(OTHER_SECRET, 'base64'), { lookUp: SECRET_BYTES, writing, reading: [] }) });
    [leaves, stays] = [await town(world, { residents: 8, cycle: votingNow(world) }), await town(world, { residents: 8, cycle: votingNow(world) })];
    await member(world, leaves.community, { role: 'cadre', phone: '+8613800000101' });
    [here, elsewhere] = await Promise.all([
      serviceProcess({ MONGODB_URI: uri(), SECRET, DATA_DIR: join(parent, 'here') }),
      serviceProcess({ MONGODB_URI: there(), SECRET: OTHER_SECRET, DATA_DIR: join(parent, 'there') }),
    ]);
  });

  const textTo = (service: ServiceProcess, to: Town, from: string | undefined, body: string) =>
    service.text({ from: from ?? '', to: to.phone, body });

  /** Moves in a process of its own. Gives what it printed. */
  async function moving(wanted: object, env: Record<string, string> = {}): Promise<string> {
    const settings = { PATH: process.env.PATH, MONGODB_URI: uri(), SECRET, DATA_DIR: parent, ...env };
    const child = spawn(process.execPath, [MOVING, JSON.stringify(wanted)], { cwd: root, env: settings, stdio: ['ignore', 'pipe', 'inherit'] });
    return text(child.stdout);
  }
  const across = () => ({ slug: leaves.community, to: there(), toSecret: OTHER_SECRET, toUrl: elsewhere.url });

  /** How many documents of a town each collection of a database has. */
  async function counted(target: string, of: Town): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { name, filter } of recordsOf(of.community, [of.cycle]))
      counts[name] = await databaseAt(target).collection(name).countDocuments(filter);
    return counts;
  }

  /** How many cells serve the town that moves. */
  async function served(): Promise<number> {
    const counts = [uri(), there()].map((target) =>
      databaseAt(target).collection<{ _id: string }>('communities').countDocuments({ _id: leaves.community }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count);
  }

  it('not while it votes: no ballot in flight is lost, and it is refused', async () => {
    const votes = leaves.phones.map((phone, n) => textTo(here, leaves, phone, `投 ${(n % 3) + 1}`));
    const [said, ...answers] = await Promise.all([moving({ moves: [across()] }), ...votes, textTo(here, leaves, STRANGER, '退订')]);
    expect(said).to.equal('voting\n');
    expect(await moving({ moves: [{ ...across(), to: at('fresh') }] })).to.equal('voting\n');
    expect(await databaseAt(at('fresh')).listCollections().toArray(), 'a move that is refused leaves nothing behind').to.deep.equal([]);
    expect(answers.slice(0, 8).filter((answer) => !answer?.includes('凭证'))).to.deep.equal([]);
    expect(await collection(Entry).countDocuments({ '_id.cycle': leaves.cycle })).to.equal(8);
    receipt = /凭证 ([\d ]{12})/.exec(answers[0] ?? '')?.[1] ?? '';
    await textTo(here, stays, stays.phones[0], '投 1');
    const closed = new Date(Date.now() - 20_000);
    await changeCycle(world, leaves.cycle, { $set: { 'stages.1.from': closed } });
    while (!(await collection(Cycle).findOne({ _id: leaves.cycle, sealedAt: { $exists: true } }))) await sleep(50);
  });

  it('killed at every step, it goes on where it was; one cell at most serves it, the other community is served throughout, and residents hear what is true', async () => {
    const due = new Date(Date.now() + DAY_MS);
    await collection(Recording).insertOne({ _id: 'abcdef012345', community: leaves.community, state: 'kept', at: due, dueAt: due, attempts: 0 });
    await recordingFiles(world).keep('abcdef012345', Buffer.alloc(600_000, 7));
    const paper = {
      kind: 'contract' as const,
      title: '合同',
      type: 'pdf' as const,
      size: 600_000,
      original: '',
      isPublic: false,
      by: '李姐',
      at: due,
    };
    await collection(WorkDocument).insertOne({ _id: PAPER, community: leaves.community, of: { cycle: leaves.cycle, number: 1 }, ...paper });
    await gridFiles(world.vault, 'documentFiles').keep(PAPER, Buffer.alloc(600_000, 8));
    const contact = { community: leaves.community, channel: 'sms' as const, address: leaves.phones[1] ?? '' };
    await enqueue(world)({ ...contact, occasion: 'waits', language: 'zh-CN', kind: 'answer', said: { key: 'notice.lateBallot' }, dueAt: due });
    await beginWorks(world)();
    do had = await counted(uri(), leaves);
    while (had.publishedFiles !== 3 || had.turnouts !== 1); // both are made behind the seal
    expect(had).to.include({ residents: 8, entries: 9, recordings: 1, workDocuments: 1, staff: 1 });
    expect([had.outbox, had.addresses, had.conversations, had.log].map((count) => (count ?? 0) > 0)).to.not.include(false);

    expect(await moving({ moves: [across()], until: 'conversations' })).to.match(/conversations\n$/);
    expect(await served()).to.equal(0);
    expect(await textTo(here, leaves, leaves.phones[2], '投 2')).to.include('正在换机器，这条没有记');
    expect(await textTo(elsewhere, leaves, leaves.phones[2], '投 2')).to.include('不是哪个社区');
    expect(await textTo(here, stays, stays.phones[1], '投 2')).to.include('凭证');
    expect((await fetch(`${here.url}/c/${leaves.community}`)).status).to.equal(503);
    const act = moveCycle(world)({ id: leaves.cycle, stage: 'closed', actor: operator('李姐') });
    expect(await codeOf(act)).to.equal('community-left');
    const wrong = [
      { ...across(), to: at('third') },
      { ...across(), to: uri(), toSecret: SECRET },
    ];
    expect(await moving({ moves: [...wrong, across()], until: 'checked' })).to.match(/^other-target\nother-target\n.*checked\n$/s);
    expect(await served()).to.equal(0);
    for (const until of ['arrived', 'cleared']) {
      expect(await moving({ moves: [across()], until })).to.include(`${until}\n`);
      expect(await served(), until).to.equal(1);
    }
    expect(await moving({ moves: [across(), across()] })).to.match(/cleared\n.*\ndone\n.*cleared\n.*\ndone\n$/s);
    expect(Object.entries(await counted(uri(), leaves)).filter(([, count]) => count > 0)).to.deep.equal([]);
    for (const bucket of GRID_BUCKETS) expect(await databaseAt(uri()).collection(`${bucket}.chunks`).countDocuments(), bucket).to.equal(0);
    expect((await counted(uri(), stays)).entries).to.equal(2);
  });

  it('is whole there: each record, readable under the key of that cell alone, the same chains, and an audit that holds', async () => {
    expect(await counted(there(), leaves)).to.deep.equal({ ...had, log: (had.log ?? 0) + 2 }); // that it left, and that it came
    const newest = vault(() => ({ lookUp: SECRET_BYTES, writing, reading: [] }));
    for (const model of mongoose.modelNames().map((name) => mongoose.model(name)))
      for (const { path, purpose, nameOf } of encryptedFields(model.schema))
        for (const document of await databaseAt(there()).collection(model.collection.name).find().toArray())
          for (const { at, bytes } of valuesAt(document, path)) newest.decryptBytes(purpose, nameOf(document, at), bytes);
    expect(await gridFiles(newest, 'recordingFiles', () => databaseAt(there())).read('abcdef012345')).to.deep.equal(Buffer.alloc(600_000, 7));
    expect(await gridFiles(newest, 'documentFiles', () => databaseAt(there())).read(PAPER)).to.deep.equal(Buffer.alloc(600_000, 8));
  });

  it('goes on there: receipts are known, stops are kept; the old cell shows the way and takes neither turns nor files', async () => {
    expect(await textTo(elsewhere, leaves, leaves.phones[0], `查票 ${receipt}`)).to.include('凭证');
    const stopped = await databaseAt(there())
      .collection<{ _id: string; stoppedAt?: Date }>('addresses')
      .findOne({ _id: addressHmac(world.vault, { community: leaves.community, channel: 'sms', address: STRANGER }) });
    expect(stopped?.stoppedAt).to.be.instanceOf(Date);
    expect(await textTo(here, leaves, leaves.phones[0], '查票')).to.include('换了机器，这条没有记');
    for (const path of [
      `/c/${leaves.community}/log?page=2`,
      `/api/cycles/${leaves.cycle}/ledger`,
      `/api/cycles/current?community=${leaves.community}`,
    ]) {
      const { status, headers } = await fetch(here.url + path, { redirect: 'manual' });
      expect([status, headers.get('location')], path).to.deep.equal([307, elsewhere.url + path]);
    }
    const yaml = `slug: ${leaves.community}\nname: 青松\nphone: "${leaves.phone}"\nperson: {name: 居委会, phone: "+862880000003"}\n`;
    writeFileSync(join(parent, 'community.yaml'), yaml);
    const imported = await importCommunity(world, parent, operator('李姐'));
    expect(JSON.stringify(imported)).to.include(`has left for ${elsewhere.url}`);
  });

  it('comes back with an audit that holds, and its log goes on', async () => {
    const departure = await collection(Departure).findOne({ _id: leaves.community });
    const out = join(parent, 'audit');
    const back = { slug: leaves.community, to: uri(), toSecret: SECRET, toUrl: here.url };
    const env = { MONGODB_URI: there(), SECRET: OTHER_SECRET };
    await moving({ audit: { cycle: leaves.cycle, out }, moves: [] }, env);
    const both = await Promise.all([moving({ moves: [back] }, env), moving({ moves: [back] }, env)]);
    expect(both.map((said) => said.split('\n').at(-2))).to.include('done');
    expect(await served()).to.equal(1);
    if (!both.every((said) => said.endsWith('done\n'))) expect(await moving({ moves: [back] }, env)).to.match(/done\n$/);
    expect(await counted(uri(), leaves)).to.deep.equal({ ...had, log: (had.log ?? 0) + 4 });
    const files = Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]));
    const { seq, hash } = departure?.head ?? { seq: 0, hash: '' };
    expect(verifyAudit(files, sha256, { logEntry: { seq, hash } })).to.include({ ok: true, ballots: 8, opened: true });
    expect(await textTo(here, leaves, leaves.phones[0], `查票 ${receipt}`)).to.include('凭证');
  });

  it('is refused where it would meet another; a move that has not arrived is taken back', async () => {
    const keys = (lookUp: Uint8Array) => ({ _id: 'secret', ...keptFor(SECRET_BYTES, { lookUp, writing, reading: [] }) });
    const put = (name: string, to: string, document: { _id: string }) => databaseAt(at(name)).collection<{ _id: string }>(to).insertOne(document);
    await put('third', 'serviceState', keys(SECRET_BYTES));
    await put('third', 'communities', Object.assign({ _id: 'other' }, { phone: stays.phone }));
    await put('fourth', 'serviceState', keys(SECRET_BYTES));
    await put('fourth', 'cycles', Object.assign({ _id: stays.cycle }, { community: 'other' }));
    await put('fifth', 'serviceState', keys(Buffer.alloc(32, 1)));
    await put('sixth', 'recipes', { _id: 'of somebody else' });
    await collection(Cycle).updateOne({ _id: stays.cycle }, { $set: { sealedAt: new Date() } });
    const to = (name: string, more = {}) => ({ slug: stays.community, to: at(name), ...more });
    const moves = [
      to('third'),
      to('third', { slug: 'nowhere' }),
      { ...to(''), to: uri() },
      to('fourth'),
      to('fifth'),
      to('fifth', { toSecret: OTHER_SECRET }),
      to('sixth'),
    ];
    const refused = ['number-taken', 'no-community', 'slug-taken', 'record-taken', 'other-keys', 'wrong-secret', 'not-a-cell'];
    expect((await moving({ moves })).split('\n').slice(0, -1)).to.deep.equal(refused);
    const command = (name: string, settings: Record<string, string>, ...more: string[]) =>
      runScriptWith(
        { TO_MONGODB_URI: at(name), ...settings },
        uri(),
        'community',
        'move',
        stays.community,
        '--url',
        'https://there.example',
        ...more,
      );
    const other = await command('fifth', { TO_SECRET: OTHER_SECRET });
    expect([other.status, other.out], other.err).to.deep.equal([1, '']);
    expect(other.err).to.include('SECRET');
    expect(await moving({ moves: [to('new')], until: 'outbox' })).to.match(/outbox\n$/);
    const undone = await command('new', {}, '--undo');
    expect([undone.status, undone.out], undone.err).to.deep.equal([0, `${stays.community} is served here again.\n`]);
    expect(await moving({ moves: [to('new', { does: 'undo' })] })).to.equal('not-under-way\n');
    expect(Object.entries(await counted(at('new'), stays)).filter(([, count]) => count > 0)).to.deep.equal([]);
    expect(await textTo(here, stays, stays.phones[0], '查票')).to.include('凭证');
    for (const name of ['third', 'fourth', 'fifth', 'sixth', 'new']) await databaseAt(at(name)).dropDatabase();
  });
});
