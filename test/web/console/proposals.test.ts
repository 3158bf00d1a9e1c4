import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { Community } from '../../../src/fund/communities/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { enterProposals, mergeProposals } from '../../support/proposals.ts';
import { type Town, town } from '../../support/town.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const MARKUP = '<script>alert(1)</script>"\'&';
const NAME = '王婆婆';
const PHONE = '+8613900000009';
const KEY = 'a'.repeat(32);
const READERS = ['cadre', 'council', 'supervisor', 'office'] as const satisfies readonly StaffRole[];
const OTHERS = ['council', 'supervisor', 'helper', 'implementer', 'office'] as const satisfies readonly StaffRole[];

describe('proposals in the console', () => {
  const { world: real } = useDatabase('proposalpages');
  let now = new Date();
  const world: World = { ...real, now: () => now };
  let here: Town;
  let elsewhere: Town;
  const web = useOffice(world);
  beforeEach(async () => {
    now = new Date();
    const categories = [
      { name: '路灯', words: ['灯', '黑'] },
      { name: '绿化', words: ['花', '树'] },
    ];
    here = await town(world, { residents: 3, community: { categories } });
    elsewhere = await town(world, { residents: 1 });
    await staffAll(world, here.community);
    await recordProposal(world, { text: '三号院门口太黑' }, here.act(0));
    await recordProposal(world, { text: MARKUP }, here.act(1));
    await recordProposal(world, { text: '门口打13912345678找我种花' }, here.act(2));
    const proposals = [{ text: '会上说要种树', origin: 'meeting' as const, name: NAME, phone: PHONE }];
    await enterProposals(world)({ cycle: here.cycle, proposals, actor: operator('李姐'), key: 'k' });
  });

  const { as } = web;
  const own = (path = '') => `/console/${here.community}/proposals${path}`;
  const stored = (number: number) => collection(Proposal).findOne({ _id: { cycle: here.cycle, number } });
  const count = () => collection(Proposal).countDocuments({ '_id.cycle': here.cycle });
  const acts = () => actsIn(here.community, 'cadre');
  const told = () => collection(Message).countDocuments({ community: here.community, kind: 'answer' });
  const seenOf = async (number: number) => String((await stored(number))?.opinion?.at.getTime() ?? 0);
  const draft = async (number: number, form: Record<string, string>) =>
    (await as('cadre')).post(own(`/${number}/examine`), { seen: await seenOf(number), ...form });

  it('are read by cadre, council, supervisor and office; only a cadre changes them', async () => {
    const forms: readonly [path: string, form: Record<string, string>][] = [
      ['/sortMany', { tick: '1', into: '路灯' }],
      ['/enter', { key: KEY, text: '修棚子', origin: 'paper' }],
      ['/check', { key: KEY, lines: '修棚子', origin: 'paper' }],
      ['/enterMany', { key: KEY, lines: '修棚子', origin: 'paper' }],
      ['/answer', { give: '1:1' }],
      ['/1/sort', { category: '路灯', was: '' }],
      ['/1/merge', { into: '2' }],
      ['/1/apart', { reason: '看错了' }],
      ['/1/distinct', { other: '2' }],
      ['/1/examine', { feasible: 'yes', cost: '10', seen: '' }],
      ['/1/back', { reason: '弄错了' }],
      ['/examineMany', { 'seen-1': '0', 'cost-1': '10' }],
    ];
    for (const role of OTHERS) {
      const { get, post } = await as(role);
      for (const page of ['', '/1', '.csv'])
        expect((await get(own(page))).status, `${role} ${page}`).to.equal(READERS.some((each) => each === role) ? 200 : 403);
      for (const page of ['/new', '/round', '/opinions']) expect((await get(own(page))).status, `${role} ${page}`).to.equal(403);
      for (const [path, form] of forms) expect((await post(own(path), form)).status, `${role} ${path}`).to.equal(403);
    }
    expect(await acts()).to.deep.equal([]);
    expect(await count()).to.equal(4);
    const cadre = await as('cadre');
    for (const [path, form] of forms) expect((await cadre.post(`/console/${elsewhere.community}/proposals${path}`, form)).status, path).to.equal(404);
    for (const page of ['/9', '/0', '/x', '/9/sort']) expect((await cadre.get(own(page))).status, page).to.equal(404);
    for (const path of ['/9/sort', '/9/merge', '/9/examine', '/9/back'])
      expect((await cadre.post(own(path), { into: '1' })).status, path).to.equal(404);
  });

  it('show no phone number to anybody but a cadre, no name and nothing hidden to an office, and no markup of a text', async () => {
    await recordProposal(world, { text: '生人的提议' }, here.act('+8613700000099'));
    for (const role of READERS) {
      const { get } = await as(role);
      const pages = await Promise.all(['', '/2', '/3', '/4', '.csv', '/5'].map(async (page) => (await get(own(page))).text()));
      const all = pages.join('\n');
      expect(all.includes('13912345678'), `${role} phone in a text`).to.equal(role === 'cadre');
      expect(/139 ?0000 ?0009/.test(all), `${role} phone`).to.equal(role === 'cadre');
      expect(all.includes(NAME), `${role} name`).to.equal(role !== 'office');
      expect(all.includes('生人的提议'), `${role} not public`).to.equal(role !== 'office');
      expect(pages.slice(0, 4).join('')).not.to.include('<script>alert');
    }
  });

  it('are filtered, searched and sorted, and the files say what the page shows', async () => {
    const { get, post } = await as('cadre');
    await supportProposals(world)({ numbers: [4] }, here.act(0));
    const numbers = async (query: string) => {
      const rows: Record<string, string>[] = parse(await (await get(own(`.csv?${query}`))).text(), { columns: true, bom: true });
      return rows.map(({ number }) => number);
    };
    expect((await post(own('/sortMany?tick=1'), { category: '路灯' })).headers.get('location')).to.include('done=proposal.sortMany&number=1');
    expect(await numbers('')).to.deep.equal(['1', '2', '3', '4']);
    expect(await numbers('view=unsorted')).to.deep.equal(['2', '3', '4']);
    expect(await numbers('category=路灯')).to.deep.equal(['1']);
    expect(await numbers('search=种')).to.deep.equal(['3', '4']);
    expect(await numbers('search=种&view=unsorted&sort=-supports')).to.deep.equal(['4', '3']);
    await draft(2, { feasible: 'yes' });
    expect(await numbers('view=drafted')).to.deep.equal(['2']);
    expect(await numbers('view=unexamined&sort=-number')).to.deep.equal(['4', '3', '1']);
    expect(await (await get(own('?category=路灯'))).text()).to.include('1条里审核了0条');
    expect(await (await get(own())).text()).to.include('4条里审核了1条');
    expect((await get(own('.xlsx'))).status).to.equal(200);
    expect((await post(own('/sortMany'), { tick: '2' })).status).to.equal(422);
    expect((await post(own('/sortMany'), { category: '路灯' })).status).to.equal(422);
  });

  it('a form sent twice writes one down, and with other words another one', async () => {
    const { get, post } = await as('cadre');
    const form = { key: KEY, text: '修棚子', origin: 'walk-in', category: '绿化', name: '赵大爷', phone: '139 0000 0008' };
    const both = await Promise.all([1, 2].map(() => post(own('/enter'), form)));
    expect(both.map(({ headers }) => headers.get('location'))).to.deep.equal([
      own('/new?done=proposal.enter&number=5'),
      own('/new?done=proposal.enter&number=5'),
    ]);
    expect(await count()).to.equal(5);
    expect(await stored(5)).to.include({ origin: 'walk-in', category: '绿化', channel: 'sms' });
    await post(own('/enter'), { ...form, text: '修凳子' });
    expect(await count()).to.equal(6);
    const wrong = await post(own('/enter'), { ...form, text: ' ', origin: 'sms', phone: '12' });
    expect(wrong.status).to.equal(422);
    expect(await wrong.text())
      .to.include('“写了什么”还没有写')
      .and.to.include('“怎么来的”请选一个');
    expect(await (await post(own('/enter'), { ...form, phone: '12' })).text()).to.include('这不像电话号码');
    expect(await (await get(own('/new'))).text()).to.match(/name="key" value="[0-9a-f]{16}"/);
  });

  it('many are looked at first: which lines are empty, too long or there already; then written down once', async () => {
    const { post } = await as('cadre');
    const paste = { key: KEY, lines: `修棚子\n\n修棚子。\n三号院门口太黑！\n${'长'.repeat(301)}`, origin: 'paper' };
    const looked = await post(own('/check'), paste);
    expect(looked.status).to.equal(422);
    const page = await looked.text();
    expect(page).to.include('空行1行').and.to.include('和第1行一样').and.to.include('和1号提议一样').and.to.include('太长了');
    expect((await post(own('/enterMany'), paste)).status).to.equal(422);
    expect(await count()).to.equal(4);
    const wishes = ['修棚子', '楼下电动车棚漏雨要修', '六楼楼道灯不亮', '电动车棚漏雨，请修一修', '五楼装扶手'];
    const compared = await (await post(own('/check'), { ...paste, lines: wishes.join('\n') })).text();
    expect(compared.match(/像第\d行/g), 'lines that are alike').to.deep.equal(['像第2行']);
    const right = { ...paste, lines: `修棚子\n\n${MARKUP}` };
    const shown = await (await post(own('/check'), right)).text();
    expect(shown).to.include('都记下（2条）').and.not.to.include('<script>alert');
    for (const _ of [1, 2]) expect((await post(own('/enterMany'), right)).headers.get('location')).to.include('done=proposal.enterMany&number=2');
    expect(await count()).to.equal(6);
    expect((await post(own('/enterMany'), { ...right, lines: '一\n'.repeat(201) })).status).to.equal(422);
    const whole = Array.from({ length: 200 }, (_, index) => `${index}${'长'.repeat(300 - String(index).length)}`).join('\n');
    expect((await post(own('/enterMany'), { ...right, lines: whole })).headers.get('location'), 'as much as the page promises').to.include(
      'number=200',
    );
    const more = await post(own('/check'), { ...right, lines: `${whole}\n${'长'.repeat(30_000)}末` });
    expect([more.status, (await more.text()).match(/一次最多60200个字|长末(?=<\/textarea>)/g)]).to.deep.equal([
      422,
      ['一次最多60200个字', '一次最多60200个字', '长末'],
    ]);
    const gone = await (await browse(() => web).post(own('/check'), { ...right, lines: '修棚子，不在了也留着' })).text();
    expect(gone, 'who is signed out by now keeps what they wrote').to.include('修棚子，不在了也留着');
    const huge = await post(own('/check'), { ...right, lines: '长'.repeat(130_000) });
    expect([huge.status, (await huge.text()).includes('一次送来的太多了')]).to.deep.equal([413, true]);
  });

  it('sorting leads to the next one in the list and keeps the filter; of two cadres the second sees what the first did', async () => {
    const { get, post } = await as('cadre');
    const page = await (await get(own('/1?view=unsorted'))).text();
    expect(page).to.match(/value="路灯" data-key="1" accesskey="1" autofocus/);
    expect(page).to.include('可能是：');
    const sorted = await post(own('/1/sort?view=unsorted'), { category: '路灯', was: '' });
    expect(sorted.headers.get('location')).to.equal(own('/2?view=unsorted&of=1&done=proposal.sort'));
    const late = await post(own('/1/sort?view=unsorted'), { category: '绿化', was: '' });
    expect(late.status).to.equal(409);
    expect((await stored(1))?.category).to.equal('路灯');
    for (const number of [2, 3]) await post(own(`/${number}/sort?view=unsorted`), { category: '绿化', was: '' });
    const last = await post(own('/4/sort?view=unsorted'), { category: '绿化', was: '' });
    expect(last.headers.get('location')).to.equal(own('?view=unsorted'));
    await post(own('/4/sort'), { category: '', was: '绿化' });
    expect((await stored(4))?.category).to.equal(undefined);
  });

  it('are merged, into one that is there or a new one, taken apart with a reason, and kept apart', async () => {
    const { get, post } = await as('cadre');
    expect((await post(own('/3/merge?view=all'), { into: '4' })).headers.get('location')).to.equal(own('/4?view=all&of=3&done=proposal.merge'));
    expect(await (await get(own('/4'))).text()).to.include('并进来的');
    expect((await post(own('/3/merge'), { into: '4' })).status).to.equal(409);
    expect((await post(own('/1/merge'), { into: '1' })).status).to.equal(422);
    expect((await post(own('/1/merge'), {})).status).to.equal(422);
    expect((await post(own('/3/apart'), { reason: '' })).status).to.equal(422);
    expect((await post(own('/3/apart'), { reason: '看错了' })).status).to.equal(303);
    expect((await stored(3))?.mergedInto).to.equal(undefined);
    expect((await post(own('/3/merge'), { others: '4 1', newText: '门口种花种树装灯' })).headers.get('location')).to.include(own('/5?'));
    expect((await stored(1))?.mergedInto).to.equal(5);
    expect((await post(own('/2/distinct'), { other: '5' })).status).to.equal(303);
    expect((await stored(2))?.distinct).to.deep.equal([5]);
  });

  it('are taken off the public list and put back with a reason, which the proposer is told; once', async () => {
    const cadre = await as('cadre');
    expect(await (await cadre.get(own('/1'))).text())
      .to.include('/1/hide')
      .and.not.include('/1/release');
    expect((await cadre.post(own('/1/hide'), { reason: ' ' })).status).to.equal(422);
    expect((await cadre.post(own('/1/hide'), { reason: MARKUP })).headers.get('location')).to.equal(own('/1?of=1&done=proposal.hide'));
    expect((await cadre.post(own('/1/hide'), { reason: '骂人' })).status, 'already').to.equal(409);
    const hidden = await (await cadre.get(own('/1'))).text();
    expect(hidden).to.include('/1/release').and.not.include(MARKUP);
    expect([(await stored(1))?.public, await told()]).to.deep.equal([false, 1]);
    expect((await cadre.post(own('/1/release'), { reason: '弄错了' })).status).to.equal(303);
    expect([(await stored(1))?.public, await acts()]).to.deep.equal([true, ['proposal.hide', 'proposal.release']]);
    for (const role of OTHERS) for (const what of ['hide', 'release']) expect((await (await as(role)).post(own(`/1/${what}`))).status).to.equal(403);
  });

  it('those that look alike stand beside one with what both say marked; one merges or is kept apart, and a sorted neighbour suggests its category', async () => {
    const { get, post } = await as('cadre');
    const proposals = [{ text: '三号院门口晚上没有路灯，太黑', origin: 'paper' as const, category: '路灯' }];
    await enterProposals(world)({ cycle: here.cycle, proposals, actor: operator('李姐'), key: 'near' });
    const page = await (await get(own('/1'))).text();
    expect(page)
      .to.include('看起来像的')
      .and.to.match(/<mark>[^<]*太黑/)
      .and.to.include('同一处')
      .and.to.include('像5号');
    expect(await (await (await as('office')).get(own('/1'))).text())
      .to.include('看起来像的')
      .and.not.to.include('不是一回事');
    expect((await post(own('/1/distinct?view=unsorted'), { other: '5' })).headers.get('location')).to.include(
      'view=unsorted&of=5&done=proposal.distinct',
    );
    expect(await (await get(own('/1'))).text()).not.to.match(/<mark>[^<]*太黑/);
    expect((await post(own('/1/distinct'), { other: '9' })).status).to.equal(409);
    const looked = await post(own('/check'), { key: KEY, lines: '三号院门口晚上没有路灯', origin: 'paper' });
    expect(await looked.text()).to.include('像5号提议');
  });

  it('an opinion is kept as a draft; one that was not seen is shown and not written over; the same form twice is one', async () => {
    const first = await draft(1, { feasible: 'yes', cost: '48,000', own: '1000', manner: 'works' });
    expect(first.headers.get('location')).to.equal(own('/2?of=1&done=proposal.examine'));
    const { post } = await as('cadre');
    const again = await post(own('/1/examine'), { seen: '0', feasible: 'yes', cost: '48,000', own: '1000', manner: 'works' });
    expect(again.status).to.equal(303);
    const late = await post(own('/1/examine'), { seen: '0', feasible: 'yes', cost: '50000' });
    expect(late.status).to.equal(409);
    const page = await late.text();
    expect(page).to.include('48,000元').and.to.include('value="50000"').and.to.include('您的没有存');
    expect((await stored(1))?.opinion).to.include({ cost: 48_000, own: 1_000, manner: 'works' });
    const wrongs: Record<string, string>[] = [
      {},
      { feasible: 'yes', cost: '很多' },
      { feasible: 'yes', cost: '1', own: '2' },
      { feasible: 'no', sentence: '长'.repeat(61) },
    ];
    for (const wrong of wrongs) expect((await draft(2, wrong)).status).to.equal(422);
  });

  it('a table of opinions is kept whole or not at all, names each wrong field, and shows what somebody else wrote meanwhile', async () => {
    const { get, post } = await as('cadre');
    const page = await (await get(own('/opinions'))).text();
    expect([...page.matchAll(/name="seen-(\d+)"/g)].map(([, number]) => number)).to.deep.equal(['1', '2', '3', '4']);
    const rows = {
      'seen-1': '0',
      'cost-1': '8,000',
      'seen-2': '0',
      'seen-3': '0',
      'reason-3': 'already-done',
      'sentence-3': '去年种过了',
      manner: 'works',
    };
    const wrong = await post(own('/examineMany'), { ...rows, 'cost-2': '很多', 'seen-4': '0', 'cost-4': '1', 'reason-4': 'unclear' });
    expect(wrong.status).to.equal(422);
    const told = await wrong.text();
    expect(told)
      .to.include('<a href="#cost-2">2号提议: 钱数要写整数')
      .and.to.include('<option value="already-done" selected>')
      .and.to.include('value="8,000"');
    const both = await post(own('/examineMany'), { ...rows, 'seen-4': '0', 'cost-4': '1', 'reason-4': 'unclear' });
    expect(await both.text()).to.include('<a href="#reason-4">4号提议: 能做还是不能做？');
    const long = await post(own('/examineMany'), { ...rows, 'sentence-3': '长'.repeat(61) });
    expect(await long.text())
      .to.include('最多60个字，现在61个')
      .and.to.include('长'.repeat(61));
    expect((await post(own('/examineMany'), { 'seen-1': '0' })).status).to.equal(422);
    expect(await acts()).to.deep.equal([]);

    await draft(3, { feasible: 'yes', cost: '9' });
    const late = await post(own('/examineMany'), rows);
    expect(late.status).to.equal(409);
    const shown = await late.text();
    expect(shown)
      .to.include('这些：3号')
      .and.to.include('您在另一个窗口写过这份草稿')
      .and.to.include('能做 · 9元')
      .and.to.include('value="去年种过了"');
    expect((await stored(1))?.opinion, 'all or none').to.equal(undefined);
    const kept = await post(own('/examineMany'), { ...rows, 'seen-3': await seenOf(3) });
    expect(kept.headers.get('location')).to.equal(own('/round?done=proposal.examineMany&number=2'));
    expect((await stored(1))?.opinion).to.include({ isFeasible: true, cost: 8_000, manner: 'works' });
    expect((await stored(3))?.opinion).to.include({ isFeasible: false, reason: 'already-done', sentence: '去年种过了' });
    expect((await post(own('/examineMany'), rows)).status, 'the same once more').to.equal(303);
    expect((await acts()).filter((act) => act === 'proposal.examineMany')).to.have.length(1);
  });

  it('what is not public is not given as feasible, and the page says why', async () => {
    const { get, post } = await as('cadre');
    await recordProposal(world, { text: '修生人的路' }, here.act('+8613700000099'));
    await draft(5, { feasible: 'yes', cost: '10' });
    expect(await (await get(own('/round'))).text())
      .to.include('还没公开：先处理这个人的加入申请')
      .and.not.to.include('give-5');
    expect((await post(own('/answer'), { give: `5:${await seenOf(5)}` })).status).to.equal(409);
    expect((await stored(5))?.state).to.equal('received');
  });

  it('one that says the same as another is written down only on purpose', async () => {
    const { get, post } = await as('cadre');
    const form = { key: KEY, text: '修棚子', origin: 'paper' };
    expect((await post(own('/enter'), form)).status).to.equal(303);
    const back = await post(own('/enter'), { ...form, key: 'b'.repeat(32), text: '修棚子。' });
    expect(back.status).to.equal(422);
    expect(await back.text())
      .to.include('和5号写的一样，还没有记')
      .and.to.include('name="again"');
    expect(await (await get(own('/new'))).text()).not.to.include('name="again"');
    expect(await count()).to.equal(5);
    expect((await post(own('/enter'), { ...form, key: 'b'.repeat(32), again: 'yes' })).status).to.equal(303);
    expect(await count()).to.equal(6);
  });

  it('a round gives what is whole and was seen, tells each proposer once, and can be taken back with a reason', async () => {
    const { get, post } = await as('cadre');
    await draft(1, { feasible: 'yes', cost: '48000' });
    await draft(3, { feasible: 'no', reason: 'already-done', sentence: '去年种过了' });
    await draft(4, { feasible: 'yes' });
    const page = await (await get(own('/round'))).text();
    const boxes = [...page.matchAll(/name="give" id="give-\d+" value="([^"]+)"/g)].map(([, value = '']) => value);
    expect(boxes.map((box) => box.split(':')[0])).to.deep.equal(['1', '3']);
    expect(page).to.include('没写要花多少钱');
    now = new Date(now.getTime() + 1_000);
    await draft(1, { feasible: 'yes', cost: '50000' });
    const give = async (values: readonly string[]) => {
      const form = new URLSearchParams(values.map((value): [string, string] => ['give', value]));
      const headers = { cookie: await cookieOf(world, phoneOf('cadre')), 'Sec-Fetch-Site': 'same-origin' };
      return fetch(web.url + own('/answer'), { method: 'POST', body: form, headers, redirect: 'manual' });
    };
    expect((await give(boxes)).status).to.equal(409);
    expect(await told()).to.equal(0);
    const fresh = [`1:${await seenOf(1)}`, `3:${await seenOf(3)}`];
    const both = await Promise.all([give(fresh), give(fresh)]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal([303, 409]);
    expect(await told()).to.equal(2);
    expect((await stored(3))?.state).to.equal('declined');
    expect((await give([])).status).to.equal(422);
    expect((await draft(1, { feasible: 'yes', cost: '1' })).status).to.equal(409);
    expect((await post(own('/1/back'), {})).status).to.equal(422);
    expect((await post(own('/1/back'), { reason: '算错了' })).status).to.equal(303);
    expect((await stored(1))?.state).to.equal('received');
    expect(await told()).to.equal(3);
  });

  it('those in no category, and once proposing is over those without an answer, are on Today with a link', async () => {
    const { get } = await as('cadre');
    const today = async () => (await get(`/console/${here.community}`)).text();
    expect(await today())
      .to.include(own('?view=unsorted'))
      .and.to.include('条提议没分类')
      .and.not.to.include('还没审核');
    await mergeProposals(world, here.notify)({ cycle: here.cycle, numbers: [2], into: 1, actor: operator('李姐') });
    const later = await town(world, {
      community: { _id: 'later' },
      cycle: { _id: 'later-2027', stages: [{ stage: 'deliberate', from: new Date(now.getTime() - 1_000) }] },
    });
    await staffAll(world, later.community);
    await collection(Community).updateOne({ _id: later.community }, { $set: { categories: [] } });
    const proposals = [{ text: '修路', origin: 'paper' as const }];
    await enterProposals(world)({ cycle: later.cycle, proposals, actor: operator('李姐'), key: 'later' });
    const page = await (await get(`/console/${later.community}`)).text();
    expect(page).to.include(`/console/${later.community}/proposals/opinions`).and.to.include('条提议还没审核');
  });
});
