import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { endSessions, staffPhone } from '../../../src/fund/staff/index.ts';
import { StaffSession } from '../../../src/fund/staff/session.ts';
import { Broadcast, holdBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { queueDue } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { removeStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const MARKUP = '<script>alert(1)</script>"\'&';
const ROLES = ['cadre', 'council', 'supervisor', 'helper', 'implementer', 'office'] as const satisfies readonly StaffRole[];
const PHONE = '+86138000002';

/** The roles that may read each page; `ID` is a broadcast. */
const PAGES: Readonly<Record<string, readonly StaffRole[]>> = {
  '/messages': ['cadre', 'supervisor', 'office'],
  '/messages?which=paused': ['cadre', 'supervisor', 'office'],
  '/messages.csv': ['cadre', 'supervisor', 'office'],
  '/messages/ID': ['cadre', 'supervisor', 'office'],
  '/messages/new': ['cadre'],
  '/messages/ID/each': ['cadre', 'supervisor'],
  '/messages/ID/each?state=failed': ['cadre', 'supervisor'],
  '/messages/ID/each.csv': ['cadre', 'supervisor'],
};

/** The roles that may send each form. */
const FORMS: readonly { readonly path: string; readonly form: Record<string, string>; readonly status: number }[] = [
  { path: '/messages/new', form: { to: 'all', text: '停水' }, status: 200 },
  { path: '/messages/check', form: { to: 'all', text: '停水' }, status: 200 },
  { path: '/messages/send', form: { to: 'all', text: '停水' }, status: 409 },
  { path: '/messages/ID/pause', form: {}, status: 303 },
  { path: '/messages/ID/resume', form: {}, status: 303 },
  { path: '/messages/ID/cancel', form: {}, status: 303 },
];

describe('the console’s messages', () => {
  const { world } = useDatabase('consolemessages');
  const web = useOffice(world);
  let here: Town;
  let elsewhere: Town;
  beforeEach(async () => {
    here = await town(world, { community: { quiet: '00:00-00:00', prices: { sms: 0.05, currency: 'CNY' } } });
    elsewhere = await town(world, { community: { quiet: '00:00-00:00' } });
    await staffAll(world, here.community);
    await here.person('1', { name: '王秀英', building: '3栋', phone: `${PHONE}01` });
    await here.person('2', { name: '李建国', building: '10栋', phone: `${PHONE}02` });
  });

  const { as } = web;
  const own = (path = '', id = '') => `/console/${here.community}${path.replace('ID', id)}`;
  const sentActs = async () => (await actsIn(here.community)).filter((act) => act.startsWith('broadcast.'));
  const fieldIn = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  const ofTheirs = () => collection(Broadcast).countDocuments({ community: here.community });

  /** The text of the check page, and the form that it would send. */
  async function checked(form: Record<string, string>) {
    const { post } = await as('cadre');
    const page = await (await post(own('/messages/check'), form)).text();
    return { page, form: { ...form, at: form.at ?? '', mark: fieldIn(page, 'mark') } };
  }

  /** Sends a message as a page does; gives its id. */
  async function sent(text: string, to = 'all'): Promise<string> {
    const { post } = await as('cadre');
    const answer = await post(own('/messages/send'), (await checked({ to, text })).form);
    expect(answer.status).to.equal(303);
    const id = /\/messages\/(\w+)\?done=broadcast\.send$/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
    await queueDue(world, ['sms']);
    return id;
  }

  it('shows each page to those who may read it, and 403 to the others', async () => {
    const id = await sent('明天停水');
    for (const role of ROLES) {
      const { get } = await as(role);
      for (const [page, may] of Object.entries(PAGES))
        expect((await get(own(page, id))).status, `${role} ${page}`).to.equal(may.includes(role) ? 200 : 403);
    }
  });

  it('takes each form from a cadre alone; from others 403, and nothing is changed', async () => {
    const id = await sent('明天停水');
    for (const role of ROLES.toReversed()) {
      const { post } = await as(role);
      for (const { path, form, status } of FORMS)
        expect((await post(own(path, id), form)).status, `${role} ${path}`).to.equal(role === 'cadre' ? status : 403);
      if (role !== 'cadre') expect(await sentActs(), role).to.deep.equal(['broadcast.send']);
    }
    expect(await sentActs()).to.deep.equal(['broadcast.send', 'broadcast.pause', 'broadcast.resume', 'broadcast.cancel']);
  });

  it('is 404 for another community’s message, also for who is a cadre of both', async () => {
    const id = await sent('明天停水');
    await staffAll(world, elsewhere.community);
    const { get, post } = await as('cadre');
    for (const path of ['/ID', '/ID/each', '/ID/each.csv', '/ID/events'])
      expect((await get(`/console/${elsewhere.community}/messages${path.replace('ID', id)}`)).status, path).to.equal(404);
    for (const act of ['pause', 'resume', 'cancel'])
      expect((await post(`/console/${elsewhere.community}/messages/${id}/${act}`)).status, act).to.equal(404);
    for (const path of ['/messages/nothing', '/messages/check', '/messages/send', '/messages/nothing/events', `/messages/${id}/nothing`])
      expect((await get(own(path))).status, path).to.equal(404);
    expect(await sentActs()).to.deep.equal(['broadcast.send']);
  });

  it('lets nobody in who is not signed in, or sends a form of another site', async () => {
    const id = await sent('明天停水');
    const { get, post } = browse(() => web);
    const cadre = await as('cadre');
    for (const page of [...Object.keys(PAGES), '/messages/ID/events']) expect((await get(own(page, id))).status, page).to.equal(303);
    for (const { path, form } of FORMS) {
      expect((await post(own(path, id), form)).status, path).to.equal(403);
      expect((await cadre.post(own(path, id), form, { 'Sec-Fetch-Site': 'cross-site' })).status, path).to.equal(403);
    }
    expect(await sentActs()).to.deep.equal(['broadcast.send']);
  });

  it('says before anything is sent to how many, in how many segments, at what cost, when, and how a phone shows it', async () => {
    const { page } = await checked({ to: 'building:3栋', text: `{name}，{building}${'停水'.repeat(40)}💧www.x.cn` });
    const words = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(words).to.include('一共1条').and.to.include('0.15元').and.to.include('现在').and.to.include('第2段');
    expect(words).to.match(/【青松社区】王秀英，3栋(停水)+/);
    for (const warned of ['超过一条短信', '💧', 'www.x.cn', '第一次发给他']) expect(words, warned).to.include(warned);
    expect(await ofTheirs()).to.equal(0);
  });

  it('sends once what was sent twice, and tells that it was sent before', async () => {
    const { post } = await as('cadre');
    const { form } = await checked({ to: 'all', text: '明天停水' });
    const both = await Promise.all([1, 2].map(() => post(own('/messages/send'), form)));
    const [first, second] = both.map((answer) => answer.headers.get('location')?.replace(/\?.*/, ''));
    expect(first).to.be.a('string').and.equal(second);
    const again = await post(own('/messages/send'), form);
    expect(again.headers.get('location')).to.match(/\?done=broadcast\.again$/);
    expect((await checked({ to: 'all', text: '明天停水' })).page)
      .to.include('今天这条已经发过')
      .and.not.to.include('发出这');
    expect([await ofTheirs(), await sentActs()]).to.deep.equal([1, ['broadcast.send']]);
  });

  it('checks again instead of sending if the roster or the text changed', async () => {
    const { post } = await as('cadre');
    const { form } = await checked({ to: 'all', text: '明天停水' });
    await here.person('3', { phone: `${PHONE}03` });
    const stale = await post(own('/messages/send'), form);
    const page = await stale.text();
    expect([stale.status, await ofTheirs()]).to.deep.equal([409, 0]);
    expect(page).to.include('刚才名册或者这条消息变了').and.to.include('一共3条');
    expect((await post(own('/messages/send'), { ...form, text: '后天停水' })).status).to.equal(409);
    expect((await post(own('/messages/send'), { ...form, mark: fieldIn(page, 'mark') })).status).to.equal(303);
  });

  it('keeps what was typed and says at the field what is wrong', async () => {
    const { post } = await as('cadre');
    const wrong: [form: Record<string, string>, field: string][] = [
      [{ to: 'all', text: ' ' }, 'text'],
      [{ to: 'all', text: '{nmae}"您好' }, 'text'],
      [{ to: 'all', text: '停水'.repeat(400) }, 'text'],
      [{ to: 'building:9栋', text: '停水' }, 'to'],
      [{ to: 'not-voted', text: '停水' }, 'to'],
      [{ to: 'nobody', text: '停水' }, 'to'],
      [{ to: 'all', text: '停水', at: '2020-01-01T10:00' }, 'at'],
      [{ to: 'all', text: '停水', at: 'soon"' }, 'at'],
    ];
    for (const [form, field] of wrong)
      for (const path of ['/messages/check', '/messages/send']) {
        const answer = await post(own(path), form);
        const page = await answer.text();
        expect([answer.status, page.includes(`id="${field}-mistake"`)], `${path} ${JSON.stringify(form)}`).to.deep.equal([422, true]);
        if (form.at) expect(page).to.include(`value="${form.at.replace('"', '&quot;')}"`);
      }
    expect(await ofTheirs()).to.equal(0);
  });

  it('offers the buildings of the roster, and those who have not voted while a vote is open', async () => {
    const options = async () =>
      [...(await (await (await as('cadre')).get(own('/messages/new'))).text()).matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value);
    expect(await options()).to.deep.equal(['all', 'building:3栋', 'building:10栋']);
    here = await town(world, { residents: 2, cycle: votingNow(world) });
    await staffAll(world, here.community);
    expect(await options()).to.deep.equal(['all', 'not-voted']);
  });

  it('lists nobody where the list would say who has not voted', async () => {
    here = await town(world, { residents: 2, community: { quiet: '00:00-00:00' }, cycle: votingNow(world) });
    await staffAll(world, here.community);
    const { get } = await as('cadre');
    const id = await sent('来投票', 'not-voted');
    const page = await (await get(own('/messages/ID', id))).text();
    expect(page).to.include('不到10条').and.to.include('不列出是谁').and.not.to.include(`${id}/each`);
    expect(parse(await (await get(own('/messages/ID/each.csv', id))).text(), { bom: true })).to.have.length(1);
    expect(await (await get(own('/messages/ID/each', id))).text()).to.not.include('****');
  });

  it('is not cancelled any more once all was sent, and says so', async () => {
    const { post, get } = await as('cadre');
    const id = await sent('明天停水');
    await collection(Message).updateMany({ broadcast: id }, { $set: { state: 'sent' } });
    for (const [act, told] of [
      ['cancel', '收不回来'],
      ['pause', '已经发完了'],
      ['resume', '没有停着'],
    ] as const) {
      const answer = await post(own(`/messages/ID/${act}`, id));
      expect([answer.status, await answer.text()].join(), act).to.match(new RegExp(`^409.*${told}`, 's'));
    }
    expect(await sentActs()).to.deep.equal(['broadcast.send']);
    expect(await (await get(own('/messages/ID', id))).text())
      .to.include('发完了')
      .and.not.to.include('/cancel"');
  });

  it('shows what became of each, by state, with the phone masked, and the same as a file', async () => {
    const id = await sent('明天停水');
    await collection(Message).updateOne({ broadcast: id }, { $set: { state: 'failed', reason: 'twilio.30003' } });
    await collection(Message).updateOne({ broadcast: id, state: 'pending' }, { $set: { state: 'unknown', reason: 'leaseLost' } });
    const { get } = await as('supervisor');
    expect(await (await get(own())).text(), 'with its age').to.match(/条消息没有送到<\/span><\/a><span class="age">[^<]+</);
    const page = await (await get(own('/messages/ID', id))).text();
    expect(page).to.include('不知道到没到的，怎么办').and.to.include(`${id}/each?state=failed`);
    const failed = await (await get(own('/messages/ID/each?state=failed', id))).text();
    expect(failed)
      .to.match(/138\*\*\*\*020[12]/)
      .and.to.include('关机')
      .and.not.to.include('运营商没有回话');
    const rows: string[][] = parse(await (await get(own('/messages/ID/each.csv?state=unknown', id))).text(), { bom: true });
    expect(rows.map(([, channel, state, reason]) => [channel, state, reason])).to.deep.equal([
      ['channel', 'state', 'reason'],
      ['短信', '不知道到没到', '运营商没有回话'],
    ]);
    for (const [reason, words] of [
      ['kannel.denied', '运营商拦下了'],
      ['mas.MK:0001', '是空号'],
      ['aliyun.UNDELIV', '对方收不到：关机、停机，或者是空号'],
      ['aliyun.isv.AMOUNT_NOT_ENOUGH', '账号里的钱或条数用完了，请找系统管理员'],
      ['call.failed', '对方收不到：关机、停机，或者是空号'],
      ['mas.XY:1234', '运营商的代码：mas.XY:1234'],
    ]) {
      await collection(Message).updateOne({ broadcast: id, state: 'failed' }, { $set: { reason } });
      expect(await (await get(own('/messages/ID/each.csv?state=failed', id))).text()).to.include(words);
    }
    for (const path of ['/messages/ID', '/messages/ID/each', '/messages/ID/each.csv'])
      expect(await (await get(own(path, id))).text(), path).to.not.match(/1380000020[12]|138 0000 020[12]|王秀英|李建国/);
    expect(await (await (await as('office')).get(own('/messages/ID', id))).text())
      .to.include('没送到')
      .and.not.to.include('/each');
  });

  it('leads there from Today, and says who paused it', async () => {
    const id = await sent('明天停水');
    const { get, post } = await as('cadre');
    await post(own('/messages/ID/pause', id));
    expect(await (await get(own())).text()).to.include(`href="${own('/messages/ID', id)}"`);
    expect(await (await get(own('/messages/ID', id))).text())
      .to.include('cadre的王芳 停下的')
      .and.to.include('/resume"');
    await post(own('/messages/ID/resume', id));
    await holdBroadcast(world, id);
    expect(await (await get(own('/messages/ID', id))).text()).to.include('自己停下了');
    const other = await sent('后天停电');
    await holdBroadcast(world, other);
    expect(await (await get(own())).text()).to.include(`href="${own('/messages?which=paused')}"`);
    expect(await (await get(own('/messages?which=paused'))).text())
      .to.include(id)
      .and.to.include(other);
  });

  it('runs nothing of what people wrote', async () => {
    const { get, post } = await as('cadre');
    await here.person('3', { name: MARKUP, building: MARKUP, phone: `${PHONE}03` });
    const form = { to: `building:${MARKUP}`, text: `${MARKUP}{name}{building}` };
    const { page, form: whole } = await checked(form);
    const answer = await post(own('/messages/send'), { ...whole, to: form.to });
    expect(answer.status).to.equal(303);
    const id = /messages\/(\w+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
    const pages = [
      page,
      await (await post(own('/messages/new'), form)).text(),
      await (await post(own('/messages/check'), { ...form, at: MARKUP })).text(),
    ];
    for (const path of [
      '/messages',
      '/messages/new',
      '/messages/ID',
      '/messages/ID?done=%3Cscript%3E',
      '/messages/ID/each',
      `/messages?which=${encodeURIComponent(MARKUP)}`,
    ])
      pages.push(await (await get(own(path, id))).text());
    for (const each of pages) expect(each).to.not.include('<script>alert');
    expect(page).to.include('&lt;script&gt;');
  });

  describe('as it goes', () => {
    const leaves: (() => void)[] = [];
    afterEach(() => {
      for (const leave of leaves.splice(0)) leave();
    });

    /** The stream of one person: the text that it sent, and whether it ended. */
    const watch = (id: string, cookie: string) =>
      new Promise<{ status: number; said: () => string; ended: Promise<void>; leave: () => void }>((resolve, reject) => {
        const request = httpGet(web.url + own('/messages/ID/events', id), { headers: { cookie } }, (response: IncomingMessage) => {
          let said = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            said += part;
          });
          const ended = new Promise<void>((over) => response.once('close', over));
          resolve({ status: response.statusCode ?? 0, said: () => said, ended, leave: () => request.destroy() });
        });
        request.once('error', reject);
        leaves.push(() => request.destroy());
      });

    it('tells how far it is, and that the page has changed once it is over', async () => {
      const id = await sent('明天停水');
      const stream = await watch(id, await cookieOf(world, phoneOf('cadre')));
      await until('what the stream says', () => stream.said().includes('data: {"done":0,"total":2,'));
      await collection(Message).updateOne({ broadcast: id }, { $set: { state: 'sent' } });
      await until('what the stream says', () => stream.said().includes('data: {"done":1,"total":2,'));
      await collection(Message).updateMany({ broadcast: id }, { $set: { state: 'sent' } });
      await stream.ended;
      expect(stream.said()).to.include('event: changed');
      expect((await watch(id, await cookieOf(world, phoneOf('cadre')))).status).to.equal(204);
    });

    it('ends within seconds when the session ends, and when somebody loses their role', async () => {
      const id = await sent('明天停水');
      const stream = await watch(id, await cookieOf(world, phoneOf('cadre')));
      await until('what the stream says', () => stream.said() !== '');
      await endSessions(staffPhone(world.vault, phoneOf('cadre')));
      await stream.ended;
      const theirs = await watch(id, await cookieOf(world, phoneOf('supervisor')));
      await until('what the stream says', () => theirs.said() !== '');
      await removeStaff(world)(here.community, { phone: phoneOf('supervisor') }, operator('李姐'));
      await theirs.ended;
      expect(theirs.said()).to.not.include('event: changed');
    });

    it('opens three for one person, however many they ask for, and frees the place of one that goes away', async () => {
      const id = await sent('明天停水');
      const cookies = await Promise.all([1, 2].map(() => cookieOf(world, phoneOf('cadre'))));
      const all = await Promise.all(Array.from({ length: 200 }, (_, index) => watch(id, cookies[index % 2] ?? '')));
      const open = all.filter(({ status }) => status === 200);
      expect([open.length, all.filter(({ status }) => status === 503).length]).to.deep.equal([3, 197]);
      const { get } = await as('cadre');
      expect((await get(own('/messages/ID', id))).status, 'pages are read meanwhile').to.equal(200);
      expect((await watch(id, await cookieOf(world, phoneOf('office')))).status, 'and others watch').to.equal(200);
      open[0]?.leave();
      await until('a place', async () => (await watch(id, cookies[0] ?? '')).status === 200);
    });

    it('does not keep a session by watching', async () => {
      const id = await sent('明天停水');
      const cookie = await cookieOf(world, phoneOf('cadre'));
      const stream = await watch(id, cookie);
      await until('what the stream says', () => stream.said().startsWith('data:'));
      const seen = async () =>
        (await collection(StaffSession).findOne({ phone: staffPhone(world.vault, phoneOf('cadre')) }, { sort: { at: -1 } }))?.seenAt;
      const long = new Date(Date.now() - 60 * 60_000);
      await collection(StaffSession).updateMany({ phone: staffPhone(world.vault, phoneOf('cadre')) }, { $set: { seenAt: long } });
      await sleep(2_500);
      expect(await seen()).to.deep.equal(long);
      stream.leave();
    });
  });
});
