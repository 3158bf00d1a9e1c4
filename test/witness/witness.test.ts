import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { heldNow, hold, publishedCheckpoint, recoverLog, resumeLog } from '../../src/fund/heads/index.ts';
import { TreeLeaf } from '../../src/fund/heads/records.ts';
import { collection } from '../../src/store/collection.ts';
import { sha256 as hexSha256 } from '../../src/store/vault.ts';
import { checkpointText, leafText } from '../../src/transparency/checkpoint.ts';
import { noteOf, openNote, sha256, signatureLine, signerOf, verifierKey } from '../../src/transparency/note.ts';
import { consistencyProof, leafHash, nodesOf, rootOf } from '../../src/transparency/tree.ts';
import { lookAt } from '../../src/witness/lookAt.ts';
import { watchedLog } from '../../src/witness/watchedLog.ts';
import { useDatabase } from '../support/database.ts';
import { type HeadsTown, headsTown, LOG, machine, type TestWitness, testWitness } from '../support/headsTown.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { runScript } from '../support/runScript.ts';
import { town as townOf } from '../support/town.ts';
import { type Served, serve } from '../web/serve.ts';

const LEAVES = Array.from({ length: 300 }, (_, at) => leafText({ community: `town-${at % 3}`, hash: hexSha256(`${at}`), day: '2026-12-01' }));
const NODES = nodesOf(
  sha256,
  LEAVES.map((text) => leafHash(sha256, Buffer.from(text))),
);

async function noteAt(size: number, signer = LOG): Promise<string> {
  const text = checkpointText({ origin: signer.name, size, root: await rootOf(sha256, NODES, size) });
  return noteOf(text, [signatureLine(text, signer)]);
}

async function bodyFor(old: number, size: number, note?: string): Promise<string> {
  const proof = await consistencyProof(sha256, NODES, Math.min(old, size), size);
  return `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note ?? (await noteAt(size))}`;
}

describe('a witness', () => {
  let witness: TestWitness;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'witness-'));
    witness = await testWitness('one', { folder });
  });
  afterEach(() => witness.stop());

  const post = (body: string, path = '/add-checkpoint') => fetch(`${witness.setting.url}${path}`, { method: 'POST', body });

  it('answers as tlog-witness has it: 200 with its cosignature, 400, 403, 404, 409 with the size, 413, 422; and keeps what it saw over a restart', async () => {
    const first = await post(await bodyFor(0, 100));
    expect(first.status).to.equal(200);
    const opened = openNote((await noteAt(100)) + (await first.text()), [LOG, witness.signer]);
    expect(opened?.signed.map(({ key, at }) => [key.name, at !== undefined])).to.deep.equal([
      [LOG.name, false],
      ['one.example.org', true],
    ]);
    const conflict = await post(await bodyFor(50, 200));
    expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).to.deep.equal([409, 'text/x.tlog.size', '100\n']);
    const cases: [string, number][] = [
      [await bodyFor(100, 50), 400],
      ['nothing', 400],
      [(await bodyFor(100, 200)).replace('old 100', 'old 0100'), 400],
      [await bodyFor(100, 200, await noteAt(200, signerOf(LOG.name, 'note', new Uint8Array(32).fill(8)))), 403],
      [await bodyFor(100, 200, await noteAt(200, signerOf('other.example.org/log', 'note', new Uint8Array(32).fill(8)))), 404],
      [(await bodyFor(100, 200)).replace(/\n[^\n]{44}\n\n/, '\n\n'), 422],
      ['x'.repeat(70_000), 413],
    ];
    for (const [body, status] of cases) expect((await post(body)).status, body.slice(0, 60)).to.equal(status);
    expect(witness.log.accusations(), 'a spoilt proof accuses nobody: anybody can send one').to.deep.equal([]);
    expect((await fetch(`${witness.setting.url}/${witness.log.id}/checkpoint`)).status).to.equal(200);
    await witness.stop();
    witness = await testWitness('one', { folder });
    expect((await post(await bodyFor(0, 200))).status, 'it knows what it saw').to.equal(409);
    expect((await post(await bodyFor(100, 300))).status).to.equal(200);
    expect(
      (await Promise.all([await bodyFor(300, 300), await bodyFor(300, 300)].map((body) => post(body)))).map(({ status }) => status),
    ).to.deep.equal([200, 200]);
  });

  it('does not go on over a state that was damaged', async () => {
    await post(await bodyFor(0, 100));
    await writeFile(join(folder, witness.log.id, 'state.json'), '{}');
    const failed = await watchedLog(folder, LOG, new Date()).catch((error: Error) => error);
    expect(failed).to.have.property('code', 'broken-witness');
  });
});

describe('a witness that misbehaves', () => {
  const { world: real } = useDatabase('misbehaves');
  const { world, clock } = movedWorld(real);
  const key = signerOf('bad.example.org', 'cosignature', new Uint8Array(32).fill(3));

  const hostile: Record<string, [RequestListener, string]> = {
    'signs another text': [async (_, response) => response.end(signatureLine('other\n', key, 1_800_000_000)), 'lies'],
    'signs with another key': [
      async (_, response) => response.end(signatureLine('other\n', signerOf('bad.example.org', 'cosignature', new Uint8Array(32)), 1)),
      'lies',
    ],
    'answers 10 MB': [(_, response) => void response.end('x'.repeat(10_000_000)), 'unreachable'],
    hangs: [() => undefined, 'unreachable'],
    'drops the line': [(request) => void request.socket.destroy(), 'unreachable'],
    'leads on to another address': [(_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'unreachable'],
    'answers 409 for ever': [(_, response) => void response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('0\n'), 'unreachable'],
    'answers 409 with nonsense': [(_, response) => void response.writeHead(409).end('many\n'), 'unreachable'],
    'answers 422': [(_, response) => void response.writeHead(422).end('no\n'), 'contradicts'],
  };

  for (const [what, [answer, standing]] of Object.entries(hostile))
    it(`${what}: the log goes on without it, and it stands there as "${standing}"`, async () => {
      for (const { name } of await mongoose.connection.listCollections()) await mongoose.connection.collection(name).deleteMany({});
      clock.moveTo('2026-12-08T09:00');
      const bad = createServer(answer).listen(0, '127.0.0.1');
      await once(bad, 'listening');
      const address = bad.address();
      const good = await testWitness('good');
      const setting = { name: 'bad', key: verifierKey(key), url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
      const { look } = await machine(world, { witnesses: [setting, good.setting] });
      await (await headsTown(world)).act();
      await look();
      clock.moveTo('2026-12-08T09:02');
      await look();
      const note = (await publishedCheckpoint(LOG.name)) ?? '';
      expect(note.split('\n')[1]).to.equal('1');
      expect(openNote(note, [good.signer])?.signed).to.have.lengthOf(1);
      const kept = await mongoose.connection.collection<{ _id: string; standing: string }>('watchers').findOne({ _id: setting.key });
      expect(kept?.standing).to.equal(standing);
      bad.closeAllConnections();
      bad.close();
      await good.stop();
    });
});

describe('what a witness shows and gives back', () => {
  const { world: real, uri } = useDatabase('givesBack');
  const { world, clock } = movedWorld(real);
  let web: Served;
  let town: HeadsTown;
  let witness: TestWitness;
  before(async () => {
    clock.moveTo('2026-12-08T09:00');
    web = await serve(world, { signer: LOG });
    town = await headsTown(world);
    witness = await testWitness('one');
    await town.act();
    await town.cast();
  });
  after(async () => {
    web.close();
    await witness.stop();
  });

  it('looks at the log over HTTP, and its page says what it watches in both languages; the community’s page says who watches', async () => {
    const { look } = await machine(world, { witnesses: [witness.setting] });
    await look();
    clock.moveTo('2026-12-08T20:01');
    await look();
    const looked = await lookAt(witness.log, witness.signer, `${web.url}/log`, () => world.now());
    expect(looked).to.deep.include({ found: 'goesOn', size: 2 });
    for (const [path, type] of [
      ['checkpoint', 'text/plain'],
      ['vkey', 'text/plain'],
      ['tile/0/000.p/2', 'octet-stream'],
    ]) {
      const response = await web.get(`/log/${path}`);
      expect(
        [response.status, response.headers.get('content-type')?.includes(type ?? ''), response.headers.get('access-control-allow-origin')],
        path,
      ).to.deep.equal([200, true, '*']);
    }
    expect((await web.get('/log/tile/0/000.p/2')).headers.get('cache-control')).to.include('immutable');
    expect((await web.get('/log/tile/0/000.p/3')).status).to.equal(404);
    const chinese = await (await fetch(witness.setting.url)).text();
    expect(chinese).to.include('看着 1 个社区').and.to.include('没有发现过前后对不上');
    const english = await (await fetch(`${witness.setting.url}/?lang=en`)).text();
    expect(english).to.include('Watches 1 community.').and.to.include('I never saw a contradiction');
    const { community } = await townOf(world);
    const page = await (await web.get(`/c/${community}`)).text();
    expect(page)
      .to.include('谁在外面看着')
      .and.to.match(/<b>one<\/b>.*最近一次签字/);
    const inEnglish = await (await web.get(`/c/${community}?lang=en`)).text();
    expect(inEnglish)
      .to.include('Who watches from outside')
      .and.to.match(/one<.*signed last on/);
  });

  it('brings back the heads that a database has lost; after a backup was restored the log goes on once all agree that nothing was lost', async () => {
    const kept = await witness.log.leaves();
    const [note, leaves] = [
      await (await fetch(`${witness.setting.url}/${witness.log.id}/checkpoint`)).text(),
      await (await fetch(`${witness.setting.url}/${witness.log.id}/leaves`)).text(),
    ];
    expect(leaves).to.equal(kept);
    const before = await collection(TreeLeaf).find({}).toArray();
    await collection(TreeLeaf).deleteMany({ _id: { $gt: 0 } });
    await mongoose.connection.collection('signedtrees').deleteMany({ '_id.size': { $gt: 1 } });
    await hold(world, 'restored');
    const { look, settings } = await machine(world, { witnesses: [witness.setting] });
    expect(await resumeLog(world, settings)).to.equal('ahead');
    const failed = await recoverLog(settings, { note, leaves: leaves.replace('ledger', 'log\n') }).catch((error: Error) => error);
    expect(failed).to.have.property('code', 'log-other');
    expect(await recoverLog(settings, { note, leaves })).to.equal(1);
    expect(await heldNow()).to.equal(undefined);
    expect((await collection(TreeLeaf).find({}).toArray()).map(({ text }) => text)).to.deep.equal(before.map(({ text }) => text));
    clock.moveTo('2026-12-09T20:01');
    await look();
    expect((await collection(TreeLeaf).find({}).toArray()).length).to.be.greaterThan(2);
    await hold(world, 'restored');
    await look();
    expect(await resumeLog(world, settings)).to.equal(undefined);
    expect(await heldNow()).to.equal(undefined);
  });

  it('is the program that anybody runs: made, told what to watch, it looks, and tells by its exit', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'program-')), 'w');
    const made = await runScript(uri(), 'witness', 'init', folder, '--name', 'paper.example.org');
    expect(made).to.deep.include({ status: 0 });
    expect(made.out).to.match(/^paper\.example\.org\+[0-9a-f]{8}\+/);
    expect(await runScript(uri(), 'witness', 'watch', folder, `${web.url}/log`)).to.deep.include({ status: 0, err: '' });
    const looked = await runScript(uri(), 'witness', 'look', folder);
    expect(looked).to.deep.include({ status: 0 });
    expect(looked.out).to.include('goes on,');
    expect(JSON.parse(await readFile(join(folder, 'witness.json'), 'utf8')).logs).to.have.lengthOf(1);
    expect(await runScript(uri(), 'witness', 'serve', join(folder, 'none'))).to.deep.include({ status: 2 });
  });
});
