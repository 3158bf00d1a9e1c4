import { expect } from 'chai';
import { ballotMark, Cycle } from '../../../src/fund/cycles/index.ts';
import { holdVotes, recordObjection } from '../../../src/fund/meetings/index.ts';
import { Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import { Publication } from '../../../src/fund/meetings/publication.ts';
import type { StaffRole } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { browse, staffAll, useOffice } from './office.ts';

const YEAR_MS = 365 * DAY_MS;
const MARKUP = '<script>alert(1)</script>"\'&';

describe('the page of a publication', () => {
  const { world: real } = useDatabase('consolepublication');
  let ahead = 0;
  const world: World = { ...real, now: () => new Date(Date.now() + ahead) };
  let here: Town;
  const web = useOffice(world);
  beforeEach(async () => {
    ahead = 0;
    here = await town(world, { residents: 1 });
    await staffAll(world, here.community);
    await collection(Cycle).updateOne(
      { _id: here.cycle },
      {
        $set: {
          'stages.0.stage': 'publish',
          'stages.1.from': new Date(Date.now() + 30 * DAY_MS),
          'stages.2.from': new Date(Date.now() + 40 * DAY_MS),
          'stages.3.from': new Date(Date.now() + 50 * DAY_MS),
        },
      },
    );
  });
  const as = async (role: StaffRole) => {
    const { get, post } = await web.as(role);
    const own = (path = '') => `/console/${here.community}/publication${path}`;
    return {
      page: async () => (await get(own())).text(),
      today: async () => (await get(`/console/${here.community}`)).text(),
      send: (path: string, form: Record<string, string> = {}) => post(own(path), { cycle: here.cycle, ...form }),
    };
  };
  const seen = async () => {
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    return cycle ? ballotMark(cycle) : '';
  };
  const object = (text: string) => recordObjection(world, { text }, here.act(0));

  it('publishes once, however often it is sent, and waits for a supervisor, who finds it wrong and then right', async () => {
    const cadre = await as('cadre');
    expect(await cadre.page())
      .to.include('要公示的名单')
      .and.to.include('社区花园');
    expect((await cadre.send(`/${here.cycle}/publish`, { seen: '0' })).status).to.equal(303);
    const again = await cadre.send(`/${here.cycle}/publish`, { seen: '0' });
    expect([again.status, (await again.text()).includes('刚才有人重新公示了')]).to.deep.equal([409, true]);
    expect(await collection(Publication).countDocuments({ community: here.community })).to.equal(1);
    const supervisor = await as('supervisor');
    expect(await supervisor.today()).to.include('份公示等监督委员核对');
    expect((await supervisor.send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'wrong' })).status).to.equal(422);
    expect((await supervisor.send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'wrong', finding: MARKUP })).status).to.equal(303);
    expect(await cadre.page())
      .to.include('监督委员核对出了问题')
      .and.to.not.include(MARKUP);
    expect((await supervisor.send(`/${here.cycle}/check`, { ballot: 'another', seen: '1', is: 'right' })).status).to.equal(409);
    expect(await supervisor.page()).to.include(`name="ballot" value="${await seen()}"`);
    expect((await supervisor.send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'right' })).status).to.equal(303);
    expect((await supervisor.send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'right' })).status).to.equal(409);
    expect(await supervisor.today()).to.not.include('份公示等监督委员核对');
  });

  it('publishes the list that was looked at, and no other', async () => {
    const cadre = await as('cadre');
    const shown = async () => /publish"[^>]*>(?:(?!<form).)*name="ballot" value="([^"]+)"/s.exec(await cadre.page())?.[1] ?? expect.fail('no list');
    const looked = await shown();
    await collection(Cycle).updateOne({ _id: here.cycle }, { $inc: { 'projects.0.cost': 1 } });
    const refused = await cadre.send(`/${here.cycle}/publish`, { seen: '0', ballot: looked });
    expect([refused.status, (await refused.text()).includes('改了选票')]).to.deep.equal([409, true]);
    expect(await collection(Publication).countDocuments({ community: here.community })).to.equal(0);
    let now = looked;
    while (now === looked) now = await shown(); // what readers keep in memory
    expect((await cadre.send(`/${here.cycle}/publish`, { seen: '0', ballot: now })).status).to.equal(303);
  });

  it('shows line by line where the ballot says something else than what is published', async () => {
    const cadre = await as('cadre');
    await cadre.send(`/${here.cycle}/publish`, { seen: '0' });
    await (await as('supervisor')).send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'right' });
    expect(await cadre.page()).to.not.include('哪里对不上');
    const change = async (path: string, form: Record<string, string>) =>
      expect((await cadre.send(`/../ballot/${path}`, { seen: await seen(), ...form })).status, path).to.equal(303);
    await change('project', { number: '3', title: '社区花园', cost: '52000', at: '3', do: 'save' });
    await change('project', { number: '9', title: '凉亭', cost: '700', do: 'save' });
    await change('remove', { at: '7' });
    const table = /id="differences"[\s\S]*?<\/table>/.exec(await cadre.page())?.[0] ?? '';
    const lines = [...table.matchAll(/<tr>(<td[\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
      row
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
    expect(lines).to.have.length(3);
    expect(lines[0]).to.match(/^公示的 3 社区花园.* · [\d,]+元 现在选票上的 3 社区花园 · 52,000元$/);
    expect(lines[1]).to.match(/^公示的 7 .* 现在选票上的 没有$/);
    expect(lines[2]).to.equal('公示的 没有 现在选票上的 9 凉亭 · 700元');
  });

  it('answers an objection once; what was typed second is shown, not sent; then everybody may read it, numbers masked', async () => {
    const cadre = await as('cadre');
    await cadre.send(`/${here.cycle}/publish`, { seen: '0' });
    await object(`3 ${MARKUP} 13800001234`);
    expect(await cadre.page())
      .to.include('1号异议')
      .and.to.include('13800001234')
      .and.to.not.include(MARKUP);
    expect(await cadre.today()).to.include('条异议等着答复');
    for (const role of ['council', 'supervisor'] as const)
      expect(await (await as(role)).page(), role)
        .to.include('138********')
        .and.to.not.include('13800001234');
    const open = await (await browse(() => web).get(`/c/${here.community}`)).text();
    expect(open).to.include('1条异议，1条还没答复').and.to.not.include('alert');
    expect((await cadre.send(`/${here.cycle}/objections/1/answer`)).status).to.equal(422);
    expect((await cadre.send(`/${here.cycle}/objections/1/answer`, { text: '三家比过价' })).status).to.equal(303);
    const second = await cadre.send(`/${here.cycle}/objections/1/answer`, { text: '另一个答复' });
    expect([second.status, (await second.text()).includes('另一个答复')]).to.deep.equal([409, true]);
    ahead = 60_000; // what was kept of the page is over
    const answered = await (await browse(() => web).get(`/c/${here.community}`)).text();
    expect(answered).to.include('三家比过价').and.to.include('138********').and.to.not.include(MARKUP);
  });

  it('tells on Today what is past its day', async () => {
    await object('3 太贵');
    const given = { community: here.community, origin: 'paper' as const, text: '太贵', at: world.now() };
    const many = Array.from({ length: 500 }, (_, n) => objectionOf(world.vault, { cycle: here.cycle, number: n + 2 }, { ...given, key: `${n}` }));
    await collection(Objection).insertMany(many);
    ahead = 11 * DAY_MS;
    expect(await (await as('supervisor')).today()).to.match(/501\D*条异议过了答复的日子/);
    expect(await (await as('council')).page())
      .to.include('该在')
      .and.include('还有1条没列在这里');
  });

  it('answers what is left of an earlier cycle on that cycle’s page, to which Today and the inbox lead', async () => {
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    if (!cycle) throw new Error('the town has a cycle');
    const before = { ...cycle, _id: `${here.community}-0`, title: '去年的' };
    await collection(Cycle).insertOne({
      ...before,
      stages: cycle.stages.map(({ stage, from }) => ({ stage, from: new Date(from.getTime() - YEAR_MS) })),
    });
    const at = new Date(Date.now() - 300 * DAY_MS);
    const given = { community: here.community, origin: 'paper' as const, text: '太贵', at, key: `${before._id} 1` };
    await collection(Objection).insertOne(objectionOf(world.vault, { cycle: before._id, number: 1 }, given));
    await object('3 也贵');
    const { get, post } = await web.as('cadre');
    const own = `/console/${here.community}`;
    const read = async (path: string) => (await get(own + path)).text();
    const today = await read('');
    expect(today)
      .to.include('条前几轮的异议还没有答复')
      .and.to.include(`publication?cycle=${before._id}#objections`)
      .and.to.not.include('条异议过了答复的日子');
    expect(today).to.match(/>1<\/span> <span class="what">条异议等着答复/);
    expect(await read('/inbox')).to.include(`publication?cycle=${before._id}#objection-1"`);
    const page = await read(`/publication?cycle=${before._id}`);
    expect(page).to.include('去年的').and.to.not.include('name="seen"').and.to.not.include('name="about"');
    const action = /action="([^"]*objections\/1\/answer[^"]*)"/.exec(page)?.[1] ?? '';
    const empty = await post(action, { cycle: before._id, text: '' });
    expect([empty.status, (await empty.text()).includes('太贵')]).to.deep.equal([422, true]);
    const sent = await post(action, { cycle: before._id, text: '比过价' });
    expect([sent.status, sent.headers.get('location')]).to.deep.equal([303, `${own}/publication?cycle=${before._id}&done=objection.unheard`]);
    expect(await read('')).to.not.include('条前几轮的异议还没有答复');
    expect((await get(`${own}/publication?cycle=nobody-1`)).status).to.equal(404);
  });

  it('says on every page that the vote is held back, and lets a cadre ask a supervisor to open it all the same', async () => {
    const before = await as('cadre');
    await before.send(`/${here.cycle}/publish`, { seen: '0' });
    await holdVotes(world);
    expect(await before.page()).to.not.include('投票先不开');
    ahead = 30 * DAY_MS + 60_000;
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    expect(await cadre.today()).to.include('场投票到日子没有开');
    const open = browse(() => web);
    expect(await (await open.get(`/c/${here.community}`)).text())
      .to.include('投票先等一等')
      .and.to.include('等公示的事办完就开');
    expect(await (await open.get(`/c/${here.community}/feed.atom`)).text()).to.include('投票先等一等');
    expect(await (await open.get(`/api/cycles/current?community=${here.community}`)).text()).to.match(/"stage":"publish","heldSince":"20/);
    const page = await cadre.page();
    const seen = /openAllTheSame"><input type="hidden" name="seen" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(await supervisor.page(), 'who may not ask')
      .to.include('投票先不开')
      .and.to.not.include('openAllTheSame');
    expect((await cadre.send(`/${here.cycle}/openAllTheSame`, { seen })).status, 'without a reason').to.equal(422);
    const late = await cadre.send(`/${here.cycle}/openAllTheSame`, { seen: 'other', reason: MARKUP });
    expect([late.status, (await late.text()).includes('&lt;script&gt;alert(1)')]).to.deep.equal([409, true]);
    const asked = await cadre.send(`/${here.cycle}/openAllTheSame`, { seen, reason: '大家都等着' });
    expect([asked.status, asked.headers.get('location')]).to.deep.equal([303, `/console/${here.community}/second/1?done=asked`]);
    expect((await supervisor.send('/../second/1/confirm')).status).to.equal(303);
    expect(await cadre.today()).to.not.include('场投票到日子没有开');
    ahead += 60_000;
    expect(await (await open.get(`/c/${here.community}/log`)).text())
      .to.include('公示的事没办完，照样开始投票')
      .and.to.include('大家都等着');
    expect(await (await open.get(`/c/${here.community}`)).text()).to.include('大家都等着');
  });

  it('writes an objection down once, and keeps what was typed where it does not fit', async () => {
    const cadre = await as('cadre');
    expect(await cadre.page()).to.include('记下一条异议');
    const form = { text: '太贵了', about: '3', origin: 'paper', phone: '13800001234', key: 'form' };
    const wrong = await cadre.send(`/${here.cycle}/enter`, { ...form, about: '99' });
    expect([wrong.status, (await wrong.text()).includes('太贵了')]).to.deep.equal([422, true]);
    for (let times = 0; times < 2; times += 1) expect((await cadre.send(`/${here.cycle}/enter`, form)).status).to.equal(303);
    expect(await collection(Objection).countDocuments({ community: here.community })).to.equal(1);
    expect((await cadre.send(`/${here.cycle}/enter`, { ...form, phone: '12', key: 'other' })).status).to.equal(422);
  });

  it('is changed by those alone who may', async () => {
    await object('3 太贵');
    await (await as('cadre')).send(`/${here.cycle}/publish`, { seen: '0' });
    for (const role of ['council', 'supervisor', 'helper', 'implementer', 'office'] as const) {
      const { send } = await as(role);
      const of = (...verbs: readonly string[]) => verbs.map((verb) => `/${here.cycle}/${verb}`);
      const forms = [...of('publish', 'enter', 'objections/1/answer', 'openAllTheSame', ...(role === 'supervisor' ? [] : ['check']))];
      const form = { seen: '1', text: '太贵', key: 'k', is: 'right' };
      for (const path of forms) expect((await send(path, form)).status, `${role} ${path}`).to.equal(403);
    }
    expect((await (await as('cadre')).send(`/${here.cycle}/check`, { ballot: await seen(), seen: '1', is: 'right' })).status).to.equal(403);
  });
});
