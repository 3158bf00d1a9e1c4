import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Router } from 'express';
import i18next from 'i18next';
import { RESERVED_SLUGS } from '../../../src/fund/communities/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { staffOf } from '../../../src/fund/staff/index.ts';
import { StaffSession } from '../../../src/fund/staff/session.ts';
import { SignIn } from '../../../src/fund/staff/signIn.ts';
import { Message, type MessageRecord } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { consoleRoutes } from '../../../src/web/console/console.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { linkStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const CADRE = phoneOf('cadre');
const LI = operator('李姐');
const MINUTE = 60_000;

describe('signing in to the console', () => {
  const { world: real } = useDatabase('consolesignin');
  const clock = { ahead: 0 };
  const world: World = { ...real, now: () => new Date(Date.now() + clock.ahead) };
  let here: Town;
  let web: Served;
  before(async () => {
    web = await serve(world, { publicUrl: 'http://example.org', personas: async () => staffOf(world, here.community) });
    here = await town(world);
    await staffAll(world, here.community);
  });
  after(() => web.close());
  beforeEach(async () => {
    clock.ahead = 0;
    await Promise.all([SignIn.deleteMany({}), StaffSession.deleteMany({}), Message.deleteMany({})]);
  });

  const anybody = (cookie?: string) => browse(() => web, cookie);
  const given = (response: Response, name: string) => response.headers.getSetCookie().find((each) => each.startsWith(`${name}=`)) ?? '';
  const pair = (cookie: string) => cookie.split(';')[0] ?? '';
  const ask = async (phone: string, query = '') => pair(given(await anybody().post(`/console/sign-in${query}`, { phone }), 'signing'));
  const digits = async (howMany = 6) => {
    const isTheirs = new RegExp(`^\\d{${howMany}}$`);
    for (;;) {
      const messages = await collection(Message).find({ kind: 'code' }).toArray();
      const found = messages.map((message) => saidIn(message)).find((said) => isTheirs.test(said));
      if (found) return found;
      await sleep(10); // the answer waits for nothing
    }
  };
  const all = async () => (await collection(Message).find({ kind: 'code' }).toArray()).map(saidIn);
  const arrived = async (howMany: number) => {
    while ((await all()).length < howMany) await sleep(10);
  };
  const link = async () => {
    const outcome = await linkStaff(world)(here.community, CADRE, LI);
    return 'token' in outcome ? outcome.token : outcome.refused;
  };
  const saidIn = (message: MessageRecord) => {
    return String(JSON.parse(world.vault.decrypt('messageSaid', message._id, message.said)).params.digits);
  };

  it('takes the digits that were sent, leads to where one wanted to go, and gives a cookie that no script and no other site can use', async () => {
    const wanted = await anybody().get(`/console/${here.community}?x=1`);
    expect([wanted.status, wanted.headers.get('location')]).to.deep.equal([303, `/console/sign-in?to=%2Fconsole%2F${here.community}%3Fx%3D1`]);
    const head = await fetch(`${web.url}/console/${here.community}?x=1`, { method: 'HEAD', redirect: 'manual' });
    expect([head.status, head.headers.get('location')]).to.deep.equal([303, wanted.headers.get('location')]);
    const signing = await ask('138 0000 0100', `?to=%2Fconsole%2F${here.community}`);
    expect(decodeURIComponent(signing)).to.not.include('0100');
    const entered = await anybody(signing).post(`/console/sign-in/digits?to=%2Fconsole%2F${here.community}`, { digits: await digits() });
    expect([entered.status, entered.headers.get('location')]).to.deep.equal([303, `/console/${here.community}`]);
    expect(given(entered, 'staff')).to.match(/; Path=\/; HttpOnly; SameSite=Lax$/);
    const today = await anybody(pair(given(entered, 'staff'))).get(`/console/${here.community}`);
    expect([today.status, today.headers.get('cache-control')]).to.deep.equal([200, 'no-store']);
    expect(today.headers.get('content-security-policy')).to.include("default-src 'none'");
    expect(await today.text()).to.include('cadre的王芳');
  });

  it('under https sends the cookie over TLS only', async () => {
    const secure = await serve(world, { publicUrl: 'https://example.org', personas: async () => staffOf(world, here.community) });
    const [persona] = await staffOf(world, here.community);
    const entered = await browse(() => secure).post('/console/persona', { persona: persona?.id ?? '' });
    expect(given(entered, '__Host-staff')).to.match(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    secure.close();
  });

  it('says the same to a number without a role, and sends it nothing', async () => {
    const known = await anybody().post('/console/sign-in', { phone: CADRE });
    const unknown = await anybody().post('/console/sign-in', { phone: '+8613900000009' });
    for (const answer of [known, unknown]) expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '/console/sign-in/digits']);
    await digits();
    await anybody().post('/console/sign-in', { phone: CADRE });
    await arrived(2); // asked for after the unknown one
    expect(await collection(Message).countDocuments({ kind: 'code' })).to.equal(2);
    const page = await anybody(pair(given(unknown, 'signing'))).get('/console/sign-in/digits');
    expect(page.status).to.equal(200);
  });

  it('answers before anything is looked up, whether the number is known or not', async () => {
    for (const phone of [CADRE, '+8613900000009']) {
      let asked = 0;
      const never = (): Date => {
        throw new Error('nothing is looked up');
      };
      const away: World = { ...world, now: () => (asked++ > 0 ? never() : new Date()) };
      const lone = await serve(away, { publicUrl: 'http://example.org' });
      const { status } = await browse(() => lone).post('/console/sign-in', { phone });
      expect(status).to.equal(303);
      lone.close();
    }
  });

  it('takes no six digits any more after five wrong ones; its holder then gets twelve, whatever somebody else tries', async () => {
    const signing = await ask(CADRE);
    const right = await digits();
    const wrong = right === '000000' ? '000001' : '000000';
    const statuses: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) statuses.push((await anybody(signing).post('/console/sign-in/digits', { digits: wrong })).status);
    expect(statuses).to.deep.equal([422, 422, 422, 422, 422]);
    const locked = await anybody(signing).post('/console/sign-in/digits', { digits: right });
    expect([locked.status, given(locked, 'staff')]).to.deep.equal([422, '']);
    expect(await locked.text())
      .to.include('role="alert"')
      .and.to.include('十二位');
    const own = await ask(CADRE);
    const long = await digits(12);
    for (let tries = 0; tries < 20; tries += 1) await anybody(signing).post('/console/sign-in/digits', { digits: '123456789012' });
    expect((await anybody(own).post('/console/sign-in/digits', { digits: long })).status).to.equal(303);
  });

  it('takes the digits in whichever tab: those sent twice are the same, used once they are over in every tab, and new ones end the old', async () => {
    const first = await ask(CADRE);
    const code = await digits();
    const second = await ask(CADRE);
    await arrived(2);
    expect(await all(), 'one code, sent twice').to.deep.equal([code, code]);
    // two tabs of a browser share their cookies: the other tab's number stands in this one, too
    expect((await anybody(second).post('/console/sign-in/digits', { digits: code })).status).to.equal(303);
    for (const signing of [first, second]) {
      const again = await anybody(signing).post('/console/sign-in/digits', { digits: code });
      expect([again.status, given(again, 'staff')]).to.deep.equal([422, '']);
    }
    const late = await ask(CADRE);
    await arrived(3);
    const [fresh = ''] = (await all()).filter((each) => each !== code);
    expect((await anybody(late).post('/console/sign-in/digits', { digits: code })).status, 'the older one').to.equal(422);
    const both = await Promise.all([1, 2].map(() => anybody(late).post('/console/sign-in/digits', { digits: fresh })));
    expect(both.map(({ status }) => status).toSorted(), 'both tabs at once').to.deep.equal([303, 422]);
    const other = await ask('+8613800000101');
    expect((await anybody(other).post('/console/sign-in/digits', { digits: fresh })).status, 'somebody else’s').to.equal(422);
    clock.ahead = 11 * MINUTE;
    expect((await anybody(other).post('/console/sign-in/digits', { digits: fresh })).status, 'too old').to.equal(422);
  });

  it('keeps what was written in a tab of somebody who signed out in another, and does nothing of it', async () => {
    const cookie = await cookieOf(world, CADRE);
    const { post } = anybody(cookie);
    await post('/console/sign-out');
    const answer = await post(`/console/${here.community}/calendar/${here.cycle}/extend`, { reason: '下雨了', day: '2090-01-01' });
    expect(answer.status).to.equal(403);
    expect(await answer.text())
      .to.include('下雨了')
      .and.to.include('/console/sign-in');
  });

  it('is over after two hours of nothing, and after twelve whatever is done', async () => {
    const idle = await cookieOf(world, CADRE);
    const busy = await cookieOf(world, CADRE);
    const isIn = async (cookie: string) => (await anybody(cookie).get(`/console/${here.community}`)).status === 200;
    const seen: boolean[] = [];
    for (let minutes = 0; minutes <= 720; minutes += 60) {
      clock.ahead = minutes * MINUTE;
      seen.push(await isIn(busy));
    }
    expect(seen).to.deep.equal([...Array<boolean>(12).fill(true), false]);
    clock.ahead = 119 * MINUTE;
    expect(await isIn(idle)).to.equal(true);
    clock.ahead = 240 * MINUTE;
    expect(await isIn(idle)).to.equal(false);
  });

  it('keeps what was typed, and tells what is wrong at the field', async () => {
    const answer = await anybody().post('/console/sign-in', { phone: '一二三"<b>' });
    const page = await answer.text();
    expect(answer.status).to.equal(422);
    expect(page).to.include('value="一二三&quot;&lt;b&gt;" aria-describedby="phone-mistake" aria-invalid="true"');
    expect(page).to.include('<a href="#phone">');
  });

  it('opens a link once, by its button alone, within fifteen minutes', async () => {
    const token = await link();
    expect((await anybody().get(`/console/link/${token}`)).status).to.equal(200);
    const opened = await anybody().post(`/console/link/${token}`);
    expect([opened.status, given(opened, 'staff') !== '']).to.deep.equal([303, true]);
    const replayed = await anybody().post(`/console/link/${token}`);
    expect([replayed.status, given(replayed, 'staff')]).to.deep.equal([404, '']);
    const late = await link();
    clock.ahead = 16 * MINUTE;
    expect((await anybody().post(`/console/link/${late}`)).status).to.equal(404);
  });

  it('tells the staff phone of a device on which its holder has never signed in, whichever way; of a known one nothing', async () => {
    const told = async (phone: string) => {
      const alarms = await collection(Message).find({ kind: 'alarm' }, { promoteBuffers: true }).toArray();
      return alarms.filter((alarm) => world.vault.decrypt('messageAddress', alarm._id, alarm.address) === phone).length;
    };
    const enters = async (phone: string, device = '') => {
      await Promise.all([SignIn.deleteMany({}), Message.deleteMany({ kind: 'code' })]);
      const cookie = [await ask(phone), ...(device === '' ? [] : [device])].join('; ');
      const entered = await anybody(cookie).post('/console/sign-in/digits', { digits: await digits() });
      expect(entered.status).to.equal(303);
      return pair(given(entered, 'device'));
    };
    const own = await enters(CADRE);
    expect(await told(CADRE)).to.equal(1);
    const both = await enters(phoneOf('council'), await enters(CADRE, own));
    expect([await told(CADRE), await told(phoneOf('council'))], 'a device of two').to.deep.equal([1, 1]);
    await enters(CADRE, both);
    await enters(phoneOf('council'), both);
    expect([await told(CADRE), await told(phoneOf('council'))]).to.deep.equal([1, 1]);
    await enters(phoneOf('supervisor'), own.replace(/\..*/, `.${'A'.repeat(22)}`));
    expect(await told(phoneOf('supervisor')), 'a mark that was made up').to.equal(1);
    for (const odd of ['device=;;', `device=${'x'.repeat(3_000)}`, 'device=.', 'device=%0d%0a.a']) await enters(phoneOf('council'), odd);
    expect(await told(phoneOf('council')), 'what is no cookie of ours').to.equal(5);
    expect(given(await anybody().post(`/console/link/${await link()}`), 'device')).to.match(/; Max-Age=\d+; .*HttpOnly; SameSite=Lax$/);
    expect(await told(CADRE), 'whoever opened the link').to.equal(2);
  });

  it('signs out here, there and everywhere', async () => {
    const [first, second, third] = [await cookieOf(world, CADRE), await cookieOf(world, CADRE), await cookieOf(world, CADRE)];
    const isIn = async (cookie: string) => (await anybody(cookie).get('/console/devices')).status === 200;
    expect((await anybody(first).post('/console/sign-out')).headers.get('location')).to.equal('/console/sign-in');
    expect(await Promise.all([first, second, third].map(isIn))).to.deep.equal([false, true, true]);
    const page = await (await anybody(second).get('/console/devices')).text();
    const others = [...page.matchAll(/name="session" value="([\w-]{20,})"/g)].map(([, id = '']) => id);
    expect(others).to.have.length(2);
    await anybody(await cookieOf(world, phoneOf('council'))).post('/console/devices/end', { session: others[0] ?? '' });
    expect(await Promise.all([second, third].map(isIn)), 'somebody else cannot').to.deep.equal([true, true]);
    await anybody(second).post('/console/devices/end', { session: 'all' });
    expect(await Promise.all([second, third].map(isIn))).to.deep.equal([false, false]);
  });

  it('is over for who is removed, and after two hours', async () => {
    const cookie = await cookieOf(world, phoneOf('supervisor'));
    const page = () => anybody(cookie).get(`/console/${here.community}`);
    expect((await page()).status).to.equal(200);
    await removeStaff(world)(here.community, { phone: phoneOf('supervisor') }, LI);
    expect((await page()).status).to.equal(303);
    expect((await anybody(cookie).post('/console/devices/end', { session: 'all' })).status).to.equal(403);
    const stale = await cookieOf(world, CADRE);
    clock.ahead = 121 * MINUTE;
    expect((await anybody(stale).get(`/console/${here.community}`)).status).to.equal(303);
    expect((await anybody(stale).post('/console/devices/end', { session: 'all' })).status).to.equal(403);
  });

  it('refuses a form of another site, and leads to no other site', async () => {
    const cookie = await cookieOf(world, CADRE);
    const origin = new URL(web.url).origin;
    const from = async (headers: Record<string, string>) => (await anybody(cookie).post('/console/devices/end', { session: 'none' }, headers)).status;
    expect(await from({ 'Sec-Fetch-Site': 'same-origin' })).to.equal(303);
    expect(await from({ Origin: origin })).to.equal(303);
    expect(await from({ Origin: 'http://example.org' })).to.equal(303);
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site', Origin: origin },
      { 'Sec-Fetch-Site': 'same-site', Origin: origin },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      {},
    ];
    for (const headers of foreign) expect(await from(headers), JSON.stringify(headers)).to.equal(403);
    const rebound = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { cookie, host: 'evil.example', origin: 'http://evil.example' };
      request(`${web.url}/console/devices/end`, { method: 'POST', headers }, resolve).once('error', reject).end('session=none');
    });
    expect(rebound.resume().statusCode, 'a foreign name that leads here').to.equal(403);
    const signing = await ask(CADRE);
    for (const to of ['//evil.example', 'https://evil.example', '/console@evil.example', '/console\\evil']) {
      const page = await (await anybody(signing).get(`/console/sign-in/digits?to=${encodeURIComponent(to)}`)).text();
      expect(page, to).to.include('action="/console/sign-in/digits"');
    }
  });

  it('has no page whose address a community could have', () => {
    const { stack } = consoleRoutes(world, {
      catalogue: i18next,
      publicUrl: 'http://example.org',
      chatCode: async () => undefined,
      broadcasts: { channels: [], word: async () => '', units: () => 1, parts: () => [] },
      previewBallot: async () => ({ sms: [], chat: '', call: { lines: [], seconds: 0, notRecorded: [] } }),
      forget,
      aloud: async () => () => [],
      isStopping: () => false,
    });
    const words = paths(stack).flatMap((path) => /^\/console\/([^:/]+)/.exec(path)?.[1] ?? []);
    expect(words).to.include('sign-in').and.to.include('devices');
    expect(words.filter((word) => !RESERVED_SLUGS.has(word))).to.deep.equal([]);
  });

  it('has buttons in the demo alone', async () => {
    const plain = await serve(world);
    expect(await (await browse(() => plain).get('/console/sign-in')).text()).to.not.include('persona');
    const [persona] = await staffOf(world, here.community);
    expect((await browse(() => plain).post('/console/persona', { persona: persona?.id ?? '' })).status).to.equal(404);
    plain.close();
    expect(await (await anybody().get('/console/sign-in')).text()).to.include('/console/persona');
    expect((await anybody().post('/console/persona', { persona: 'made up' })).status).to.equal(404);
  });
});

/** The paths of a router's routes, and of the routers in it. */
function paths(stack: Router['stack']): string[] {
  return stack.flatMap(({ route, handle }) => [
    ...(route ? [String(route.path)] : []),
    ...('stack' in handle && Array.isArray(handle.stack) ? paths(handle.stack) : []),
  ]);
}
