import { expect } from 'chai';
import mongoose from 'mongoose';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { heldNow, publishedCheckpoint, readWatching, tileAt } from '../../../src/fund/heads/index.ts';
import { SignedTree, TreeLeaf } from '../../../src/fund/heads/records.ts';
import { collection } from '../../../src/store/collection.ts';
import { sha256 as hexSha256 } from '../../../src/store/vault.ts';
import { readCheckpoint } from '../../../src/transparency/checkpoint.ts';
import { openNote, sha256 } from '../../../src/transparency/note.ts';
import { entriesIn, newTiles, nodesIn, tilePath } from '../../../src/transparency/tiles.ts';
import { rootOf } from '../../../src/transparency/tree.ts';
import { emptyDatabase, useDatabase } from '../../support/database.ts';
import { headsTown, LOG, machine, testWitness } from '../../support/headsTown.ts';
import { movedWorld } from '../../support/movedWorld.ts';

const HEADS = ['treeleaves', 'treetiles', 'signedtrees', 'watchers', 'serviceState'];

describe('the log of heads', () => {
  const { world: real } = useDatabase('heads');
  const { world, clock } = movedWorld(real);
  beforeEach(async () => {
    await emptyDatabase();
    clock.moveTo('2026-12-08T09:00'); // a Tuesday
  });

  it('has a ledger’s head each evening and once it is sealed, a log’s on Mondays and after a publication and a release', async () => {
    const { look } = await machine(world);
    const { community, cycle, act, cast, seal } = await headsTown(world);
    await act();
    await look();
    expect(await said()).to.deep.equal([`${community} log 2026-12-08`], 'of last Monday');
    await cast();
    await look();
    expect((await said()).length).to.equal(1, 'not before the evening');
    for (const day of ['08', '09']) {
      clock.moveTo(`2026-12-${day}T20:01`);
      await look();
      await look();
    }
    expect((await said()).slice(1)).to.deep.equal([`${community} ledger ${cycle} 2026-12-08`, `${community} ledger ${cycle} 2026-12-09`]);
    const sealed = await seal(world.now());
    clock.moveTo('2026-12-09T20:05');
    await look();
    await collection(Cycle).updateOne({ _id: cycle }, { $set: { released: { at: world.now(), by: ['Li', 'Wang'] } } });
    clock.moveTo('2026-12-09T20:10');
    await look();
    clock.moveTo('2026-12-14T08:01');
    await look();
    expect((await said()).slice(3)).to.deep.equal([
      `${community} ledger ${cycle} 2026-12-09`,
      `${community} log 2026-12-09`,
      `${community} log 2026-12-14`,
    ]);
    expect((await leaves())[3]?.hash).to.equal(sealed);
  });

  it('is served as tiles and bundles that make the tree of its checkpoint', async () => {
    const { look } = await machine(world);
    const towns = await Promise.all(Array.from({ length: 3 }, () => headsTown(world)));
    for (const { act, cast } of towns) await Promise.all([act(), cast()]);
    await collection(TreeLeaf).insertMany(
      Array.from({ length: 700 }, (_, _id) => ({
        _id,
        text: `x\nlog\n${hexSha256(String(_id))}\n2026-12-01\n`,
        community: 'x',
        hash: hexSha256(String(_id)),
        for: new Date(0),
      })),
    );
    for (const day of ['08', '09', '10']) {
      clock.moveTo(`2026-12-${day}T20:01`);
      await look();
    }
    const note = (await publishedCheckpoint(LOG.name)) ?? '';
    const head = readCheckpoint(openNote(note, [LOG])?.text ?? '');
    expect(head?.size).to.equal(712);
    const tiles = new Map(await Promise.all(newTiles(0, 712).map(async (tile) => [tilePath(tile), await tileAt(LOG.name, tilePath(tile))] as const)));
    const read = (path: string) => tiles.get(path) ?? new Uint8Array();
    const root = await rootOf(
      sha256,
      nodesIn(sha256, 712, (tile) => read(tilePath(tile))),
      712,
    );
    expect(Buffer.from(root)).to.deep.equal(Buffer.from(head?.root ?? []));
    const entries = [0, 1, 2].flatMap((index) => entriesIn(read(tilePath({ level: 'entries', index, width: index === 2 ? 200 : 256 }))) ?? []);
    expect(entries.map((entry) => Buffer.from(entry).toString())).to.deep.equal((await leaves()).map(({ text }) => text));
    for (const none of [
      'tile/0/002',
      'tile/0/002.p/201',
      'tile/1/000.p/3',
      'tile/entries/003.p/1',
      'tile/0/000.p/256',
      'tile/64/000',
      'tile/0/2',
      '../x',
    ])
      expect(await tileAt(LOG.name, none), none).to.equal(undefined);
  });

  it('has no fork and no gap with two machines at once, whatever each of them does first', async () => {
    const machines = await Promise.all([machine(world), machine(world), machine(world)]);
    const towns = await Promise.all(Array.from({ length: 8 }, () => headsTown(world)));
    for (const { act, cast } of towns) await Promise.all([act(), cast()]);
    for (let day = 8; day < 20; day += 1) {
      clock.moveTo(`2026-12-${String(day).padStart(2, '0')}T20:01`);
      for (let round = 0; round < 3; round += 1) await Promise.all(machines.map(({ look }) => look()));
    }
    const all = await leaves();
    expect(all.map(({ _id }) => _id)).to.deep.equal(all.map((_, index) => index));
    const moments = all.map((leaf) => `${leaf.community} ${leaf.cycle} ${leaf.for.toISOString()}`);
    expect(new Set(moments).size).to.equal(moments.length, 'each head once');
    const roots = await collection(SignedTree).distinct('_id.size');
    expect(roots.length).to.be.greaterThan(10);
    expect(await heldNow()).to.equal(undefined);
  });

  it('is cosigned by who finds that it goes on; publishes without who does not answer, after a minute', async () => {
    const [one, two] = [await testWitness('one'), await testWitness('two')];
    const { look } = await machine(world, { witnesses: [one.setting, two.setting] });
    const { act } = await headsTown(world);
    await act();
    await look();
    const cosigned = async () => openNote((await publishedCheckpoint(LOG.name)) ?? '', [one.signer, two.signer])?.signed.map(({ key }) => key.name);
    expect(await cosigned()).to.have.members(['one.example.org', 'two.example.org']);
    await two.stop();
    clock.moveTo('2026-12-14T08:01');
    await look();
    expect((await readWatching()).tree?.size).to.equal(1, 'the newest waits for a minute');
    clock.moveTo('2026-12-14T08:03');
    await look();
    expect(await cosigned()).to.deep.equal(['one.example.org']);
    const { watchers } = await readWatching();
    expect(watchers.map(({ name, standing }) => `${name} ${standing}`)).to.deep.equal(['one signs', 'two unreachable']);
    await one.stop();
  });

  it('signs nothing over a backup of last week, on the same machine and on a new one, with whatever the new one has', async () => {
    const witness = await testWitness('one');
    const first = await machine(world, { witnesses: [witness.setting] });
    const { act } = await headsTown(world);
    await act();
    await first.look();
    const backup = await dump();
    clock.moveTo('2026-12-14T08:01');
    await first.look();
    const longer = await collection(SignedTree).findOne({ '_id.size': 2 });
    await putBack(backup);
    clock.moveTo('2026-12-21T08:01');
    await first.look();
    expect((await heldNow())?.why).to.equal('shorter', 'this machine remembers');
    await putBack(backup);
    const second = await machine(world, { witnesses: [witness.setting] });
    await second.look();
    expect((await heldNow())?.why).to.equal('ahead', 'a witness remembers');
    expect(await leaves()).to.have.lengthOf(1);
    expect(await collection(SignedTree).findOne({ '_id.size': 2 })).to.equal(null);
    expect(longer).not.to.equal(null);
    await putBack(backup);
    await witness.stop();
    const third = await machine(world, { witnesses: [witness.setting] });
    await third.look();
    expect(await leaves()).to.have.lengthOf(1, 'who knows nothing waits for a witness');
  });

  it('is left alone by a machine with another key; stands still over a leaf that is gone, and over a leaf that says something else', async () => {
    const { look } = await machine(world);
    const { act } = await headsTown(world);
    await act();
    await look();
    const other = await machine(world, { signer: { ...LOG, publicKey: new Uint8Array(32) } });
    expect(await other.look().catch((error: Error) => error)).to.have.property('code', 'other-log-key');
    expect(await heldNow(), 'the machine that has the key goes on').to.equal(undefined);
    for (const [spoil, why] of [
      [() => collection(TreeLeaf).updateOne({ _id: 0 }, { $set: { text: 'x\nlog\n\n2026-12-01\n' } }), 'another'],
      [
        () =>
          collection(TreeLeaf)
            .insertOne({ _id: 2, text: '', community: 'x', hash: '', for: new Date() })
            .then(() => collection(TreeLeaf).deleteOne({ _id: 0 })),
        'gap',
      ],
    ] as const) {
      await mongoose.connection.collection('serviceState').deleteMany({ held: { $exists: true } });
      await spoil();
      const again = await machine(world);
      await again.look();
      expect((await heldNow())?.why).to.equal(why);
    }
  });

  async function leaves() {
    return collection(TreeLeaf)
      .find({}, { sort: { _id: 1 } })
      .toArray();
  }

  async function said(): Promise<string[]> {
    return (await leaves()).map(({ text }) =>
      text
        .replace(/\n[0-9a-f]{64}\n/, '\n')
        .trim()
        .split('\n')
        .join(' '),
    );
  }

  async function dump(): Promise<Map<string, mongoose.mongo.Document[]>> {
    return new Map(await Promise.all(HEADS.map(async (name) => [name, await mongoose.connection.collection(name).find({}).toArray()] as const)));
  }

  async function putBack(backup: Map<string, mongoose.mongo.Document[]>): Promise<void> {
    for (const [name, documents] of backup) {
      await mongoose.connection.collection(name).deleteMany({});
      if (documents.length > 0) await mongoose.connection.collection(name).insertMany(documents);
    }
  }
});
