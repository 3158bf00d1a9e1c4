import '../../src/app/server.ts'; // for every model
import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { castBallot } from '../../src/fund/ballots/cast/cast.ts';
import { publishedFiles } from '../../src/fund/ballots/ledger/publishedFiles.ts';
import { sealDue } from '../../src/fund/ballots/ledger/sealDue.ts';
import { enterRest } from '../../src/fund/paper/enterBatch.ts';
import { operator } from '../../src/fund/people/actor.ts';
import { addStaff, removeStaff } from '../../src/fund/staff/changeStaff.ts';
import { forgedRecords } from '../../src/operation/forged.ts';
import { putBackRecords } from '../../src/operation/putBack.ts';
import { encryptedFields } from '../../src/store/encryptedFields.ts';
import { HOUR_MS } from '../../src/store/wallTime.ts';
import { extendCycle } from '../support/cycles.ts';
import { useDatabase } from '../support/database.ts';
import { runScriptWith } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';
import { town, votingNow } from '../support/town.ts';
import { won } from '../support/works.ts';

describe('records that were written past the service', function () {
  this.timeout(120_000);
  const { world, uri } = useDatabase('forged');
  const of = (name: string) => mongoose.connection.collection<mongo.Document>(name);

  it('are named by doctor by their kind, community and number, one of each that there is, whatever else they are', async () => {
    const here = await town(world, { residents: 4, cycle: votingNow(world) });
    const { community, cycle } = here;
    await addStaff(world)(community, { name: '王芳', phone: '+8613800000201', role: 'cadre' }, operator('李姐'));
    await castBallot(world)({ picks: [1] }, here.act(0));
    const later = { ...world, now: () => new Date(world.now().getTime() + 2 * HOUR_MS) };
    await sealDue(later, enterRest(later))();
    await publishedFiles(later).publish(cycle);
    await won(world, here, { 1: 10_000 });
    expect((await forgedRecords(world.vault)).forged).to.deep.equal([]);

    const planted: string[] = [];
    const change = async (kind: string, name: string, which: mongo.Document, set: mongo.Document) => {
      expect((await of(name).updateOne(which, { $set: set })).modifiedCount, kind).to.equal(1);
      planted.push(`${kind} ${community} 1`);
    };
    const [one, other] = here.residents;
    const others = await of('residents').findOne({ _id: other as never });
    await change('residents phone', 'residents', { _id: one }, { phoneId: 'of somebody else' });
    await of('residents').updateOne({ _id: other as never }, { $unset: { card: 1 } });
    await change('residents card', 'residents', { _id: here.residents[2] }, { card: others?.card, cardMark: others?.cardMark });
    await change('residents office', 'residents', { _id: here.residents[3] }, { role: 'supervisor' });
    await change('staff role', 'staff', { community }, { role: 'supervisor' });
    await change('cycles dates', 'cycles', { _id: cycle }, { 'frozen.day': '2020-01-01' });
    await change('communities settings', 'communities', { _id: community }, { twoPersonsAbove: 1_000_000 });
    await change('accounts sums', 'accounts', { _id: cycle }, { 'works.0.paid': 9_000 });
    await change('accountEntries entry', 'accountEntries', { '_id.cycle': cycle }, { amount: 9_000 });
    await change('log entry', 'log', { '_id.community': community, act: 'staff.add' }, { by: '张书记' });
    await change('publishedFiles file', 'publishedFiles', { '_id.cycle': cycle, '_id.name': 'results' }, { cast: 9 });
    await change('publishedParts part', 'publishedParts', { '_id.cycle': cycle, '_id.name': 'results' }, { bytes: Buffer.from('{}') });
    await of('entries').updateOne({ '_id.cycle': cycle, '_id.seq': 1 }, { $unset: { secret: 1 } });
    planted.push(`entries secret ${community} 1`);

    for (const { collection, schema } of mongoose.modelNames().map((name) => mongoose.model(name))) {
      const invented = new Map<string, unknown>();
      for (const { path } of encryptedFields(schema)) {
        const [field = '', ...within] = path.split('.');
        if (invented.has(field)) continue;
        invented.set(
          field,
          within.reduceRight<unknown>((inner, part) => [{ [part]: inner }], Buffer.alloc(60, 1)),
        );
        planted.push(`${collection.name} ${path} elsewhere 1`);
      }
      const record = { _id: 'planted' as never, community: 'elsewhere', mark: 'own', role: 'resident', ...Object.fromEntries(invented) };
      if (invented.size > 0) await of(collection.name).insertOne(record);
    }
    const { forged, left } = await forgedRecords(world.vault);
    const said = forged.map(({ kind, community, count }) => `${kind} ${community} ${count}`);
    expect(left).to.deep.equal([]);
    expect(planted.filter((each) => !said.includes(each))).to.deep.equal([]);
    expect(planted.length).to.be.above(50);

    const { out, status } = await runScriptWith({ SECRET }, uri(), 'doctor', '--json', '--all');
    const records = JSON.parse(out).filter(({ about }: { about: string }) => about === 'records');
    expect(status).to.equal(1);
    expect(records.map(({ said }: { said: string }) => said)).to.include(
      `1 of communities settings in ${community}: not as the service wrote them. Until then money takes two persons and all papers. Compare community.yaml, and import it again.`,
    );
    expect(records).to.have.length(forged.length);
  });

  it('are found, also if they are genuine and old, where a role was taken and where a close was put off', async () => {
    const here = await town(world, { cycle: votingNow(world) });
    const { community, cycle } = here;
    const [phone, by] = ['+8613800000301', operator('李姐')];
    const given = { name: '王芳', phone, role: 'cadre' } as const;
    const found = async () => (await putBackRecords(world.vault)).filter((each) => each.community === community);
    await addStaff(world)(community, given, by);
    const role = await of('staff').findOne({ community });
    const earlier = await of('cycles').findOne({ _id: cycle as never });
    await removeStaff(world)(community, { phone }, by);
    await extendCycle(world)({ id: cycle, to: new Date(world.now().getTime() + 5 * HOUR_MS), actor: by, reason: '停电' });
    expect(await found()).to.deep.equal([]);

    if (role) await of('staff').insertOne(role);
    if (earlier) await of('cycles').replaceOne({ _id: cycle as never }, earlier);
    expect(
      (await forgedRecords(world.vault)).forged.filter((each) => each.community === community),
      'each is genuine',
    ).to.deep.equal([]);
    expect(await found()).to.deep.equal([
      { kind: 'staff taken', community, count: 1 },
      { kind: 'cycles extended', community, count: 1 },
    ]);
    await of('staff').deleteMany({ community });
    await addStaff(world)(community, given, by);
    expect(
      (await found()).map(({ kind }) => kind),
      'given anew',
    ).to.deep.equal(['cycles extended']);
  });
});
