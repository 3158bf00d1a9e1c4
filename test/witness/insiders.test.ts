import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import type { AuditFiles, VerifyOptions } from '../../src/fund/ballots/audit/index.ts';
import { verifyAudit } from '../../src/fund/ballots/audit/verifyAudit.ts';
import { writeAudit } from '../../src/fund/ballots/audit/writeAudit.ts';
import { Entry, sealDue } from '../../src/fund/ballots/index.ts';
import { headProofs, heldNow, publishedCheckpoint, readWatching, tileAt } from '../../src/fund/heads/index.ts';
import { TreeLeaf } from '../../src/fund/heads/records.ts';
import { detailHash, firstLogPrevious, logHash } from '../../src/fund/log/chain.ts';
import { LogEntry, withLog } from '../../src/fund/log/index.ts';
import { logRow } from '../../src/fund/log/logEntry.ts';
import { collection } from '../../src/store/collection.ts';
import { sha256 as hexSha256 } from '../../src/store/vault.ts';
import { checkpointText, leafText, readLeaf } from '../../src/transparency/checkpoint.ts';
import { sha256 as bytesSha256, holds, noteOf, signatureLine, signerOf, verifierKey } from '../../src/transparency/note.ts';
import { newTiles, tilePath } from '../../src/transparency/tiles.ts';
import { consistencyProof, inclusionProof, leafHash, nodesOf, rootOf } from '../../src/transparency/tree.ts';
import { askWitness } from '../../src/witness/askWitness.ts';
import { lookAt } from '../../src/witness/lookAt.ts';
import { CLOSES, castFor, type HeldWorld, heldWorld, SECOND, village } from '../fund/ballots/ledger/village.ts';
import { emptyDatabase, useDatabase } from '../support/database.ts';
import { LOG, machine, type TestWitness, testWitness } from '../support/headsTown.ts';
import type { Town } from '../support/town.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const evening = (day: number) => new Date(`2026-12-${String(day).padStart(2, '0')}T12:01:00Z`);

/**
 * Somebody inside who has the database, SECRET and the log's key, and does what they like with them. Each attack is made by hand, past the service; what finds it
 * is told in the name of its test.
 */
describe('an insider with the database, SECRET and the log’s key', () => {
  const { world: real } = useDatabase('insiders');
  let world: HeldWorld;
  let here: Town;
  let [one, two]: TestWitness[] = [];
  let service: Awaited<ReturnType<typeof machine>>;

  beforeEach(async () => {
    await emptyDatabase(['serviceState']);
    await mongoose.connection.collection('serviceState').deleteMany({ $or: [{ held: { $exists: true } }, { vkey: { $exists: true } }] });
    world = heldWorld({ ...real });
    here = await village(world, 8);
    [one, two] = [await testWitness('one'), await testWitness('second')];
    service = await machine(world, { witnesses: [first().setting, second().setting] });
    await act('test.first');
    for (const n of [0, 1, 2, 3]) await castFor(world, here.act(n), 1);
    await showAt(evening(5));
    await first().look();
    await act('test.second');
    await castFor(world, here.act(4), 3);
  });
  afterEach(async () => {
    await first().stop();
    await second().stop();
  });

  const first = () => ({ ...must(one), look: () => look(must(one)) });
  const second = () => must(two);

  it('drops the newest ballots after an evening: found by `verify`, whose proof has that evening’s head', async () => {
    await showAt(evening(6));
    await dropEntries(1);
    const files = await audited();
    const withoutProof = Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'proof.json'));
    expect(verify(withoutProof), 'without the log of heads it looks whole').to.deep.include({ ok: true });
    expect(verify(files)).to.deep.include({
      ok: false,
      file: 'ledger.ndjson',
      what: 'ends without the head that the log of heads bears of 2026-12-06',
    });
  });

  it('drops them, and leaves that evening’s head out of the proof: found by `verify --leaves`, with what a witness has kept', async () => {
    await showAt(evening(6));
    await first().look();
    await dropEntries(1);
    const files = await audited();
    const proof = JSON.parse(files['proof.json'] ?? '');
    const forged = { ...files, 'proof.json': JSON.stringify({ ...proof, ledger: proof.ledger.slice(-1) }) };
    expect(verify(forged)).to.deep.include({ ok: true });
    const kept = await leavesOf(first());
    expect(verify(forged, { kept })).to.deep.include({ ok: false, what: 'lacks the head of 2026-12-06 that the witness has kept' });
  });

  it('drops the newest acts of the log after Monday: found by `verify`', async () => {
    await showAt(new Date('2026-12-07T00:01:00Z'));
    await first().look();
    const [last] = await collection(LogEntry)
      .find({ '_id.community': here.community }, { sort: { _id: -1 }, limit: 1 })
      .toArray();
    await collection(LogEntry).deleteOne({ _id: must(last)._id });
    const files = await audited();
    const withoutProof = Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'proof.json'));
    expect(verify(withoutProof), 'without the log of heads it looks whole').to.deep.include({ ok: true });
    expect(verify(files)).to.deep.include({ ok: false, file: 'log.ndjson', what: 'ends without the head that the log of heads bears of 2026-12-07' });
    expect(verify(files, { kept: await leavesOf(first()) }).ok).to.equal(false);
  });

  it('writes the log anew, each hash made to fit: found by `verify`', async () => {
    await showAt(new Date('2026-12-07T00:01:00Z'));
    let previous = firstLogPrevious(hexSha256, here.community);
    for await (const entry of collection(LogEntry).find({ '_id.community': here.community }, { sort: { _id: 1 } })) {
      const detail = detailHash(hexSha256, '00'.repeat(16), '{}');
      const hash = logHash(hexSha256, { ...logRow({ ...entry, detail, previous }) });
      await collection(LogEntry).updateOne({ _id: entry._id }, { $set: { detail, previous, hash }, $unset: { opening: 1 } });
      previous = hash;
    }
    const files = await audited();
    expect(verify(files)).to.deep.include({ ok: false, file: 'log.ndjson', what: 'ends without the head that the log of heads bears of 2026-12-05' });
  });

  it('drops the newest heads of the log of heads and lets it go on: the service itself does not, because a witness has seen more', async () => {
    await showAt(evening(6));
    const size = await collection(TreeLeaf).countDocuments();
    await dropHeads(1);
    service = await machine(world, { witnesses: [first().setting, second().setting] });
    world.at = evening(7);
    await service.look();
    expect((await heldNow())?.why).to.equal('ahead');
    expect(await collection(TreeLeaf).countDocuments()).to.equal(size - 1);
  });

  it('drops heads and signs another tree in their place past the service: found by a witness, which refuses and keeps both', async () => {
    await showAt(evening(6));
    const leaves = await texts();
    const other = [...leaves.slice(0, -1), leafText({ ...must(readLeaf(leaves.at(-1) ?? '')), hash: hexSha256('other') })];
    expect(await offer(second(), other, leaves.length)).to.deep.equal({ refused: 'contradicts' });
    expect(second().log.accusations()).to.have.lengthOf(1);
    expect(await offer(first(), [...other, other[0] ?? ''], leaves.length), 'a longer one').to.deep.equal({ refused: 'contradicts' });
  });

  it('changes a head in the middle and signs everything anew: found by a witness that looks, with its own leaves', async () => {
    await showAt(evening(6));
    await first().look();
    await showAt(evening(7));
    const leaves = await texts();
    const other = leaves.with(1, leafText({ ...must(readLeaf(leaves[1] ?? '')), hash: hexSha256('other') }));
    const shown = await show(other);
    expect((await lookAt(first().log, first().signer, shown, () => world.at)).found).to.equal('contradicts');
    expect(first().log.accusations()[0]).to.include('does not go on from what was signed before');
  });

  it('shows last week’s page: found by a witness that looks, as older than one that it has seen', async () => {
    const old = await folderOf();
    await showAt(evening(6));
    await first().look();
    expect((await lookAt(first().log, first().signer, old, () => world.at)).found).to.equal('stale');
    expect(first().log.accusations()).to.deep.equal([]);
  });

  it('shows two faces to two witnesses from the start: found as soon as one looks at what the other shows', async () => {
    const [third, fourth] = [await testWitness('third'), await testWitness('fourth')];
    const leaves = await texts();
    const other = leaves.with(0, leafText({ ...must(readLeaf(leaves[0] ?? '')), hash: hexSha256('other') }));
    await offer(third, leaves, 0);
    await offer(fourth, other, 0);
    expect([third.log.accusations(), fourth.log.accusations()], 'each alone sees one').to.deep.equal([[], []]);
    const shown = `${fourth.setting.url}/${fourth.log.id}`;
    expect((await lookAt(third.log, third.signer, await show(leaves), () => world.at)).found).to.equal('goesOn');
    expect((await lookAt(third.log, third.signer, shown, () => world.at)).found).to.equal('contradicts');
    await Promise.all([third.stop(), fourth.stop()]);
  });

  it('gives an audit with a tree of its own, signed with the log’s key: found by `verify --witness`', async () => {
    await showAt(evening(6));
    await dropEntries(1);
    const files = await audited();
    const seal = must(
      (files['ledger.ndjson'] ?? '')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .at(-1),
    ).hash;
    const forged = {
      ...files,
      'proof.json': await proofOf([leafText({ community: here.community, cycle: here.cycle, hash: seal, day: '2026-12-15' })]),
    };
    expect(verify(forged), 'nobody is demanded').to.deep.include({ ok: true });
    expect(verify(forged, { witnesses: [first().signer] })).to.deep.include({
      ok: false,
      file: 'proof.json',
      what: 'was not cosigned by one.example.org, the witness given with --witness',
    });
  });

  it('signs as a witness with a key of its own, or spoils a true line: found by `verify --witness`', async () => {
    const files = await audited();
    expect(verify(files, { witnesses: [first().signer, second().signer] })).to.deep.include({ ok: true, opened: true });
    const proof = JSON.parse(files['proof.json'] ?? '');
    const text = proof.checkpoint.slice(0, proof.checkpoint.indexOf('\n\n') + 1);
    const own = signerOf('one.example.org', 'cosignature', new Uint8Array(32).fill(99));
    const [byLog] = proof.checkpoint.slice(text.length + 1).split('\n');
    const false1 = {
      ...proof,
      witnesses: [{ name: 'one', key: verifierKey(own) }],
      checkpoint: noteOf(text, [`${byLog}\n`, signatureLine(text, own, 1_800_000_000)]),
    };
    expect(verify({ ...files, 'proof.json': JSON.stringify(false1) }), 'nobody is demanded').to.deep.include({ ok: true, cycle: here.cycle });
    expect(verify({ ...files, 'proof.json': JSON.stringify(false1) }, { witnesses: [first().signer] }).ok).to.equal(false);
    const line = signatureLine(text, first().signer, 1_800_000_000);
    const spoilt = `${line.slice(0, -12)}${line.at(-12) === 'A' ? 'B' : 'A'}${line.slice(-11)}`;
    const false2 = { ...proof, checkpoint: noteOf(text, [`${byLog}\n`, spoilt]) };
    expect(verify({ ...files, 'proof.json': JSON.stringify(false2) })).to.deep.include({
      ok: false,
      what: 'bears a signature of one.example.org that does not hold',
    });
  });

  it('empties the database and begins the log anew under its name, on a new machine: the service does not go on, a witness refuses', async () => {
    await showAt(evening(6));
    const size = await collection(TreeLeaf).countDocuments();
    await dropHeads(size);
    await mongoose.connection.collection('watchers').deleteMany({});
    service = await machine(world, { witnesses: [first().setting, second().setting] });
    world.at = evening(7);
    await service.look();
    expect((await heldNow())?.why).to.equal('ahead');
    const anew = Array.from({ length: size + 1 }, (_, at) => leafText({ community: here.community, hash: hexSha256(`${at}`), day: '2026-12-07' }));
    expect(await offer(first(), anew, size)).to.deep.equal({ refused: 'contradicts' });
  });

  it('takes the witness that refuses out of the settings: the page goes on saying that it refused', async () => {
    await showAt(evening(6));
    await mongoose.connection.collection<{ _id: string }>('watchers').updateOne({ _id: second().setting.key }, { $set: { standing: 'contradicts' } });
    service = await machine(world, { witnesses: [first().setting] });
    await showAt(evening(7));
    const { watchers } = await readWatching();
    expect(watchers.map(({ name, standing, leftAt }) => [name, standing, leftAt !== undefined])).to.deep.equal([
      ['one', 'signs', false],
      ['second', 'contradicts', true],
    ]);
  });

  async function act(name: string): Promise<void> {
    await withLog(world, here.community, (_, write) =>
      write({ community: here.community, by: 'Li', role: 'cadre', act: name, subject: here.cycle, detail: { after: { name } } }),
    );
  }

  /** The service appends, signs, has it cosigned and publishes it at a moment. */
  async function showAt(at: Date): Promise<void> {
    world.at = at;
    await service.look();
  }

  async function look(witness: TestWitness): Promise<void> {
    await lookAt(witness.log, witness.signer, await folderOf(), () => world.at);
  }

  /** What the service shows now, as files. */
  async function folderOf(): Promise<string> {
    const note = (await publishedCheckpoint(LOG.name)) ?? '';
    const size = Number(note.split('\n')[1]);
    const folder = await mkdtemp(join(tmpdir(), 'shown-'));
    await writeFile(join(folder, 'checkpoint'), note);
    for (const tile of newTiles(0, size)) {
      const path = join(folder, tilePath(tile));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, (await tileAt(LOG.name, tilePath(tile))) ?? '');
    }
    return folder;
  }

  /** Any leaves, shown and signed as if they were the log’s. */
  async function show(leaves: readonly string[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'forged-'));
    await writeFile(join(folder, 'checkpoint'), await noteFor(leaves));
    await mkdir(join(folder, 'tile/entries'), { recursive: true });
    const entries = leaves.map((text) => Buffer.from(text));
    const bundle = Buffer.concat(entries.flatMap((entry) => [Buffer.from([entry.length >> 8, entry.length & 255]), entry]));
    const path = join(folder, tilePath({ level: 'entries', index: 0, width: leaves.length }));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bundle);
    return folder;
  }

  async function noteFor(leaves: readonly string[]): Promise<string> {
    const text = checkpointText({ origin: LOG.name, size: leaves.length, root: await rootOf(bytesSha256, nodes(leaves), leaves.length) });
    return noteOf(text, [signatureLine(text, LOG)]);
  }

  function nodes(leaves: readonly string[]) {
    return nodesOf(
      bytesSha256,
      leaves.map((text) => leafHash(bytesSha256, Buffer.from(text))),
    );
  }

  /** Offers a tree of any leaves to a witness, with its true proof. */
  async function offer(witness: TestWitness, leaves: readonly string[], old: number) {
    const proof = await consistencyProof(bytesSha256, nodes(leaves), old, leaves.length);
    return askWitness(witness.setting, { old, proof, note: await noteFor(leaves) });
  }

  async function proofOf(leaves: readonly string[]): Promise<string> {
    const proof = (await inclusionProof(bytesSha256, nodes(leaves), 0, leaves.length)).map(base64);
    return JSON.stringify({
      log: verifierKey(LOG),
      witnesses: [],
      checkpoint: await noteFor(leaves),
      ledger: [{ leaf: leaves[0], index: 0, proof }],
      staff: [],
    });
  }

  async function texts(): Promise<string[]> {
    return (
      await collection(TreeLeaf)
        .find({}, { sort: { _id: 1 } })
        .toArray()
    ).map(({ text }) => text);
  }

  async function dropEntries(count: number): Promise<void> {
    const last = await collection(Entry)
      .find({ '_id.cycle': here.cycle }, { sort: { _id: -1 }, limit: count })
      .toArray();
    await collection(Entry).deleteMany({ _id: { $in: last.map(({ _id }) => _id) } });
    world = heldWorld({ ...real }, world.at); // the service is started again
    service = await machine(world, { witnesses: [first().setting, second().setting] });
  }

  async function dropHeads(count: number): Promise<void> {
    const size = await collection(TreeLeaf).countDocuments();
    await collection(TreeLeaf).deleteMany({ _id: { $gte: size - count } });
    await mongoose.connection.collection('signedtrees').deleteMany({ '_id.size': { $gt: size - count } });
  }

  async function leavesOf(witness: TestWitness): Promise<string> {
    return (await fetch(`${witness.setting.url}/${witness.log.id}/leaves/${here.community}`)).text();
  }

  async function audited(): Promise<AuditFiles> {
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    const later = heldWorld({ ...real }, world.at);
    await sealDue(later)();
    service = await machine(later, { witnesses: [first().setting, second().setting] });
    await service.look();
    const folder = await mkdtemp(join(tmpdir(), 'audit-'));
    try {
      await writeAudit(later, here.cycle, folder, { isPublic: false, slips: async () => undefined, proof: (of) => headProofs(LOG, of) });
      const names = await readdir(folder);
      expect(names).to.include('proof.json');
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  function verify(files: AuditFiles, options: VerifyOptions = {}) {
    return verifyAudit(files, hexSha256, { signatures: { hash: bytesSha256, holds }, ...options });
  }
});

function must<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('it is missing');
  return value;
}
