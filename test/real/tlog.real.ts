import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { publishedCheckpoint, readWatching } from '../../src/fund/heads/index.ts';
import { SignedTree, TreeLeaf, Watcher } from '../../src/fund/heads/records.ts';
import { nodesAt, rootAt } from '../../src/fund/heads/tree.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { sha256 as hexSha256 } from '../../src/store/vault.ts';
import { leafText } from '../../src/transparency/checkpoint.ts';
import { openNote, readVerifierKey, sha256, verifierKey } from '../../src/transparency/note.ts';
import { consistencyProof, inclusionProof } from '../../src/transparency/tree.ts';
import { useDatabase } from '../support/database.ts';
import { headsTown, LOG, machine } from '../support/headsTown.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { serve } from '../web/serve.ts';

/** `npm run witness:test`: a witness and a verifier that others wrote, in Go (`test/real/tlog/build.sh`); left out where there is no Go. */
const BUILT = process.env.TLOG_ROOT ?? join(homedir(), '.cache/yisheng/tlog');
const lacking = lackingHere();
if (lacking) process.stdout.write(`LEFT OUT: litewitness and torchwood: ${lacking}\n`);

function lackingHere(): string | undefined {
  if (!['litewitness', 'witnessctl', 'tlog'].every((program) => existsSync(join(BUILT, program)))) {
    const built = spawnSync(join(root, 'test/real/tlog/build.sh'), [BUILT], { encoding: 'utf8' });
    if (built.status !== 0) return `${built.stdout}${built.stderr}`.trim().split('\n').at(-1) || 'not built';
  }
  return spawnSync('ssh-agent', ['-h']).error ? 'there is no ssh-agent, with which litewitness signs' : undefined;
}

(lacking ? describe.skip : describe)('with litewitness and torchwood', function () {
  this.timeout(120_000);
  const { world: real } = useDatabase('realtlog');
  const { world, clock } = movedWorld(real);
  const running: ReturnType<typeof spawn>[] = [];
  let witness: { name: string; key: string; url: string };

  before(async () => {
    clock.moveTo('2026-12-08T09:00');
    const folder = await mkdtemp(join(tmpdir(), 'litewitness-'));
    const [agent, db, key] = [join(folder, 'agent'), join(folder, 'w.db'), join(folder, 'key')];
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    running.push(spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' }));
    for (let tries = 0; !existsSync(agent) && tries < 100; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: agent } });
    execFileSync(join(BUILT, 'witnessctl'), ['add-log', '-db', db, '-origin', LOG.name]);
    execFileSync(join(BUILT, 'witnessctl'), ['add-key', '-db', db, '-origin', LOG.name, '-key', verifierKey(LOG)]);
    const port = await freePort();
    const fingerprint = execFileSync('ssh-keygen', ['-lf', `${key}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
    const child = spawn(
      join(BUILT, 'litewitness'),
      ['-name', 'lite.example.org/w1', '-db', db, '-ssh-agent', agent, '-key', fingerprint, '-listen', `127.0.0.1:${port}`],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    running.push(child);
    const said = { key: '', url: '' };
    for await (const line of createInterface(child.stderr)) {
      said.key ||= /vkey=(\S+)/.exec(line)?.[1] ?? '';
      said.url ||= /msg=listening addr=(\S+)/.exec(line)?.[1] ?? '';
      if (said.key && said.url) break;
    }
    witness = { name: 'litewitness', key: said.key, url: `http://${said.url}` };
  });
  after(() => {
    for (const child of running) child.kill();
  });

  it('litewitness cosigns our log as it grows and refuses another tree; torchwood reads signatures, tiles, entries and proofs', async () => {
    const key = readVerifierKey(witness.key);
    if (!key) throw new Error(`no key: ${witness.key}`);
    const web = await serve(world, { signer: LOG });
    const { look } = await machine(world, { witnesses: [witness] });
    const towns = await Promise.all(Array.from({ length: 5 }, () => headsTown(world)));
    for (const { act, cast } of towns) await Promise.all([act(), cast()]);
    await look();
    const many = Array.from({ length: 1_000 }, (_, at) => ({ community: 'x', hash: hexSha256(`${at}`), day: '2026-12-08' }));
    await collection(TreeLeaf).insertMany(many.map((leaf, at) => ({ _id: 5 + at, ...leaf, text: leafText(leaf), for: new Date(0) })));
    const sizes: number[] = [];
    for (const day of ['08', '09', '10']) {
      clock.moveTo(`2026-12-${day}T20:01`);
      await look();
      const note = (await publishedCheckpoint(LOG.name)) ?? '';
      sizes.push(Number(note.split('\n')[1]));
      expect(openNote(note, [key])?.signed, day).to.have.lengthOf(1);
    }
    expect(sizes).to.deep.equal([1_010, 1_015, 1_020]);
    const size = 1_020;
    const base64 = (proof: readonly Uint8Array[]) => proof.map((hash) => Buffer.from(hash).toString('base64'));
    const leaves = await collection(TreeLeaf)
      .find({}, { sort: { _id: 1 } })
      .toArray();
    const included = await Promise.all(
      [0, 4, 255, 256, 1_004, 1_019].map(async (index) => ({
        leaf: leaves[index]?.text,
        index,
        proof: base64(await inclusionProof(sha256, nodesAt(size), index, size)),
      })),
    );
    const continued = await Promise.all(
      [5, 256, 1_010, 1_015].map(async (old) => ({
        size: old,
        root: await rootAt(old),
        proof: base64(await consistencyProof(sha256, nodesAt(size), old, size)),
      })),
    );
    const proofs = join(await mkdtemp(join(tmpdir(), 'proofs-')), 'proofs.json');
    await writeFile(proofs, JSON.stringify({ log: verifierKey(LOG), witness: witness.key, included, continued }));
    const read = await run(join(BUILT, 'tlog'), [`${web.url}/log/`, proofs]);
    expect(read).to.equal(`${size} entries, ${included.length} inclusions, ${continued.length} continuations\n`);
    await collection(TreeLeaf).updateOne(
      { _id: 1_019 },
      { $set: { text: leafText({ community: 'x', hash: hexSha256('other'), day: '2026-12-10' }) } },
    );
    // the same size, another root, signed with the log's key on a machine that knows nothing
    await collection(SignedTree).deleteMany({});
    await collection(Watcher).deleteMany({});
    const other = await machine(world, { witnesses: [witness] });
    await other.look();
    const { watchers } = await readWatching();
    expect(watchers.map(({ standing }) => standing)).to.deep.equal(['contradicts']);
    web.close();
  });
});

/** litewitness does not say which port it was given. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (piece) => (out += piece));
    child.stderr.on('data', (piece) => (err += piece));
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err))));
  });
}
