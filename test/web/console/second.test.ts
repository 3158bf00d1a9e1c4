import { expect } from 'chai';
import type { Act } from '../../../src/fund/act/index.ts';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { operator, Resident, requestMembership, type StaffRole } from '../../../src/fund/people/index.ts';
import { Second } from '../../../src/fund/second/second.ts';
import { actorsAt } from '../../../src/fund/staff/index.ts';
import { addImplementer, askImplementer, chooseImplementer, findWork, moveWork, recordOffer } from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { openAllTheSame } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { staff } from '../../support/second.ts';
import { addStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { RESULT_DAY, won } from '../../support/works.ts';
import { browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const LI = operator('李姐');
const STRANGER = '+8613900000009';
const ROLES = ['cadre', 'council', 'supervisor', 'helper', 'implementer', 'office'] as const satisfies readonly StaffRole[];

describe('the pages of the second person', () => {
  const { world } = useDatabase('consolesecond');
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
  });

  const { as } = web;
  const own = (path = '') => `/console/${here.community}${path}`;
  const asked = async () => (await as('cadre')).post(own('/requests/1/accept'), { who: 'new', reason: '来过' });
  const onRoster = () => collection(Resident).countDocuments({ community: here.community });
  const stateOf = async () => (await collection(Second).findOne({ _id: { community: here.community, number: 1 } }))?.state;

  it('lead there who may not do it alone, and show a supervisor on Today that it is their turn', async () => {
    const { get } = await as('cadre');
    expect(await (await get(own('/requests/1'))).text()).to.include('请监督委员来定');
    expect((await asked()).headers.get('location')).to.equal(own('/second/1?done=asked'));
    expect((await asked()).headers.get('location'), 'sent twice').to.equal(own('/second/1?done=already'));
    expect(await collection(Second).countDocuments({ '_id.community': here.community })).to.equal(1);
    const supervisor = await as('supervisor');
    expect(await (await supervisor.get(own())).text())
      .to.include('件事等您复核')
      .and.to.include(`href="${own('/second/1')}"`);
    expect(await (await get(own())).text())
      .to.include('件事待复核')
      .and.to.not.include('件事等您复核');
    const page = await (await supervisor.get(own('/second/1'))).text();
    for (const what of ['赵小梅', '3栋', '139 0000 0009', 'cadre的王芳', '来过', '同意，现在就办']) expect(page).to.include(what);
    expect(await onRoster()).to.equal(0);
  });

  it('show who confirms money the vote’s cost, the grant, all offers, what was paid and on which papers; seen before it changed it is not confirmed', async () => {
    await won(world, here, { 3: 60_000 });
    const cadre = await staff(world, here.community, { role: 'cadre', phone: phoneOf('cadre') });
    const does = async (act: Act, given: object) => {
      const outcome = await tried(world)(act, { community: here.community, cycle: here.cycle, number: 3, actor: cadre, ...given });
      expect(outcome, act.name).not.to.have.any.keys('refused', 'mistakes');
    };
    await does(moveWork, { to: 'seeking', day: RESULT_DAY });
    for (const [n, amount] of [
      [1, 58_100],
      [2, 57_200],
    ] as const) {
      await does(addImplementer, { organisation: `第${n}家`, kind: 'company', person: '周', phone: `1370000000${n}` });
      await does(askImplementer, { implementer: n });
      await does(recordOffer, { implementer: n, amount, day: RESULT_DAY });
    }
    await does(chooseImplementer, { implementer: 1, reason: '熟手', fewReason: '没人来' });
    const { get, post } = await as('supervisor');
    const page = await (await get(own('/second/1'))).text();
    const facts = page.slice(page.indexOf('id="facts"'));
    for (const what of ['60,000', '第1家', '58,100', '第2家', '57,200']) expect(facts).to.include(what);
    const seen = /name="seen" value="([^"]+)"/.exec(page)?.[1] ?? '';
    await does(recordOffer, { implementer: 2, amount: 40_000, day: RESULT_DAY });
    expect((await post(own('/second/1/confirm'), { seen })).status, 'another offer meanwhile').to.equal(409);
    expect((await findWork(here.cycle, 3))?.state).to.equal('seeking');
  });

  it('name the resident as whom somebody is accepted, and the lines of a ballot that is to open all the same', async () => {
    await here.person('R12', { name: '钱三娘', building: '5栋' });
    const cadre = await as('cadre');
    const to = (await cadre.post(own('/requests/1/accept'), { who: 'as:R12', reason: '来过' })).headers.get('location') ?? '';
    const supervisor = await as('supervisor');
    const page = await (await supervisor.get(to)).text();
    for (const what of ['赵小梅', '3栋', 'R12', '钱三娘', '5栋']) expect(page).to.include(what);

    const held = await town(world, { cycle: { ...votingNow(world), holds: [{ from: new Date(0) }] } });
    await staffAll(world, held.community);
    const [actor] = await actorsAt(world, held.community, phoneOf('cadre'));
    if (!actor) throw new Error('they are a cadre');
    expect(await openAllTheSame(world)({ id: held.cycle, actor, reason: '大家等着' })).to.have.property('waits');
    const opening = await (await supervisor.get(`/console/${held.community}/second/1`)).text();
    for (const what of ['1 项目1 10,000', '3 项目3 10,000']) expect(opening).to.include(what);
  });

  it('are read and used by whom they are for; everybody else hears 403, another community 404', async () => {
    await asked();
    for (const role of ROLES) {
      const { get, post } = await as(role);
      const sees = role === 'cadre' || role === 'supervisor';
      for (const page of ['/second', '/second/1']) expect((await get(own(page))).status, `${role} ${page}`).to.equal(sees ? 200 : 403);
      if (role === 'supervisor') continue;
      expect((await post(own('/second/1/confirm'))).status, role).to.equal(403);
      if (role !== 'cadre') expect((await post(own('/second/1/refuse'), { reason: '不' })).status, role).to.equal(403);
    }
    const elsewhere = await town(world);
    await addStaff(world)(elsewhere.community, { name: '外人', phone: '+8613800000188', role: 'supervisor' }, LI);
    const stranger = browse(() => web, await cookieOf(world, '+8613800000188'));
    expect((await stranger.post(own('/second/1/confirm'))).status).to.equal(404);
    expect((await stranger.post(`/console/${elsewhere.community}/second/1/confirm`)).status).to.equal(404);
    const supervisor = await as('supervisor');
    expect((await supervisor.post(own('/second/9/confirm'))).status).to.equal(404);
    expect((await supervisor.post(own('/second/1/confirm'), {}, { 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
    expect((await browse(() => web).post(own('/second/1/confirm'))).status).to.equal(403);
    expect([await onRoster(), await stateOf()]).to.deep.equal([0, 'waiting']);
  });

  it('do it once, however often and by whomever it is sent', async () => {
    await asked();
    await addStaff(world)(here.community, { name: '孙丽', phone: '+8613800000177', role: 'supervisor' }, LI);
    const [one, other] = [await as('supervisor'), browse(() => web, await cookieOf(world, '+8613800000177'))];
    const answers = await Promise.all([one, other, one].map(({ post }) => post(own('/second/1/confirm'))));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409, 409]);
    expect((await one.post(own('/second/1/confirm'))).status, 'replayed').to.equal(409);
    expect((await one.post(own('/second/1/refuse'), { reason: '不' })).status).to.equal(409);
    expect(await onRoster()).to.equal(1);
    expect(await collection(LogEntry).countDocuments({ '_id.community': here.community, act: 'second.confirm' })).to.equal(1);
  });

  it('hold off a cadre who is supervisor, too, and a supervisor who was removed', async () => {
    await asked();
    const phone = phoneOf('cadre');
    await addStaff(world)(here.community, { name: '周明', phone, role: 'supervisor' }, LI);
    const both = await as('cadre');
    const page = await (await both.get(own('/second/1'))).text();
    expect(page).to.include('这是您提的').and.to.not.include('/second/1/confirm');
    const answer = await both.post(own('/second/1/confirm'));
    expect(answer.status).to.equal(409);
    expect(await answer.text()).to.include('和您算同一个人');
    const supervisor = await as('supervisor');
    await removeStaff(world)(here.community, { phone: phoneOf('supervisor') }, LI);
    expect((await supervisor.post(own('/second/1/confirm'))).status).to.be.oneOf([403, 404]);
    expect([await onRoster(), await stateOf()]).to.deep.equal([0, 'waiting']);
  });

  it('tell three that are to sign in apart, with their phones, and confirm on one page what is ticked, but nobody’s own', async () => {
    const cadre = await as('cadre');
    const names = ['周建华', '孙丽', '吴敏'];
    for (const [index, name] of names.entries())
      expect((await cadre.post(own('/people/staff/add'), { name, phone: `1380000017${index}`, role: 'council' })).status, name).to.equal(303);
    const supervisor = await as('supervisor');
    const list = await (await supervisor.get(own('/second'))).text();
    for (const [index, name] of names.entries()) expect(list).to.include(name).and.to.include(`138 0000 017${index}`);
    const numbers = ['1', '2', '3'];
    const sent = numbers.map((number) => `tick=${number}`).join('&');
    expect((await supervisor.post(own('/second/several'), {})).status, 'nothing ticked').to.equal(422);
    const page = await (await supervisor.post(`${own('/second/several')}?${sent}`, {})).text();
    expect(page).to.include('3件都同意，现在就办');
    for (const [index, name] of names.entries()) expect(page).to.include(name).and.to.include(`138 0000 017${index}`);
    const mine = await (await cadre.post(`${own('/second/several')}?${sent}`, {})).text();
    expect(mine).to.include('这是您提的').and.to.not.include('都同意，现在就办');
    expect((await cadre.post(own('/second/several/confirm'), { number: '1' })).status).to.be.oneOf([403, 409]);
    await supervisor.post(own('/second/2/refuse'), { reason: '不认识' });
    const partly = await supervisor.post(own('/second/several/confirm'), { number: numbers });
    expect(partly.status).to.equal(409);
    expect(await partly.text())
      .to.include('复核2')
      .and.to.include('2件同意了，已经办好');
    const states = await collection(Second)
      .find({ '_id.community': here.community }, { sort: { '_id.number': 1 } })
      .toArray();
    expect(states.map(({ state }) => state)).to.deep.equal(['confirmed', 'refused', 'confirmed']);
  });

  it('take a refusal with a reason, and keep what was typed', async () => {
    await asked();
    const { post, get } = await as('supervisor');
    const missing = await post(own('/second/1/refuse'), { reason: ' ' });
    expect(missing.status).to.equal(422);
    expect(await missing.text()).to.match(/id="reason"[^>]*aria-invalid="true"/);
    expect((await post(own('/second/1/refuse'), { reason: '<b>不认识</b>' })).headers.get('location')).to.equal(own('/second?done=refused&number=1'));
    expect(await (await get(own('/second/1'))).text()).to.include('&lt;b&gt;不认识&lt;/b&gt;');
    expect(await (await get(own('/second?state=over'))).text()).to.include('没有让做');
    expect(await (await get(own('/second.csv?state=over'))).text()).to.include('<b>不认识</b>');
    const kept = await post(own('/second/1/refuse?state=over'), { reason: '不' });
    expect(await kept.text(), 'the way back to the list as it was').to.include(`href="${own('/second?state=over')}"`);
  });
});
