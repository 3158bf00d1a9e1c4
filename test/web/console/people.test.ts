import { expect } from 'chai';
import { needCard } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { countWrongCard } from '../../../src/fund/people/cardLocks.ts';
import { isCard, personOf, Resident, requestMembership, type StaffRole } from '../../../src/fund/people/index.ts';
import { residentSeen } from '../../../src/fund/roster/index.ts';
import { Staff } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { serve } from '../serve.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const MARKUP = '<script>alert(1)</script>"\'&';
const ROLES = ['cadre', 'council', 'supervisor', 'helper', 'implementer', 'office'] as const satisfies readonly StaffRole[];
const PHONE = '+8613900001234';

describe('the pages of People', () => {
  const { world: real } = useDatabase('people');
  const world: World = { ...real };
  const web = useOffice(world);
  let here: Town;
  let mei: string;
  beforeEach(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    mei = await here.person('7', { name: '赵小梅', building: '3栋', phone: PHONE, card: card(7) });
    await here.person('8', { name: MARKUP, building: MARKUP });
    await here.person('9', { name: '何静', building: '5栋', role: 'council' });
  });

  const { as } = web;
  const own = (path = '') => `/console/${here.community}/people${path}`;
  const acts = async () => (await actsIn(here.community)).filter((act) => act !== 'staff.add');
  const found = async (query: string) => {
    const page = await (await (await as('cadre')).get(own(`?${new URLSearchParams(query)}`))).text();
    return [...page.matchAll(/\/people\/[\w-]{43}[^"]*">([^<]*)</g)].map(([, name]) => name).sort();
  };
  const seenOf = (person: object = {}) => ({ seen: residentSeen({ name: '赵小梅', phone: PHONE, building: '3栋', role: 'resident', ...person }) });
  const seen = seenOf();
  const fields = { name: '赵小梅', phone: PHONE, building: '3栋', language: '', role: 'resident' };
  const personNow = async (_id = mei) => {
    const record = await collection(Resident).findOne({ _id }, { promoteBuffers: true });
    return record && { ...personOf(world.vault, record), building: record.building };
  };

  const pages = () => ['', `/${mei}`, '/locks', '/staff'];
  const forms = (): [string, Record<string, string>][] => [
    ['/cards/choose', { way: 'missing' }],
    ['/cards/picked', { tick: mei }],
    [`/${mei}/change`, { ...seen, ...fields, building: '4栋' }],
    [`/${mei}/remove`, { reason: '搬走了', sure: 'yes' }],
    ['/locks/other/unlock', { contact: '13900009999', reason: '来过' }],
    ['/staff/add', { name: '小吴', phone: '13900005555', role: 'helper' }],
    ['/staff/texts', { letters: 'yes' }],
    ['/add', { ...fields, name: '新人', phone: '' }],
  ];

  it('is read by cadres and supervisors, and changed by cadres alone', async () => {
    for (const role of ROLES) {
      const { get, post } = await as(role);
      const may = role === 'cadre' || role === 'supervisor';
      for (const page of pages()) expect((await get(own(page))).status, `${role} ${page}`).to.equal(may ? 200 : 403);
      if (role === 'cadre') continue;
      for (const [path, form] of forms()) expect((await post(own(path), form)).status, `${role} ${path}`).to.equal(403);
      for (const page of ['/new', '/cards']) expect((await get(own(page))).status, `${role} ${page}`).to.equal(403);
    }
    expect(await acts()).to.deep.equal([]);
  });

  it('is 404 for another community, its residents, and what is no resident', async () => {
    const { get, post } = await as('cadre');
    const elsewhere = await town(world);
    const stranger = await elsewhere.person('1', { name: '外人' });
    for (const page of pages()) expect((await get(`/console/${elsewhere.community}/people${page}`)).status, page).to.equal(404);
    for (const id of [stranger, 'x', `${mei}x`, 'x'.repeat(43)]) expect((await get(own(`/${id}`))).status, id).to.equal(404);
    for (const path of [`/${stranger}/change`, `/${stranger}/remove`])
      expect((await post(own(path), { ...seen, ...fields, name: '王', reason: '搬走', sure: 'yes' })).status, path).to.equal(404);
    expect((await post(own('/staff/remove'), { member: 'nobody' })).status).to.equal(404);
  });

  it('finds people by name, a part of it, building, id, and the end of the phone or all of it', async () => {
    expect(await found('q=赵小梅')).to.deep.equal(['赵小梅']);
    expect(await found('q=小梅')).to.deep.equal(['赵小梅']);
    expect(await found('q=梅小')).to.deep.equal([]);
    expect(await found('q=3栋')).to.deep.equal(['赵小梅']);
    expect(await found('q=7')).to.deep.equal(['赵小梅']);
    expect(await found('q=1234')).to.deep.equal(['赵小梅']);
    expect(await found('q=139 0000 1234')).to.deep.equal(['赵小梅']);
    expect(await found('q=梅')).to.deep.equal([]);
    expect(await found('q=梅&building=3栋')).to.deep.equal(['赵小梅']);
    expect(await found('building=5栋')).to.deep.equal(['何静']);
    expect(await found('role=council')).to.deep.equal(['何静']);
    expect(await found('role=council&building=3栋')).to.deep.equal([]);
    await collection(Resident).updateMany({ community: here.community }, { $unset: { searchKeys: 1 } });
    const again = { ...world };
    const other = await serve(again, { publicUrl: 'http://example.org' });
    const page = await browse(() => other, await cookieOf(world, phoneOf('cadre'))).get(own('?q=%E5%B0%8F%E6%A2%85'));
    expect(await page.text(), 'put on the roster by an earlier version').to.include('赵小梅');
    other.close();
  });

  it('shows the second cadre what the first changed, overwrites nothing, and writes it when it is sent again', async () => {
    const { post } = await as('cadre');
    expect((await post(own(`/${mei}/change?q=小梅`), { ...seen, ...fields, building: '4栋' })).headers.get('location')).to.equal(
      own(`/${mei}?q=%E5%B0%8F%E6%A2%85&done=resident.change`),
    );
    const late = await post(own(`/${mei}/change`), { ...seen, ...fields, name: '赵晓梅' });
    expect(late.status).to.equal(409);
    const page = await late.text();
    expect(page)
      .to.include('3栋 → <b>4栋</b>')
      .and.to.include(`name="seen" value="${seenOf({ building: '4栋' }).seen.replaceAll('&', '&amp;')}"`)
      .and.to.include('value="赵晓梅"');
    expect(await personNow()).to.deep.include({ name: '赵小梅', building: '4栋' });
    const again = await post(own(`/${mei}/change`), { ...seenOf({ building: '4栋' }), ...fields, building: '4栋', name: '赵晓梅' });
    expect(again.status).to.equal(303);
    expect(await personNow()).to.deep.include({ name: '赵晓梅', building: '4栋' });
    expect(await acts()).to.deep.equal(['resident.change', 'resident.change']);
  });

  it('takes a form that is sent twice once', async () => {
    const { post } = await as('cadre');
    const change = { ...seen, ...fields, building: '4栋' };
    for (const answer of await Promise.all([1, 2].map(() => post(own(`/${mei}/change`), change)))) expect(answer.status).to.equal(303);
    expect(await acts()).to.deep.equal(['resident.change']);
    const made = [];
    const stamp = /name="stamp" value="(\w+)"/.exec(await (await post(own('/cards/picked'), { tick: mei })).text())?.[1] ?? '';
    for (const answer of await Promise.all([1, 2].map(() => post(own('/cards/make'), { way: 'picked', who: mei, stamp })))) made.push(answer.status);
    expect(made.sort()).to.deep.equal([200, 409]);
    expect((await post(own(`/${mei}/remove`), { reason: '搬走了', sure: 'yes' })).status).to.equal(303);
    expect((await post(own(`/${mei}/remove`), { reason: '搬走了', sure: 'yes' })).status).to.equal(404);
    expect(await acts()).to.deep.equal(['resident.change', 'card.make', 'resident.remove']);
  });

  it('removes somebody with a reason, which stays in the log without their name', async () => {
    const { post, get } = await as('cadre');
    await post(own(`/${mei}/change`), { ...seen, ...fields, building: '4栋' });
    expect((await post(own(`/${mei}/remove`), { reason: '', sure: 'yes' })).status).to.equal(422);
    expect((await post(own(`/${mei}/remove`), { reason: '搬走了' })).status).to.equal(422);
    expect((await post(own(`/${mei}/remove`), { reason: '搬走了', sure: 'yes' })).status).to.equal(303);
    expect((await get(own(`/${mei}`))).status).to.equal(404);
    const record = await collection(Resident).findOne({ _id: mei });
    expect(record).to.not.have.any.keys('person', 'searchKeys', 'phoneId', 'building');
    expect(record).to.have.property('erasedAt');
    const details = [];
    for await (const { act, opening } of readLog(world, here.community)) if (act.startsWith('resident')) details.push([act, opening?.detail]);
    expect(details).to.deep.equal([
      ['resident.change', undefined],
      ['resident.remove', { reason: '搬走了' }],
    ]);
  });

  it('changes while voting is open no role, no phone without a reason, and removes nobody', async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    mei = await here.person('7', { name: '赵小梅', building: '3栋', phone: PHONE });
    const { post } = await as('cadre');
    const change = (more: Record<string, string>) => post(own(`/${mei}/change`), { ...seen, ...fields, ...more });
    expect((await change({ role: 'cadre' })).status).to.equal(422);
    expect((await change({ phone: '13900009999' })).status).to.equal(422);
    expect((await post(own(`/${mei}/remove`), { reason: '搬走了', sure: 'yes' })).status).to.equal(422);
    expect(await acts()).to.deep.equal([]);
    const asked = await change({ phone: '13900009999', reason: '换了号码' });
    expect(asked.headers.get('location')).to.equal(`/console/${here.community}/second/1?done=asked`);
    expect((await change({ phone: '13900008888', reason: '再换' })).headers.get('location'), 'one at a time').to.include('/second/1?done=already');
    expect((await change({ phone: '', reason: '没有号码了' })).headers.get('location')).to.include('/second/1?');
    expect(await personNow()).to.deep.include({ phone: PHONE });
    expect((await change({ building: '4栋' })).headers.get('location'), 'anything else at once').to.include('done=resident.change');
    const supervisor = await as('supervisor');
    const late = await supervisor.post(`/console/${here.community}/second/1/confirm`);
    expect([late.status, (await personNow())?.phone], 'it is another person’s record by now').to.deep.equal([409, PHONE]);
    await post(`/console/${here.community}/second/1/refuse`, { reason: '弄错了' });
    const now = { ...seenOf({ building: '4栋' }), ...fields, building: '4栋' };
    await post(own(`/${mei}/change`), { ...now, phone: '', reason: '没有号码了' });
    expect(await (await supervisor.get(`/console/${here.community}/second/2`)).text()).to.include('（空）');
    expect((await supervisor.post(`/console/${here.community}/second/2/confirm`)).status).to.equal(303);
    expect((await personNow())?.phone).to.equal(undefined);
    expect(await acts()).to.deep.equal([
      ...['second.ask', 'resident.change', 'second.refuse'],
      ...['second.ask', 'resident.change', 'second.confirm'],
    ]);
  });

  it('gives no office on the roster, takes none, and changes no phone of who has one, before a supervisor has confirmed it', async () => {
    const [{ post }, supervisor] = [await as('cadre'), await as('supervisor')];
    const he = (await collection(Resident).findOne({ community: here.community, role: 'council' }))?._id ?? '';
    const hers = seenOf({ name: '何静', phone: '', building: '5栋', role: 'council' });
    const her = { name: '何静', phone: '', building: '5栋', language: '', role: 'council' };
    const waits = async (path: string, form: Record<string, string>) =>
      expect((await post(own(path), form)).headers.get('location')).to.include('/second/');
    await waits(`/${mei}/change`, { ...seen, ...fields, role: 'supervisor' });
    await waits(`/${he}/change`, { ...hers, ...her, phone: '13900004444' });
    await waits('/add', { ...fields, name: '新来的', phone: '', role: 'cadre', key: '0123abcd' });
    expect((await post(own(`/${he}/remove`), { reason: '搬走了', sure: 'yes' })).status).to.equal(422);
    await requestMembership(world, { name: '何静', building: '5栋' }, here.act('+8613900004445'));
    expect((await post(`/console/${here.community}/requests/1/accept`, { who: 'as:9' })).headers.get('location')).to.include('/second/4?');
    const offices = () => collection(Resident).countDocuments({ community: here.community, role: { $ne: 'resident' } });
    expect([await offices(), (await personNow(he))?.phone]).to.deep.equal([1, undefined]);
    for (const number of [1, 2, 3]) expect((await supervisor.post(`/console/${here.community}/second/${number}/confirm`)).status).to.equal(303);
    expect([await offices(), (await personNow(he))?.phone]).to.deep.equal([3, '+8613900004444']);
    await waits(`/${mei}/change`, { ...seenOf({ role: 'supervisor' }), ...fields });
    expect(
      (await post(own(`/${mei}/change`), { ...seenOf({ role: 'supervisor' }), ...fields, role: 'supervisor', building: '4栋' })).status,
    ).to.equal(303);
    expect((await personNow())?.building, 'where they live a cadre changes alone').to.equal('4栋');
  });

  it('writes no phone with which somebody else of the staff signs in on the roster', async () => {
    const { post } = await as('cadre');
    const taken = async (path: string, form: Record<string, string>) => {
      const answer = await post(path, form);
      expect([answer.status, (await answer.text()).includes('另一位工作人员登录用')], path).to.deep.equal([422, true]);
    };
    const phone = phoneOf('supervisor');
    await taken(own(`/${mei}/change`), { ...seen, ...fields, phone });
    await taken(own('/add'), { ...fields, name: '新来的', phone });
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(phone));
    for (const who of ['new', 'as:7']) await taken(`/console/${here.community}/requests/1/accept`, { who });
    expect(await personNow()).to.deep.include({ phone: PHONE });
    expect((await post(own(`/${mei}/change`), { ...seen, ...fields, name: 'supervisor的王芳', phone })).status, 'who is both').to.equal(303);
    const both = { ...seenOf({ name: 'supervisor的王芳', phone }), ...fields, phone };
    await taken(own(`/${mei}/change`), both);
    expect((await post(own(`/${mei}/change`), { ...both, name: 'supervisor的王芳', building: '4栋' })).status).to.equal(303);
  });

  it('keeps what was typed and says at the field what is wrong', async () => {
    const { post } = await as('cadre');
    const wrong = await post(own(`/${mei}/change`), { ...seen, ...fields, phone: '"12' });
    expect(wrong.status).to.equal(422);
    expect(await wrong.text()).to.match(/value="&quot;12"[^>]*aria-invalid="true"/);
    expect((await post(own('/staff/add'), { name: '', phone: '13900005555', role: 'helper' })).status).to.equal(422);
    expect((await post(own('/cards/choose'), { way: 'building' })).status).to.equal(422);
    expect((await post(own('/cards/picked'))).status).to.equal(422);
  });

  it('lists who is locked, and unlocks them with a reason', async () => {
    const { get, post } = await as('cadre');
    await needCard(addressHmac(world.vault, { community: here.community, channel: 'sms', address: PHONE }), here.community);
    for (let tries = 0; tries < 5; tries += 1) await countWrongCard(world, here.act('+8613900008888'));
    const page = await (await get(own('/locks'))).text();
    expect(page).to.include('赵小梅').and.to.include('发过“不是我”').and.to.include('139 0000 8888').and.to.include('错卡太多');
    expect(await (await get(own(`/${mei}`))).text()).to.include('号码锁住了');
    expect((await post(own('/locks/0/unlock'), { contact: `sms|${PHONE}`, reason: '' })).status).to.equal(422);
    expect((await post(own('/locks/0/unlock'), { contact: `sms|${PHONE}`, reason: '来过' })).status).to.equal(303);
    expect((await post(own('/locks/other/unlock'), { contact: '139 0000 8888', reason: '来过' })).status).to.equal(303);
    expect((await post(own('/locks/other/unlock'), { contact: '139 0000 8888', reason: '来过' })).status).to.equal(409);
    expect(await (await get(own('/locks'))).text()).to.include('没有锁住的号码');
    expect(await acts()).to.deep.equal(['address.unlock', 'address.unlock']);
  });

  it('lets a cadre choose for themselves which texts they get', async () => {
    const { get, post } = await as('cadre');
    const ticked = async () => [...(await (await get(own('/staff'))).text()).matchAll(/id="texts-(\w+)"[^>]* checked/g)].map(([, name]) => name);
    expect(await ticked()).to.deep.equal(['letters', 'objections']);
    for (const form of [{ objections: 'yes' }, { objections: 'yes' }]) expect((await post(own('/staff/texts'), form)).status).to.equal(303);
    expect(await ticked()).to.deep.equal(['objections']);
    await post(own('/staff/texts'), {});
    expect(await ticked()).to.deep.equal([]);
    expect(await acts()).to.deep.equal(['staff.texts', 'staff.texts']);
  });

  it('makes cards that are shown once, for all who were chosen, in the order of doors; Today asks for them while some have no phone of their own', async () => {
    const { post, get } = await as('cadre');
    await collection(Resident).deleteMany({ community: here.community });
    const today = async () =>
      /<span class="count">(\d+)<\/span> <span class="what">个人没有自己的手机/.exec(await (await get(`/console/${here.community}`)).text())?.[1];
    for (let n = 20; n < 32; n += 1)
      await here.person(String(n), { name: `住户${n}`, building: '6栋', door: `${40 - n}`, phone: `+8613900${n}0000` });
    for (const n of [32, 33]) await here.person(String(n), { name: `住户${n}`, building: '10栋', phone: PHONE });
    await here.person('34', { name: '住户34', building: '7栋' });
    expect(await today()).to.equal('3');
    const choose = async (form: Record<string, string>) => {
      const page = await (await post(own('/cards/choose'), form)).text();
      return { ...form, stamp: /name="stamp" value="(\w+)"/.exec(page)?.[1] ?? '' };
    };
    const first = await post(own('/cards/make'), await choose({ way: 'building', building: '6栋' }));
    expect(first.headers.get('cache-control')).to.equal('no-store');
    const cards = await first.text();
    const digits = [...cards.matchAll(/class="digits">([\d ]+)</g)].map(([, each = '']) => each.replaceAll(' ', ''));
    expect(digits).to.have.length(12);
    expect(digits.every(isCard)).to.equal(true);
    expect([...cards.matchAll(/<\/b> 6栋 (\d+)<\/p>/g)].map(([, door]) => Number(door))).to.deep.equal(Array.from({ length: 12 }, (_, n) => n + 9));
    const second = await (await post(own('/cards/make'), await choose({ way: 'needed' }))).text();
    expect([...second.matchAll(/<li><p><b>(住户\d+)<\/b> (\d+栋)/g)].map(([, , building]) => building)).to.deep.equal(['7栋', '10栋', '10栋']);
    expect(await collection(Resident).countDocuments({ community: here.community, card: { $exists: true } })).to.equal(15);
    expect(await today()).to.equal(undefined);
  });

  it('says beforehand who adds the first supervisor, whom nobody could confirm, and leads on to the next one', async () => {
    await collection(Staff).deleteMany({ community: here.community, role: 'supervisor' });
    const { post, get } = await as('cadre');
    const page = await (await get(own('/staff'))).text();
    expect(page).to.include(`yisheng staff add ${here.community} `).and.to.not.include('<option value="supervisor"');
    const first = await post(own('/staff/add'), { name: '郑海涛', phone: '13900006666', role: 'supervisor' });
    expect([first.status, (await first.text()).includes('第一位请管系统的人')]).to.deep.equal([422, true]);
    const council = await post(own('/staff/add'), { name: '孙丽', phone: '13900006667', role: 'council' });
    expect(await (await get(council.headers.get('location') ?? '')).text()).to.include(`<a class="more" href="${own('/staff')}">再办一件`);
    expect(await acts()).to.deep.equal(['second.ask']);
  });

  it('lets a cadre give and take a helper’s role alone, who is out at once, and no other', async () => {
    const { post, get } = await as('cadre');
    const add = (role: string, phone = '13900005555') => post(own('/staff/add'), { name: '小吴', phone, role });
    expect((await add('helper')).status).to.equal(303);
    expect((await add('office')).status).to.equal(422);
    const members = await (await get(own('/staff'))).text();
    expect(members).to.include('小吴');
    const helper = await collection(Staff).findOne({ community: here.community, role: 'helper', phone: world.vault.hmac('staff', '+8613900005555') });
    const theirs = browse(() => web, await cookieOf(world, '+8613900005555'));
    expect((await theirs.get(`/console/${here.community}/tables`)).status).to.equal(200);
    expect((await post(own('/staff/remove'), { member: helper?._id ?? '' })).status).to.equal(303);
    expect((await theirs.get(`/console/${here.community}/tables`)).status).to.equal(303);
    const supervisor = await collection(Staff).findOne({ community: here.community, role: 'supervisor' });
    const last = await post(own('/staff/remove'), { member: supervisor?._id ?? '' });
    expect(last.status).to.equal(409);
    expect(await last.text()).to.include('最后一位');
  });

  it('adds somebody at once, while voting is open once a supervisor has confirmed it, and makes a cadre, a council member or a supervisor in the same way', async () => {
    const [{ post }, supervisor] = [await as('cadre'), await as('supervisor')];
    const atOnce = await post(own('/add'), { ...fields, name: '先来的', phone: '13900003333' });
    expect(atOnce.headers.get('location')).to.include('done=resident.add');
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    await here.person('7', { name: '赵小梅', building: '3栋' });
    const adding = { ...fields, name: '新来的', phone: '13900007777', key: '0123abcd' };
    const [first, second] = await Promise.all([1, 2].map(() => post(own('/add'), adding)));
    const paths = [first, second].map((answer) => answer?.headers.get('location') ?? '');
    expect(paths.map((path) => path.replace(/done=.*/, ''))).to.deep.equal([1, 1].map((number) => `/console/${here.community}/second/${number}?`));
    expect(await found('q=新来的')).to.deep.equal([]);
    expect(await (await supervisor.get(`/console/${here.community}/second/1`)).text()).to.include('新来的');
    expect((await supervisor.post(`/console/${here.community}/second/1/confirm`)).status).to.equal(303);
    expect(await found('q=7777')).to.deep.equal(['新来的']);
    expect((await post(own('/add'), adding)).headers.get('location'), 'sent again').to.include('done=resident.add');
    expect((await post(own('/add'), { ...adding, name: '别人', id: '7', reason: '同一家' })).status).to.equal(422);

    await post(own('/staff/add'), { name: '小周', phone: '13900006666', role: 'supervisor' });
    const members = async () => [...(await (await supervisor.get(own('/staff'))).text()).matchAll(/<tr><td>([^<]*)</g)].map(([, name]) => name);
    expect(await members()).to.not.include('小周');
    expect((await supervisor.post(`/console/${here.community}/second/2/confirm`)).status).to.equal(303);
    expect(await members()).to.include('小周');
    const new_ = await collection(Staff).findOne({ community: here.community, phone: world.vault.hmac('staff', '+8613900006666') });
    await post(own('/staff/remove'), { member: new_?._id ?? '' });
    expect(await members()).to.include('小周');
    expect((await supervisor.post(`/console/${here.community}/second/3/confirm`)).status).to.equal(303);
    expect(await members()).to.not.include('小周');
    expect(await acts()).to.deep.equal([
      ...['second.ask', 'resident.add', 'second.confirm'],
      ...['second.ask', 'second.confirm'],
      ...['second.ask', 'staff.remove', 'second.confirm'],
    ]);
  });

  it('lets unlocking and cards wait while voting is open; the cards are shown as they are asked for, once', async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    mei = await here.person('7', { name: '赵小梅', phone: PHONE, card: card(7) });
    await needCard(addressHmac(world.vault, { community: here.community, channel: 'sms', address: PHONE }), here.community);
    const [{ post }, supervisor] = [await as('cadre'), await as('supervisor')];
    const unlocking = await post(own('/locks/other/unlock'), { contact: PHONE, reason: '来过' });
    expect(unlocking.headers.get('location')).to.include('/second/1?');
    const stamp = /name="stamp" value="(\w+)"/.exec(await (await post(own('/cards/picked'), { tick: mei })).text())?.[1] ?? '';
    const making = { way: 'picked', who: mei, stamp };
    expect((await post(own('/cards/make'), making)).status, 'without a reason').to.equal(422);
    const before = await collection(Resident).findOne({ _id: mei });
    const made = await (await post(own('/cards/make'), { ...making, reason: '丢了' })).text();
    expect(made)
      .to.match(/class="digits">[\d ]{11}</)
      .and.to.include('等监督委员确认');
    const again = await post(own('/cards/make'), { ...making, reason: '丢了' });
    expect(again.headers.get('location')).to.include('/second/2?');
    expect((await collection(Resident).findOne({ _id: mei }))?.card).to.equal(before?.card);
    for (const number of [1, 2]) expect((await supervisor.post(`/console/${here.community}/second/${number}/confirm`)).status).to.equal(303);
    expect((await collection(Resident).findOne({ _id: mei }))?.card).to.not.equal(before?.card);
    expect(await (await (await as('cadre')).get(own('/locks'))).text()).to.include('没有锁住的号码');
  });

  it('runs nothing of what people wrote', async () => {
    const { get, post } = await as('cadre');
    const marked = await collection(Resident).findOne({ community: here.community, building: MARKUP });
    await post(own('/staff/add'), { name: MARKUP, phone: '13900005555', role: 'helper' });
    for (const page of [
      ...pages(),
      `/${marked?._id}`,
      `?q=${encodeURIComponent(MARKUP)}`,
      `?building=${encodeURIComponent(MARKUP)}`,
      '/cards',
      '/new',
    ]) {
      const text = await (await get(own(page))).text();
      expect(text.replaceAll(/<script src="\/assets\/[\w.-]+"[^>]*>/g, ''), page).to.not.include('<script');
      expect(text, `${page}: a text that is not there`).to.not.match(/>(people|locks|cards|staff|log|list|second)\.[a-zA-Z]/);
    }
    const changed = await (await post(own(`/${marked?._id}/change`), { ...seenOf({ name: MARKUP }), ...fields, name: MARKUP })).text();
    expect(changed).to.not.include('<script>');
    expect(changed).to.include('&lt;script&gt;');
  });
});
