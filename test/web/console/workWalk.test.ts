import { expect } from 'chai';
import { entriesBefore, publicAccount } from '../../../src/fund/accounts/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { findWork } from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { releaseResult } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';
import { LATER, won } from '../../support/works.ts';
import { cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const DAY = dayOf(new Date(), 'Asia/Shanghai');
const VOTED = 45_000;

describe('a work from the result to its end, as its cadre and its supervisor take it in the console', () => {
  const { world } = useDatabase('workWalk');
  const office = useOffice(world);
  let here: Town;
  let own = '';
  let path = '';

  before(async () => {
    const project = { number: 3, title: '修路灯', short: '路灯', cost: VOTED };
    here = await town(world, { community: { twoPersonsAbove: 5_000 }, cycle: { budget: 60_000, projects: [project], sealedAt: new Date() } });
    await staffAll(world, here.community);
    await won(world, here, { 3: VOTED }, 60_000);
    own = `/console/${here.community}`;
    path = `${own}/works/${here.cycle}/3`;
  });

  const state = async () => (await findWork(here.cycle, 3))?.state;
  const seen = async () => String((await findWork(here.cycle, 3))?.revision);
  const page = async (role: StaffRole, address: string) => (await (await office.as(role)).get(address)).text();
  const anybody = async (address: string, more = '') => (await fetch(`${office.url}/c/${here.community}${address}?lang=zh${more}`)).text();
  const post = async (address: string, form: Readonly<Record<string, string>>) => (await office.as('cadre')).post(address, form);
  /** What a form of the cadre says if it is taken. */
  const does = async (name: string, form: Readonly<Record<string, string>>, from = path) => {
    const answer = await post(`${from}/${name}`, form);
    expect(answer.headers.get('location'), await answer.text()).to.match(/done=/);
  };
  const refused = async (name: string, form: Readonly<Record<string, string>>) => {
    const answer = await post(`${path}/${name}`, form);
    expect(answer.status).to.be.oneOf([409, 422]);
    return answer.text();
  };
  /** What the supervisor reads of an act that a form asks for, before they confirm it. */
  const asks = async (name: string, form: Readonly<Record<string, string>>, from = path) => {
    const answer = await post(`${from}/${name}`, form);
    const [address = ''] = (answer.headers.get('location') ?? '').split('?');
    expect(address, await answer.text()).to.match(/\/second\/\d+$/);
    const shown = await page('supervisor', address);
    expect(plain(shown)).to.not.match(/\b(paid|granted|own|extra|contracted|accepted|finished|seeking|chosen)\b/);
    const confirmed = async (seen: string) => (await office.as('supervisor')).post(`${address}/confirm`, { seen });
    const confirm = async () => expect((await confirmed(seenIn(await page('supervisor', address)))).status).to.equal(303);
    return { shown, confirmed, confirm };
  };
  const seenIn = (shown: string) => /name="seen" value="([^"]+)"/.exec(shown)?.[1] ?? expect.fail('nothing says what was looked at');
  /** What the page of the work says comes next, where it stands, and which act its one main button does. */
  const next = async (role: StaffRole = 'cadre') => {
    const shown = await page(role, path);
    const lead = /<section class="lead"[^>]*>(.*?)<\/section>/s.exec(shown)?.[1] ?? '';
    const main = [...shown.matchAll(/<form[^>]*action="[^"]*?\/(\w+)"[^>]*>(?:(?!<\/form>).)*?<button(?![^>]*class="quiet")/gs)].map(
      ([, verb]) => verb,
    );
    const here = /aria-current="step"><span>([^<]*)/.exec(shown)?.[1];
    const past = (shown.match(/<li class="past">/g) ?? []).length;
    return [past, here, /<h2[^>]*>([^<]*)/.exec(lead)?.[1], /action="[^"]*?\/(\w+)"/.exec(lead)?.[1], ...main];
  };
  const plain = (markup: string) => markup.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
  const upload = async (kind: string, title: string) => {
    const form = new FormData();
    form.set('kind', kind);
    form.set('title', title);
    form.set('file', new Blob([Buffer.from(`%PDF-1.7 ${title}\n%%EOF\n`)]), 'file.pdf');
    const headers = { cookie: await cookieOf(world, phoneOf('cadre')), 'Sec-Fetch-Site': 'same-origin' };
    expect((await fetch(`${office.url}${path}/keep`, { method: 'POST', body: form, headers, redirect: 'manual' })).status).to.equal(303);
  };
  const pays = (amount: string, paper: string, more = {}) => ({ amount, day: DAY, paper, key: paper, ...more });

  it('is given to one of three firms by two: who confirms sees the vote’s cost, the grant, every offer and what was offered before', async () => {
    const NEXT = '下一步：问几家，收报价，选定一家';
    expect(await next()).to.deep.equal([0, '已批准', '下一步：找单位', 'move', 'move']);
    expect(await next('council'), 'who only reads').to.deep.equal([0, '已批准', '下一步：找单位', undefined]);
    await does('move', { to: 'seeking', from: 'approved' });
    expect(await next()).to.deep.equal([1, '找人做', NEXT, 'add', 'add']);
    for (const [n, organisation] of ['周记水电', '光明照明', '亮堂电器'].entries()) {
      await does('implementers/add', { organisation, kind: 'company', registration: `9151MA${n}`, person: '负责人', phone: `1390000000${n + 1}` });
      await does('ask', { implementer: String(n + 1) });
    }
    const offer = (implementer: string, amount: string) => does('offer', { implementer, amount, day: DAY });
    expect(await next()).to.deep.equal([1, '找人做', NEXT, 'offer', 'offer']);
    await offer('1', '44,500');
    await offer('2', '43,000');
    await offer('3', '41,200');
    await offer('1', '41,000');
    expect(await next()).to.deep.equal([1, '找人做', NEXT, 'choose', 'choose']);
    const { shown, confirm } = await asks('choose', { implementer: '1', reason: '最便宜', fewReason: '', seen: await seen() });
    for (const said of [
      '投票时说要花',
      '45,000',
      '周记水电',
      '光明照明',
      '43,000',
      '亮堂电器',
      '41,200',
      '原来报44,500',
      '9151MA0',
      '还能批',
      '15,000',
    ])
      expect(plain(shown)).to.include(said);
    expect(await state()).to.equal('seeking');
    await confirm();
    expect(await state()).to.equal('chosen');
    expect(await page('cadre', path), 'both names').to.match(/定了人 · [^<]*cadre的王芳[^<]*supervisor的王芳/);
  });

  it('is paid in parts: who confirms sees the payments before and the papers as links', async () => {
    expect(await next()).to.deep.equal([2, '定了人', '下一步：签合同', 'sign', 'sign']);
    await upload('contract', '路灯合同');
    await does('sign', { paper: 'HT-3', amount: '41,000', day: DAY, until: LATER });
    await does('move', { to: 'under-way', from: 'signed' });
    expect(await next()).to.deep.equal([4, '在做', '下一步：做完', 'move', 'move']);
    await does('pay', pays('5,000', 'F-01'));
    expect(await refused('pay', pays('3,000', 'ｆ１')))
      .to.include('这个号码已经付过一次')
      .and.to.include('value="ｆ１"');
    const { shown, confirmed, confirm } = await asks('pay', pays('3,000', 'f1', { reason: '一张发票分两次付', key: 'again' }));
    expect(plain(shown)).to.match(/这个号码付过，第几笔\s+3\s/);
    for (const said of ['付款', 'F-01', '5,000', '一张发票分两次付', '合同还没付', '36,000', '还缺材料']) expect(plain(shown)).to.include(said);
    const [, document = ''] = /href="([^"]*\/documents\/[0-9a-f]{24})"[^>]*>[^<]*路灯合同/.exec(shown) ?? expect.fail('no link');
    expect((await (await office.as('supervisor')).get(document)).status).to.equal(200);
    await upload('other', '后来放的');
    const late = await confirmed(seenIn(shown));
    expect([late.status, await late.text()].join(' ')).to.match(/^409 .*材料或者账又变了.*后来放的/s);
    expect((await publicAccount(here.cycle))?.paid).to.equal(5_000);
    await confirm();
    expect((await publicAccount(here.cycle))?.paid).to.equal(8_000);
    const [, id = ''] = /documents\/([0-9a-f]{24})\/drop/.exec(await page('cadre', path)) ?? [];
    expect(await refused(`documents/${id}/drop`, { reason: '换一张' })).to.include('复核的人看过');
  });

  it('is accepted by its sheet, and paid off with its papers', async () => {
    await does('move', { to: 'finished', from: 'under-way' });
    expect(await next()).to.deep.equal([5, '做完了', '下一步：验收', 'accept', 'accept']);
    expect(await refused('accept', { day: DAY, seen: await seen() })).to.include('验收单');
    await upload('acceptance', '路灯验收单');
    expect(await refused('pay', pays('33,000', 'F-02'))).to.include('验收以后');
    const { shown, confirm } = await asks('accept', { day: DAY, seen: await seen() });
    for (const said of ['做完了', '验收了', '路灯验收单', '周记水电']) expect(plain(shown)).to.include(said);
    await confirm();
    expect(await next()).to.deep.equal([6, '验收了', '下一步：付清', 'pay', 'pay']);
    expect(await refused('pay', pays('33,000', 'F-02'))).to.include('发票');
    await upload('invoice', '路灯发票');
    await (await asks('pay', pays('33,000', 'F-02'))).confirm();
    expect(await state()).to.equal('paid');
    expect(await next()).to.deep.equal([7, '付清了', '下一步：居民评分', 'move', 'move']);
    expect(await anybody('/works/3')).to.include('办好了，钱付清了');
  });

  it('is owed for again once a payment is corrected by two, in words and forms; then it is paid and rated', async () => {
    const account = `${own}/account/${here.cycle}`;
    const [last] = await entriesBefore(here.cycle, { limit: 1 });
    const correction = { entry: String(last?._id.entry), was: '33000', amount: '30,000', day: DAY, reason: '多记了', key: 'right' };
    const { shown, confirm } = await asks('correct', correction, account);
    for (const said of ['33,000', '30,000', 'F-02', '多记了', '周记水电']) expect(plain(shown)).to.include(said);
    expect(await state(), 'by one person').to.equal('paid');
    await confirm();
    expect(await anybody('/works/3'))
      .to.include('验收过了')
      .and.not.include('办好了，钱付清了');
    expect(await page('cadre', path)).to.include(`action="${path}/pay"`);
    await does('pay', pays('3,000', 'F-03'));
    await does('move', { to: 'rated', from: 'paid' });
    expect(await state()).to.equal('rated');
  });

  it('gets no other grant than two want and the fund has; what comes beyond the budget stands in the account, for everybody', async () => {
    const account = `${own}/account/${here.cycle}`;
    const grant = (amount: string, key: string) => ({ work: '3', amount, day: DAY, reason: '加两盏', key });
    expect(await (await post(`${account}/grant`, grant('900,000', 'a'))).text()).to.include('超过了这一轮的钱');
    const more = await asks('grant', grant('60,000', 'b'), account);
    for (const said of ['45,000', '60,000', '加两盏', '投票时说要花', '15,000']) expect(plain(more.shown)).to.include(said);
    await more.confirm();
    expect(await (await post(`${account}/extra`, { amount: '2,000', day: DAY, reason: '街道补的', key: 'c' })).text()).to.include('“票据号”还没有写');
    const extra = await asks('extra', { amount: '2,000', day: DAY, paper: '街办3号', reason: '街道补的', key: 'd' }, account);
    for (const said of ['追加', '街办3号', '街道补的', '60,000']) expect(plain(extra.shown)).to.include(said);
    await extra.confirm();
    const own2 = await asks('own', { work: '3', amount: '5,001', day: DAY, key: 'e' }, account);
    await own2.confirm();
    expect(plain(await page('council', `${own}/account`))).to.match(/这一轮的钱\s+60,000[^\d]+另外追加\s+2,000[^\d]+还能批\s+2,000/);
    const api = await office.json<object>(`/api/cycles/${here.cycle}/account`);
    expect(api).to.deep.include({ budget: 60_000, extra: 2_000, granted: 60_000, own: 5_001, contracted: 41_000, paid: 41_000 });
  });

  it('is in the public log as it was: one role where one acted, two where two did', async () => {
    const log = async () => plain(await anybody('/log', '&before=9999')).replace(/\s+/g, ' '); // a page that is not kept
    for (const said of ['社区干部和监督委员 选定谁来办3号项目', '社区干部 给3号项目付了5,000', '社区干部和监督委员 给3号项目付了33,000'])
      expect(await log()).to.include(said);
    for (const said of ['社区干部和监督委员 给3号项目多批了15,000', '社区干部和监督委员 记下另外追加的2,000', '社区干部和监督委员 验收通过3号项目'])
      expect(await log()).to.include(said);
    expect(await releaseResult(world)({ cycle: here.cycle, actor: operator('王芳') })).to.deep.equal({ released: here.cycle });
    expect(await log())
      .to.include('系统管理员 准了投票结果上公告栏')
      .and.not.include('两个人准');
    await changeCycle(world, here.cycle, { $unset: { released: 1 } });
    const asked = await post(`${own}/print/${here.cycle}/release`, {});
    const [second = ''] = (asked.headers.get('location') ?? '').split('?');
    expect((await (await office.as('supervisor')).post(`${second}/confirm`)).status).to.equal(303);
    expect(await log()).to.include('社区干部和监督委员 准了投票结果上公告栏');
    expect((await collection(Cycle).findOne({ _id: here.cycle }))?.released?.by).to.deep.equal(['cadre的王芳', 'supervisor的王芳']);
  });
});
