import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { Inquiry, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { MembershipRequest, operator, Resident, requestMembership, type StaffRole } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { ALL, endSessions, staffPhone } from '../../../src/fund/staff/index.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { ACTS, OTHER_RIGHTS } from '../../../src/web/console/acts.ts';
import { useDatabase } from '../../support/database.ts';
import { hideProposal } from '../../support/proposals.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const LI = operator('李姐');
const STRANGER = '+8613900000009';
const MARKUP = '<script>alert(1)</script>"\'&';
const ROLES = ['cadre', 'council', 'supervisor', 'helper', 'implementer', 'office'] as const satisfies readonly StaffRole[];

/** The roles that may read each page. All other staff get 403. */
const PAGES: Readonly<Record<string, readonly StaffRole[]>> = {
  '': ['cadre', 'council', 'supervisor', 'office'],
  '/requests': ['cadre', 'supervisor'],
  '/requests?state=decided': ['cadre', 'supervisor'],
  '/requests/1': ['cadre', 'supervisor'],
  '/inbox': ['cadre', 'supervisor'],
  '/inbox?state=answered': ['cadre', 'supervisor'],
  '/inbox/1': ['cadre', 'supervisor'],
  '/recordings': ['cadre', 'supervisor'],
  '/proposals': ['cadre', 'council', 'supervisor', 'office'],
  '/turnout': ['cadre', 'council', 'supervisor', 'office'],
  '/publication': ['cadre', 'council', 'supervisor'],
  '/calendar': ['cadre', 'council', 'supervisor', 'office'],
  '/calendar.ics': ['cadre', 'council', 'supervisor', 'office'],
  '/calendar/new': ['cadre'],
  '/second': ['cadre', 'supervisor'],
  '/second?state=over': ['cadre', 'supervisor'],
  '/log': ['cadre', 'supervisor', 'office'],
  '/log.csv': ['cadre', 'supervisor', 'office'],
  '/log.xlsx': ['cadre', 'supervisor', 'office'],
  '/requests.csv': ['cadre', 'supervisor'],
  '/inbox.csv': ['cadre', 'supervisor'],
};

/** The roles that may send each form. Each form is complete. */
const FORMS: readonly { readonly path: string; readonly form: Record<string, string>; readonly may: readonly StaffRole[] }[] = [
  { path: '/requests/1/accept', form: { who: 'new' }, may: ['cadre'] },
  { path: '/requests/2/refuse', form: { reason: '楼号不对' }, may: ['cadre'] },
  { path: '/requests/refuse', form: { reason: '楼号不对', tick: '3' }, may: ['cadre'] },
  { path: '/inbox/1/take', form: { from: '' }, may: ['cadre'] },
  { path: '/inbox/1/leave', form: {}, may: ['cadre'] },
  { path: '/inbox/1/answer', form: { text: '九点开门' }, may: ['cadre'] },
  { path: '/inbox/2/close', form: { note: '打过电话了' }, may: ['cadre'] },
];

describe('the console', () => {
  const { world: real } = useDatabase('console');
  const world: World = { ...real };
  const web = useOffice(world);
  let here: Town;
  let elsewhere: Town;
  beforeEach(async () => {
    here = await town(world);
    elsewhere = await town(world);
    await staffAll(world, here.community);
    await asks(here, '赵小梅', STRANGER);
    await asks(here, MARKUP, '+8613900000008');
    for (const text of ['几点开门？', MARKUP]) await writeInquiry(world, here.notify, { kind: 'question', text }, here.act(STRANGER));
  });

  const asks = (of: Town, name: string, from: string) => requestMembership(world, { name, building: '3栋' }, of.act(from));
  const { as } = web;
  const own = (path = '') => `/console/${here.community}${path}`;
  const acts = () => actsIn(here.community);
  const staffAdded = ROLES.map(() => 'staff.add');

  it('shows each page to those who may read it, and 403 to the others', async () => {
    for (const role of ROLES) {
      const { get } = await as(role);
      for (const [page, may] of Object.entries(PAGES))
        expect((await get(own(page))).status, `${role} ${page}`).to.equal(
          may.includes(role) ? 200 : ['helper', 'implementer'].includes(role) && page === '' ? 303 : 403,
        );
    }
  });

  it('takes each form from those who may send it, and 403 from the others, who change nothing', async () => {
    for (const role of [...ROLES].reverse()) {
      const { post } = await as(role);
      for (const { path, form, may } of FORMS)
        expect((await post(own(path), form)).status, `${role} ${path}`).to.equal(may.includes(role) ? 303 : 403);
      if (role !== 'cadre') expect(await acts(), role).to.deep.equal(staffAdded);
    }
    expect((await acts()).slice(staffAdded.length)).to.deep.equal([
      'request.accept',
      'request.refuse',
      'inquiry.take',
      'inquiry.leave',
      'inquiry.answer',
      'inquiry.close',
    ]);
    for await (const { by, role, act } of readLog(world, here.community))
      if (act !== 'staff.add') expect([by, role]).to.deep.equal(['cadre的王芳', 'cadre']);
  });

  it('is 404 for another community, a number that is not there, and a guessed address', async () => {
    const { get, post } = await as('cadre');
    await asks(elsewhere, '何静', STRANGER);
    for (const page of Object.keys(PAGES)) expect((await get(`/console/${elsewhere.community}${page}`)).status, page).to.equal(404);
    for (const { path, form } of FORMS) expect((await post(`/console/${elsewhere.community}${path}`, form)).status, path).to.equal(404);
    for (const page of ['/requests/9', '/inbox/9', '/requests/0', '/requests/x', '/inbox/1e3', '/nothing', '/log.ods', '/requests/1/accept'])
      expect((await get(own(page))).status, page).to.equal(404);
    for (const path of ['/requests/9/accept', '/inbox/9/answer', '/inbox/9/close', '/requests/9/refuse', '/nothing'])
      expect((await post(own(path), { who: 'new', text: '好', note: '好', reason: '不' })).status, path).to.equal(404);
    expect((await get('/console/nowhere')).status).to.equal(404);
    expect(await collection(MembershipRequest).countDocuments({ '_id.community': elsewhere.community, state: 'pending' })).to.equal(1);
  });

  it('lets nobody in who is not signed in, or sends a form of another site', async () => {
    const { get, post } = browse(() => web);
    const cadre = await as('cadre');
    for (const page of Object.keys(PAGES)) expect((await get(own(page))).status, page).to.equal(303);
    for (const { path, form } of FORMS) {
      expect((await post(own(path), form)).status, path).to.equal(403);
      expect((await cadre.post(own(path), form, { 'Sec-Fetch-Site': 'cross-site' })).status, path).to.equal(403);
    }
    expect(await acts()).to.deep.equal(staffAdded);
  });

  it('has the guide for everybody: every section and picture of docs/cadres.md, and nothing of its Markdown', async () => {
    const markdown = readFileSync('docs/cadres.md', 'utf8');
    const page = await (await fetch(`${web.url}/console/help`)).text();
    const titles = [...page.matchAll(/<h[123](?: id=".+?")?>(.+?)<\/h/g)].map(([, title]) => title);
    expect(titles).to.deep.equal([...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title));
    expect(page).to.not.match(/\*\*|\]\(|^\||^#|^- |^\d\. |`/m);
    const pictures = [...page.matchAll(/<img src="(.+?)"/g)].map(([, path = '']) => path);
    expect(pictures)
      .to.have.length(markdown.split('\n![').length - 1)
      .and.above(20);
    for (const path of pictures) expect((await fetch(web.url + path, { method: 'HEAD' })).headers.get('content-type'), path).to.equal('image/webp');
    for (const [, link = ''] of page.matchAll(/href="#(.+?)"/g)) expect(link === 'main' || titles.includes(link), link).to.equal(true);
  });

  it('accepts a request as new or as somebody on the roster, once, and keeps the list in the address', async () => {
    const { post, get } = await as('cadre');
    await here.person('7', { name: '赵小梅', building: '3栋' });
    const page = await (await get(own('/requests/1?state=pending'))).text();
    expect(page).to.include('value="as:7"');
    const [first, second] = await Promise.all(
      [1, 2].map(() => post(own('/requests/1/accept?state=pending&after=0'), { who: 'as:7', reason: '来过居委会' })),
    );
    expect([first?.status, second?.status].sort()).to.deep.equal([303, 409]);
    const done = [first, second].find((each) => each?.status === 303);
    expect(done?.headers.get('location')).to.equal(own('/requests?state=pending&after=0&page=2&done=request.accept&number=1'));
    expect((await acts()).slice(staffAdded.length)).to.deep.equal(['request.accept']);
    const stale = await (await post(own('/requests/1/accept'), { who: 'new' })).text();
    expect(stale).to.include('刚才已经有人决定了').and.to.include('cadre的王芳');
    expect(await collection(Resident).countDocuments({ community: here.community })).to.equal(1);
    expect(await collection(Message).countDocuments({ community: here.community, kind: 'answer' })).to.equal(1);
  });

  it('keeps what was typed and says at the field what is wrong', async () => {
    const { post } = await as('cadre');
    const unknown = await post(own('/requests/1/accept'), { who: 'other', id: '"99', reason: '来过' });
    expect(unknown.status).to.equal(422);
    expect(await unknown.text())
      .to.match(/value="&quot;99"[^>]*aria-invalid="true"/)
      .and.to.include('value="来过"');
    expect((await post(own('/requests/1/accept'), {})).status).to.equal(422);
    expect((await post(own('/requests/1/refuse'), { reason: ' ' })).status).to.equal(422);
    expect((await post(own('/inbox/1/answer'), { text: '' })).status).to.equal(422);
    expect((await post(own('/inbox/1/close'), { note: '' })).status).to.equal(422);
    expect(await acts()).to.deep.equal(staffAdded);
  });

  it('sends an answer once; the second is shown what the first wrote, with their own', async () => {
    const [{ post }, other] = [await as('cadre'), await as('cadre')];
    expect((await post(own('/inbox/1/answer?kind=question'), { text: '九点开门' })).headers.get('location')).to.equal(
      own('/inbox/2?kind=question&number=1&done=inquiry.answer'),
    );
    const late = await other.post(own('/inbox/1/answer'), { text: '十点吧' });
    expect(late.status).to.equal(409);
    expect(await late.text())
      .to.include('九点开门')
      .and.to.include('十点吧');
    expect((await acts()).slice(staffAdded.length)).to.deep.equal(['inquiry.answer']);
    expect(await collection(Message).countDocuments({ community: here.community, kind: 'answer' })).to.equal(1);
    expect((await other.post(own('/inbox/1/close'), { note: '打过' })).status).to.equal(409);
    expect(await collection(Inquiry).countDocuments({ '_id.community': here.community, answer: { $exists: true } })).to.equal(1);
  });

  it('runs nothing of what people wrote, on any page', async () => {
    const { get, post } = await as('cadre');
    await addStaff(world)(here.community, { name: MARKUP, phone: phoneOf('cadre'), role: 'cadre' }, LI);
    await post(own('/inbox/2/answer'), { text: MARKUP });
    await post(own('/requests/2/refuse'), { reason: MARKUP });
    for (const page of [
      ...Object.keys(PAGES),
      '/inbox/2',
      '/requests/2',
      `/log?by=${encodeURIComponent(MARKUP)}`,
      `/inbox?kind=${encodeURIComponent(MARKUP)}`,
    ]) {
      const answer = await get(own(page));
      const text = await answer.text();
      if (answer.headers.get('content-type')?.startsWith('text/html')) expect(text, page).to.not.match(/<script(?! src="\/assets\/)/);
      expect(answer.headers.get('x-content-type-options'), page).to.equal('nosniff');
    }
    expect(await (await get(own('/inbox/2'))).text()).to.include('&lt;script&gt;');
  });

  it('filters the log, page by page, and writes it as a table in which nothing is a formula', async () => {
    const { get, post } = await as('cadre');
    await addStaff(world)(here.community, { name: '=1+1', phone: phoneOf('cadre'), role: 'cadre' }, LI);
    await post(own('/inbox/1/answer'), { text: '九点' });
    await post(own('/requests/2/refuse'), { reason: '楼号不对' });
    const shown = async (query: string) =>
      [...(await (await get(own(`/log${query}`))).text()).matchAll(/<tr><td>(\d+)<\/td>/g)].map(([, seq]) => Number(seq));
    const all = await shown('');
    expect(all).to.deep.equal([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await shown('?about=inquiry')).to.deep.equal([8]);
    expect(await shown(`?by=${encodeURIComponent('=1+1')}&after=9`)).to.deep.equal([8]);
    expect(await shown('?from=2999-01-01')).to.deep.equal([]);
    expect(await shown('?to=2999-01-01&from=not-a-day')).to.deep.equal(all);
    const file = await (await get(own('/log.csv?about=request'))).text();
    const rows: string[][] = parse(file, { bom: true });
    expect(rows.map(([seq, , by, , act]) => [seq, by, act])).to.deep.equal([
      ['seq', 'by', 'act'],
      ['9', "'=1+1", 'request.refuse'],
    ]);
    const office = await (await (await as('office')).get(own('/log.csv'))).text();
    expect(office, 'an office reads no names').to.not.include('楼号不对');
    expect(file).to.include('楼号不对');
  });

  it('tells the details of an act in words, and leads to what it was about', async () => {
    const { get, post } = await as('cadre');
    await post(own('/requests/1/accept'), { who: 'new' });
    const page = await (await get(own('/log?about=request'))).text();
    for (const what of [`href="${own('/requests/1')}">加入申请1</a>`, '<dd>姓名 ', '<dd>是新居民 是</dd>', '139 0000 0009'])
      expect(page).to.include(what);
    expect(page).to.not.match(/isNew|duringVote/);
    await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 1, actor: LI, reason: '重了' });
    expect(await (await get(own('/log?about=proposal'))).text(), 'which of what has this number').to.include('提议1 <small>1这一轮</small>');
    expect(page, 'what is not so is not told').to.not.include('不是</dd>');
  });

  it('keeps what was written by somebody who is not signed in any more', async () => {
    const answer = await browse(() => web, 'staff=old').post(own('/inbox/1/answer'), { text: `写了\n很久${MARKUP}` });
    const page = await answer.text();
    expect(answer.status).to.equal(403);
    expect(page)
      .to.include(`<form method="post" action="${own('/inbox/1/answer')}"><input type="hidden" name="text" value="写了\n很久&lt;`)
      .and.to.include('您已经退出登录')
      .and.to.not.include(MARKUP);
    const form = { key: '189773d1aa', origin: 'paper', text: '修棚子' };
    const sent = await (await browse(() => web, 'staff=old').post(own('/proposals/enter'), form)).text();
    expect(
      [...sent.matchAll(/<p class="said">([^<]*)/g)].map(([, value]) => value),
      'what people wrote, no keys and codes',
    ).to.deep.equal(['修棚子']);
    expect(sent).to.include('name="key" value="189773d1aa"').and.to.include('name="origin" value="paper"');
    const cookie = await cookieOf(world, phoneOf('cadre'));
    await endSessions(staffPhone(world.vault, phoneOf('cadre')));
    const paste = '修路灯\n'.repeat(8_000); // longer than any other form
    const pasted = await browse(() => web, cookie).post(own('/proposals/enterMany'), { lines: paste });
    expect([pasted.status, (await pasted.text()).includes(paste)]).to.deep.equal([403, true]);
  });

  it('refuses an answer that is too long, and keeps it', async () => {
    const { post } = await as('cadre');
    const answer = await post(own('/inbox/1/answer'), { text: '长'.repeat(601) });
    expect(answer.status).to.equal(422);
    expect(await answer.text())
      .to.include('最多600个字，现在601个')
      .and.to.include('长'.repeat(601));
    expect(await acts()).to.deep.equal(staffAdded);
  });

  it('has words for every act, and a filter that finds it', async () => {
    const page = await (await (await as('cadre')).get(own('/log'))).text();
    const filters = [...page.matchAll(/<option value="(\w+)">/g)].map(([, about]) => about);
    for (const { name: entry } of [...ACTS, ...OTHER_RIGHTS]) {
      const [about = '', what = ''] = entry.split('.');
      expect(filters, entry).to.include(about);
      for (const language of ['zh-CN', 'en'])
        expect(JSON.parse(readFileSync(`locales/${language}/acts.json`, 'utf8'))[about]?.[what]?.did, `${language} ${entry}`).to.be.a('string');
    }
  });

  it('calls a stage as the public pages do', () => {
    for (const language of ['zh-CN', 'en']) {
      const [ours, theirs] = ['console', 'page'].map((file) => JSON.parse(readFileSync(`locales/${language}/${file}.json`, 'utf8')).stage);
      expect(ours, language).to.deep.equal(theirs);
    }
  });

  it('tells on Today what waits and since when, to each what they may know', async () => {
    const today = async (role: StaffRole) => (await (await as(role)).get(own())).text();
    expect(await today('cadre'))
      .to.match(/<span class="count">2<\/span> <span class="what">个人申请加入名册/)
      .and.to.include(`href="${own('/requests')}"`);
    expect(await today('office'))
      .to.include('个人申请加入名册')
      .and.to.not.include(`href="${own('/requests')}"`);
    expect(await today('council'))
      .to.include('接下来')
      .and.to.not.include('个人申请加入名册');
  });

  it('leads an implementer to their works, and a helper to the tables', async () => {
    const implementer = await as('implementer');
    expect((await implementer.get(own())).headers.get('location')).to.equal(own('/works'));
    expect((await implementer.get(own('/works'))).status).to.equal(200);
    expect((await (await as('helper')).get(own())).headers.get('location')).to.equal(own('/tables'));
  });

  it('leads who has one community there; an office that reads all gets the list', async () => {
    await addStaff(world)(ALL, { name: '街道办', phone: '+8613800000199', role: 'office' }, LI);
    const all = browse(() => web, await cookieOf(world, '+8613800000199'));
    const list = await (await all.get('/console')).text();
    expect(list).to.include(`href="/console/${here.community}"`).and.to.include(`href="/console/${elsewhere.community}"`);
    expect((await all.get(`/console/${elsewhere.community}`)).status).to.equal(200);
    expect((await all.get(`/console/${elsewhere.community}/requests`)).status).to.equal(403);
  });
});
