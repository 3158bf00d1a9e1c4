import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { announceTable, ballotMark, Cycle, calendarMark } from '../../../src/fund/cycles/index.ts';
import { exportCommunity, importCommunity } from '../../../src/fund/files/index.ts';
import { operator, Resident, requestMembership, residentId } from '../../../src/fund/people/index.ts';
import { staffOf } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { planCycle, setBallot } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { makeCards } from '../../support/madeCards.ts';
import { acceptRequest } from '../../support/requests.ts';
import { silence } from '../../support/silence.ts';
import { addStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';

const STRANGER = '+8613900000009';
const STAFF = '+8613900000008';
const LI = operator('李姐');
/** In place of the stages and of the end of keying, which in the file lie before these tests. */
const DATES = 'announce: 2026-01-01, propose: 2090-02-02, vote: "2090-02-20T08:00"';

describe('a community’s files', () => {
  const { world } = useDatabase('exportCommunity');
  const folder = useFolders();
  let here: Town;
  const files = {
    'community.yaml': '',
    'residents.csv': 'id,name,phone,building,door,language,role\n1,"王, 秀英",13800000001,3栋,3-301,,cadre\n2,=李,,,,en,\n007,张伟,,,,,\n',
    'cycle.yaml': '',
    'staff.csv': 'name,phone,role\n王芳,13800000005,cadre\n王芳,13800000005,council\n',
  };
  const markOf = async (id: string) => {
    const cycle = await collection(Cycle).findOne({ _id: id });
    return cycle ? calendarMark(cycle) : '';
  };
  const importOf = (dir: string, replace = false) => importCommunity(world, dir, LI, { replace });
  const dump = async () => {
    const names = ['communities', 'residents', 'cycles', 'staff', 'prompts'];
    const found = await Promise.all(
      names.map((name) =>
        mongoose.connection
          .getClient()
          .db()
          .collection(name)
          .find({}, { sort: { _id: 1 } })
          .toArray(),
      ),
    );
    return found;
  };
  const exported = async () => {
    const dir = folder({});
    const outcome = await exportCommunity(world, here.community, dir, LI);
    expect(outcome).to.have.property('files');
    return dir;
  };

  beforeEach(async () => {
    here = await town(world);
    await mongoose.connection.getClient().db().collection('cycles').deleteMany({ community: here.community });
    files['community.yaml'] = [
      `slug: ${here.community}`,
      'name: "青松: 社区"',
      `phone: "${here.phone}"`,
      'verify: strict',
      'quiet: "22:00-07:30"',
      'person: {name: 居委会, phone: "+862880000003"}',
      'prices: {sms: 0.05, currency: CNY}',
      'twoPersonsAbove: 500',
      'papers: warned',
      'plan: [{place: 3栋, x: 120, y: -8.5}]',
      'about: {money: 市里每年给的, answers: [{asks: [几点开门, 开门时间], says: 早上九点到下午五点}]}',
    ].join('\n');
    files['cycle.yaml'] = [
      `id: ${here.community}-2027`,
      'title: "2027 #1"',
      'budget: 300000',
      'rule: equal-shares',
      'choices: {max: 2}',
      'stages: {announce: 2026-01-01, propose: +1d, vote: "+20dT08:00", implement: "2028-01-01T20:00"}',
      'projects: [{number: 3, title: 花园, cost: 60000, due: 2027-06}, {number: 7, title: 路灯, short: 灯, cost: 48000, detail: 八盏, place: 三号院}]',
      'lot: [7, 3]',
      'paper: {until: "2028-01-03T12:00", key: atOnce}',
      'tables: [{place: 三号院门口, from: "2027-12-30T09:00", to: "2027-12-30T17:00"}]',
    ].join('\n');
  });

  it('are written as they stand now, and importing them again changes nothing', async () => {
    const dir = folder(files);
    mkdirSync(join(dir, 'audio/zh-CN'), { recursive: true });
    writeFileSync(join(dir, 'audio/zh-CN/menu.top.mp3'), silence(2));
    expect(await importOf(dir)).to.have.property('imported');
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    await acceptRequest(world, here.notify)({ community: here.community, request: 1, actor: LI });
    await (await makeCards(world, here.community, 'missing', LI)).enact();
    await addStaff(world)(here.community, { name: '何静', phone: STAFF, role: 'supervisor' }, LI);
    await addStaff(world)(here.community, { name: '街道', phone: STAFF, role: 'office' }, LI);

    const out = await exported();
    expect(readdirSync(out).toSorted()).to.deep.equal(['audio', 'community.yaml', 'cycle.yaml', 'residents.csv', 'staff.csv']);
    expect(readFileSync(join(out, 'residents.csv'), 'utf8')).to.include('joined-1,赵小梅,+8613900000009,3栋,,,resident\n');
    expect(readFileSync(join(out, 'audio/zh-CN/menu.top.mp3')).equals(silence(2))).to.equal(true);
    expect(readFileSync(join(out, 'staff.csv'), 'utf8')).to.not.include('街道');
    expect(statSync(join(out, 'residents.csv')).mode & 0o777).to.equal(0o600);

    const before = await dump();
    for (const replace of [false, true]) {
      const outcome = await importOf(out, replace);
      expect('imported' in outcome && outcome.imported.residents, JSON.stringify(outcome)).to.deep.equal({
        added: 0,
        changed: 0,
        removed: 0,
        left: 0,
      });
      expect(await dump()).to.deep.equal(before);
    }
    const again = await exported();
    for (const name of ['community.yaml', 'cycle.yaml', 'residents.csv', 'staff.csv'])
      expect(readFileSync(join(again, name), 'utf8'), name).to.equal(readFileSync(join(out, name), 'utf8'));
  });

  it('that are older than what was changed here are refused with the differences; --replace takes them all the same', async () => {
    const old = folder(files);
    await importOf(old);
    await requestMembership(world, { name: '张伟', building: '9栋' }, here.act(STRANGER));
    await acceptRequest(world, here.notify)({ community: here.community, request: 1, as: '007', actor: LI });
    await removeStaff(world)(here.community, { phone: '+8613800000005', role: 'council' }, LI);
    const before = await dump();

    const outcome = await importOf(old);
    expect('problems' in outcome && outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`)).to.deep.equal([
      `residents.csv:4: phone is ${STRANGER} here and nothing in the file, building is 9栋 here and nothing in the file: changed here since the last import or export; export first, or import with --replace`,
      'staff.csv:3: name is nothing here and 王芳 in the file: changed here since the last import or export; export first, or import with --replace',
    ]);
    expect(await dump()).to.deep.equal(before);

    const out = await exported();
    expect(await importOf(out)).to.have.property('imported');
    expect(await importOf(old), 'who exported has seen the changes').to.have.property('imported');
    expect((await staffOf(world, here.community)).length).to.equal(2);
    await removeStaff(world)(here.community, { phone: '+8613800000005', role: 'council' }, LI);
    expect(await importOf(old)).to.have.property('problems');
    expect(await importOf(old, true)).to.have.property('imported');
    const zhang = await collection(Resident).findOne({ _id: residentId(world.vault, here.community, '007') });
    expect([zhang?.phoneId, zhang?.building]).to.deep.equal([undefined, undefined]);
  });

  it('that are older than the calendar or the ballot as they were set here are refused with each difference; exported, they change nothing', async () => {
    const old = folder({
      ...files,
      'cycle.yaml': files['cycle.yaml']
        .replace('announce: 2026-01-01, propose: +1d, vote: "+20dT08:00"', DATES)
        .replace('2028-01-01T20:00', '2090-03-20T20:00')
        .replace('2028-01-03T12:00', '2090-03-21T12:00')
        .replaceAll('2027-12-30', '2090-03-10'),
    });
    await importOf(old);
    const id = `${here.community}-2027`;
    const stages = { announce: '2026-01-01', propose: '2090-01-02', vote: '2090-03-01T08:00', implement: '2090-04-01T20:00' };
    const cycle = await collection(Cycle).findOne({ _id: id });
    if (!cycle) throw new Error('no cycle');
    const planned = await planCycle(world)(
      here.community,
      { id, stages, paper: { until: '2090-04-02T12:00', key: 'afterClose' }, seen: calendarMark(cycle) },
      LI,
    );
    expect(planned).to.deep.equal({ planned: id });
    await setBallot(world, here.notify)(here.community, { id, seen: ballotMark(cycle), change: { remove: 7 } }, LI);
    const table = { place: '老年活动室', day: '2090-03-11', from: '09:00', to: '12:00' };
    const announced = await announceTable.perform(
      { world, notify: here.notify },
      { community: here.community, at: { cycle: id }, input: table, actor: LI },
    );
    expect(announced.is, 'and another plan leaves what is announced').to.equal('done');
    const before = await dump();
    const outcome = await importOf(old);
    const told = 'problems' in outcome ? outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what.split(': changed')[0]}`) : [];
    expect(told).to.deep.equal([
      'cycle.yaml:6: stages.propose is 2090-01-02T00:00 here and 2090-02-02T00:00 in the file',
      'cycle.yaml:6: stages.vote is 2090-03-01T08:00 here and 2090-02-20T08:00 in the file',
      'cycle.yaml:6: stages.implement is 2090-04-01T20:00 here and 2090-03-20T20:00 in the file',
      'cycle.yaml:7: projects differs',
      'cycle.yaml:8: lot differs',
      'cycle.yaml:9: paper.key is afterClose here and atOnce in the file',
      'cycle.yaml:9: paper.until is 2090-04-02T12:00 here and 2090-03-21T12:00 in the file',
      'cycle.yaml:10: tables differ',
    ]);
    expect(await dump()).to.deep.equal(before);
    expect(await importOf(await exported())).to.have.property('imported');
    expect(await dump(), 'what was exported changes nothing').to.deep.equal(before);
    await planCycle(world)(here.community, { id, stages: { ...stages, propose: '2090-01-03' }, seen: await markOf(id) }, LI);
    expect(await importOf(old)).to.have.property('problems');
    expect(await importOf(old, true)).to.have.property('imported');
    expect((await collection(Cycle).findOne({ _id: id }))?.projects).to.have.length(2);
  });

  it('of no community are none', async () => {
    expect(await exportCommunity(world, 'nowhere', folder({}), LI)).to.deep.equal({ refused: 'noCommunity' });
  });
});
