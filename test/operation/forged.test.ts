import { castBallot, publishedFiles, sealDue } from '../../src/fund/ballots/index.ts';
import { importResidents } from '../../src/fund/files/index.ts';
import { answerInquiry, closeInquiry, Inquiry, reopenInquiry, writeInquiry } from '../../src/fund/inquiries/index.ts';
import { enterRest, slipAudit } from '../../src/fund/paper/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import {
  acceptWork,
  addImplementer,
  addOwn,
  addProgress,
  askImplementer,
  changeImplementer,
  chooseImplementer,
  dropNews,
  keepDocument,
  mendWork,
  moveWork,
  publishRatings,
  rateWork,
  recordOffer,
  signContract,
} from '../../src/fund/works/index.ts';
import { addStaff, removeStaff } from '../support/staff.ts';
import '../../src/app/server.ts'; // for every model
import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import type { Act, Typed } from '../../src/fund/act/index.ts';
import { rowsInput } from '../../src/fund/files/importRows.ts';
import { residentChanges } from '../../src/fund/files/residentChanges.ts';
import { changeResident } from '../../src/fund/roster/changeResident.ts';
import { encryptedContact } from '../../src/fund/works/implementers.ts';
import { publishRating } from '../../src/fund/works/ratings.ts';
import { forgedRecords } from '../../src/operation/forged.ts';
import { putBackRecords } from '../../src/operation/putBack.ts';
import { collection } from '../../src/store/collection.ts';
import { encryptedFields } from '../../src/store/encryptedFields.ts';
import { dayOf, HOUR_MS } from '../../src/store/wallTime.ts';
import { extendCycle } from '../support/cycles.ts';
import { useDatabase } from '../support/database.ts';
import { makeCards } from '../support/madeCards.ts';
import { AT_TABLE, closed, handIn, serials, table } from '../support/paper.ts';
import { runScriptWith } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';
import { compareSlip, undoMark } from '../support/tables.ts';
import { town, votingNow } from '../support/town.ts';
import { tried } from '../support/tried.ts';
import { LATER, PAPER, RESULT_DAY, won } from '../support/works.ts';

describe('records that were written past the service', () => {
  const { world, uri } = useDatabase('forged');
  const of = (name: string) => mongoose.connection.collection<mongo.Document>(name);

  it('are named by doctor by their kind, community and number, one of each that there is, whatever else they are', async () => {
    const here = await town(world, { residents: 4, cycle: votingNow(world) });
    const { community, cycle } = here;
    await addStaff(world)(community, { name: '王芳', phone: '+8613800000201', role: 'cadre' }, operator('李姐'));
    await castBallot(world, { picks: [1] }, here.act(0));
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
    await change('cycles tables', 'cycles', { _id: cycle }, { tables: [{ place: '别处', from: world.now(), to: world.now() }] });
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
      if (invented.size > 0) await of(collection.name).insertOne(record, { bypassDocumentValidation: true });
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
    expect(records).to.have.length(forged.length + (await putBackRecords(world.vault)).length);
    for (const name of mongoose.modelNames()) await of(mongoose.model(name).collection.name).deleteMany({ _id: 'planted' as never });
  });

  it('are named where they are of the works: whatever acts wrote bears its mark, and what is changed after them does not', async () => {
    const here = await town(world, { residents: 7, cycle: votingNow(world) });
    const { community, cycle } = here;
    await won(world, here, { 1: 10_000 });
    const does = async (act: Act, given: object = {}) => {
      const outcome = await tried(world)(act, { community, cycle, number: 1, actor: operator('李姐'), ...given });
      expect(outcome, act.name).not.to.have.any.keys('refused', 'mistakes', 'waits');
      return outcome;
    };
    const move = (to: string) => does(moveWork, { to });
    await does(addImplementer, { organisation: '周记', kind: 'trader', person: '周', phone: '13700000001' });
    await does(changeImplementer, { implementer: 1, person: '周师傅', phone: '13700000001' });
    await move('seeking');
    await does(askImplementer, { implementer: 1 });
    for (const amount of [9_500, 9_000]) await does(recordOffer, { implementer: 1, amount, day: RESULT_DAY });
    for (const kind of ['other', 'acceptance'])
      await does(keepDocument, { kind, title: kind, isPublic: 'yes', file: { ...PAPER, original: (kind === 'other' ? '1' : '2').repeat(64) } });
    await does(chooseImplementer, { implementer: 1, reason: '便宜', fewReason: '没人来' });
    await does(signContract, { paper: '合同1', amount: 9_000, day: dayOf(world.now(), 'Asia/Shanghai') });
    await move('under-way');
    for (const text of ['开工', '放错了']) await does(addProgress, { text });
    await does(dropNews, { news: 2, reason: '放错了' });
    await move('finished');
    await does(mendWork, { what: '漏水', until: LATER });
    await move('finished');
    await does(acceptWork, { day: dayOf(world.now(), 'Asia/Shanghai') });
    for (const [n, stars] of [5, 4, 4, 4, 3].entries())
      await rateWork(world)({ number: 1, stars }, here.act(n, { resident: here.residents[n] ?? '' }));
    await rateWork(world)({ number: 1, stars: 5 }, here.act(0, { resident: here.residents[0] ?? '' }));
    await publishRatings(world)();
    const found = async () => (await forgedRecords(world.vault)).forged.filter((each) => each.community === community);
    const work = () => of('works').findOne({ community });
    expect((await work())?.rating).to.deep.equal({ count: 5, mean: 4 });
    const contact = encryptedContact(world.vault, { community, number: 1 }, { person: '周师傅', phone: '+8613700000001' });
    await of('implementers').updateOne({ '_id.community': community }, { $set: { contact } }); // as another SECRET does
    expect([await found(), await putBackRecords(world.vault)]).to.deep.equal([[], []]);

    const invented = { _id: { cycle, number: 1, by: 'nobody' }, community, stars: 1, key: 'k', mark: 'own' };
    await of('ratings').insertMany([1, 2, 3, 4, 5].map((n) => ({ ...invented, _id: { ...invented._id, by: `nobody ${n}` } as never })));
    await publishRating(world, { cycle, number: 1 });
    expect((await work())?.rating, 'invented ratings').to.deep.equal({ count: 5, mean: 4 });
    for (const [name, set] of [
      ['works', { 'offers.0.amount': 4_000 }],
      ['ratings', { stars: 1 }],
      ['workNews', { text: '停工' }],
      ['workDocuments', { isPublic: false }],
      ['implementers', { organisation: '别家' }],
    ] as const)
      await of(name).updateOne({ $or: [{ community }, { '_id.community': community }] }, { $set: set });
    expect((await found()).map(({ kind, count }) => `${kind} ${count}`)).to.deep.equal([
      ...['implementers implementer 1', 'ratings rating 6', 'workDocuments paper 1', 'workNews news 1', 'works work 1'],
    ]);
    await does(moveWork, { to: 'finished', reason: '再看' });
    expect(
      (await found()).map(({ kind }) => kind),
      'an act on it afterwards',
    ).to.include('works work');
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
    await of('cycles').deleteOne({ _id: cycle as never });
  });

  it('are found, also if they are genuine and old, where a phone, card or office was changed, money was entered, a work went on, a table closed, a mark was taken back', async () => {
    const here = await town(world, { residents: 4, cycle: votingNow(world) });
    const { community, cycle, residents } = here;
    const actor = operator('李姐');
    await won(world, here, { 1: 10_000, 2: 10_000 });
    const [a = '', b = ''] = await serials(world, cycle, 2);
    const place = { cycle, table: await table(world, cycle) };
    for (const [n, [serial, id]] of (
      [
        [a, 'one'],
        [b, 'two'],
      ] as const
    ).entries())
      await handIn(world, place, serial, { resident: residents[n] ?? '' }, { id });
    const which = { $or: [{ community }, { '_id.community': community }, { _id: cycle as never }] };
    const NAMES = ['residents', 'accounts', 'accountEntries', 'works', 'tables', 'marks'];
    const kept = new Map<string, mongo.Document[]>();
    for (const name of NAMES) kept.set(name, await of(name).find(which).toArray());

    const does = async (act: Act, given: object) =>
      expect(await tried(world)(act, { community, cycle, actor, ...given }), act.name).not.to.have.any.keys('refused', 'mistakes', 'waits');
    const changes = (n: number, given: object) =>
      does(changeResident, { resident: residents[n], name: '王秀英', role: 'resident', reason: '换了号', ...given });
    await changes(0, { phone: '+8613900000077' });
    await importPhone(1, '+8613900000078');
    await (await makeCards(world, community, { id: '2' }, actor, { reason: '丢了' })).enact();
    const day = dayOf(world.now(), 'Asia/Shanghai');
    await does(addOwn, { work: 1, amount: 500, day, key: 'own' });
    await does(moveWork, { number: 2, to: 'seeking' });
    await undoMark(world, here.notify)({ cycle, id: 'two', actor: AT_TABLE });
    await closed(world, place);
    const found = async () =>
      (await putBackRecords(world.vault)).filter((each) => each.community === community).map(({ kind, count }) => `${kind} ${count}`);
    expect(await found()).to.deep.equal([]);

    for (const name of NAMES) {
      await of(name).deleteMany(which);
      await of(name).insertMany(kept.get(name) ?? []);
    }
    const { forged } = await forgedRecords(world.vault);
    expect(
      forged.filter((each) => each.community === community),
      'each is genuine',
    ).to.deep.equal([]);
    expect(await found()).to.deep.equal([
      ...['accounts older 1', 'marks taken back 1', 'residents older 2', 'residents older card 1', 'tables closed 1', 'works older 1'],
    ]);
    await of('residents').updateOne({ _id: residents[2] as never }, { $set: { cardMade: { by: '王芳', at: world.now() } } });
    expect(await found(), 'what stands in the clear tells no other moment').to.include('residents older card 1');

    async function importPhone(n: number, phone: string) {
      const rows = [{ line: 2, id: String(n), phone, role: 'resident' as const }];
      const read = { rows, columns: ['phone' as const] };
      const changes = await residentChanges(world, community, read, { replace: false, voting: cycle, isExplained: true, now: world.now() });
      await does(importResidents, rowsInput(changes, read.columns, '换了号'));
    }
  });

  it('hide no letter as if somebody had answered it, nor bring back one that was', async () => {
    const here = await town(world, { residents: 4 });
    const { community, notify } = here;
    for (const n of [0, 1, 2, 3]) await writeInquiry(world, notify, { kind: 'complaint', text: `第${n}件` }, here.act(n));
    const does = (act: Act, number: number, input: Typed = {}) =>
      act.perform({ world, notify }, { community, at: { number: String(number) }, input, actor: operator('李姐') });
    await does(answerInquiry, 1, { text: '修好了' });
    for (const number of [2, 3]) await does(closeInquiry, number, { note: '说过了' });
    const closed = await collection(Inquiry).findOne({ _id: { community, number: 3 } });
    await does(reopenInquiry, 3);
    const found = async () => (await putBackRecords(world.vault)).filter((each) => each.community === community);
    expect(await found()).to.deep.equal([]);
    const set = (number: number, change: object) => collection(Inquiry).updateOne({ _id: { community, number } }, change);
    await set(4, { $set: { answer: { by: '李姐', at: world.now() } } });
    expect(await found(), 'as if its words were forgotten').to.deep.equal([{ kind: 'inquiries ended', community, count: 1 }]);
    await set(3, { $set: { answer: closed?.answer } });
    await set(1, { $unset: { answer: 1 } });
    expect(await found(), 'closed as it was once; answered no more').to.deep.equal([{ kind: 'inquiries ended', community, count: 3 }]);
    const objection = { _id: { cycle: here.cycle, number: 1 }, community };
    await of('objections').insertOne({ ...objection, answer: { at: world.now() } } as never, { bypassDocumentValidation: true });
    expect(await found(), 'an objection that nobody answered').to.deep.include({ kind: 'objections ended', community, count: 1 });
    await of('objections').deleteOne({ _id: objection._id as never });
  });

  it('choose no slips that are drawn, nor what was found of them, nor who assisted', async () => {
    const here = await town(world, { residents: 3, cycle: votingNow(world) });
    const { community, cycle, residents } = here;
    const made = await serials(world, cycle, 3);
    const place = { cycle, table: await table(world, cycle) };
    for (const [n, serial] of made.entries()) await handIn(world, place, serial, { resident: residents[n] ?? '' });
    const later = { ...world, now: () => new Date(world.now().getTime() + 2 * HOUR_MS) };
    await sealDue(later, enterRest(later))();
    const [serial = ''] = (await slipAudit(later)(cycle))?.drawn ?? [];
    const compared = { found: 'agrees', by: '李姐', at: world.now(), changes: 0 };
    const kinds = async () =>
      [...(await forgedRecords(world.vault)).forged, ...(await putBackRecords(world.vault))]
        .filter((each) => each.community === community)
        .map(({ kind }) => kind);
    expect([serial.length, await kinds()]).to.deep.equal([8, []]);

    await compareSlip(later)({ cycle, serial, says: { picks: [1] }, actor: operator('老吴') });
    expect(await kinds()).to.deep.equal([]);
    await of('slips').updateOne({ _id: serial as never }, { $set: { compared } });
    const hand = { phone: 'operator 李姐', name: '李姐' };
    await of('assists').insertOne({ _id: { cycle, key: 'own' } as never, community, helper: hand, witness: hand });
    await of('slipLists').updateOne({ _id: cycle as never }, { $pull: { serials: serial } as never });
    expect(await kinds()).to.deep.equal(['assists ballots', 'slipLists list', 'slips compared']);
  });
});
