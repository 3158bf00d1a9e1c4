import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { operator } from '../../../src/fund/people/index.ts';
import { Passkey } from '../../../src/fund/staff/passkey.ts';
import { PasskeyChallenge } from '../../../src/fund/staff/passkeySignIn.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { type Opened, SHOTS, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { addStaff, linkStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const CADRE = phoneOf('cadre');
const LI = operator('李姐');
const MINUTE = 60_000;

describe('passkeys in a browser', () => {
  const { world: real } = useDatabase('passkeys');
  const clock = { ahead: 0 };
  const world: World = { ...real, now: () => new Date(Date.now() + clock.ahead) };
  const open = useBrowser();
  let here: Town;
  let web: Served;
  let url: string;

  before(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    web = await serve(world, { publicUrl: url }, port);
    here = await town(world);
    await staffAll(world, here.community);
  });
  after(() => web.close());
  beforeEach(async () => {
    clock.ahead = 0;
    await Promise.all([Passkey, PasskeyChallenge, Message].map((model) => model.collection.deleteMany({})));
  });

  /** A window in which the cadre is signed in, with a device that has room for passkeys. */
  async function signedIn(options: BrowserContextOptions = {}): Promise<Opened & Device> {
    const [name = '', value = ''] = (await cookieOf(world, CADRE)).split('=');
    const opened = await open(`${url}/console/devices`, options, (context) => context.addCookies([{ name, value, url }]).then(() => undefined));
    return { ...opened, ...(await withDevice(opened.page)) };
  }

  async function withDevice(page: Page): Promise<Device> {
    const device = await page.context().newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
    return { device, authenticatorId };
  }

  async function add(page: Page, name: string): Promise<void> {
    await page.getByLabel('给它起个名字').fill(name);
    await page.getByRole('button', { name: '加一个通行密钥' }).press('Enter');
    await page.getByRole('status').filter({ hasText: '通行密钥加好了' }).waitFor();
  }

  async function lostLink(): Promise<string> {
    const outcome = await linkStaff(world)(here.community, CADRE, LI, true);
    return 'token' in outcome ? outcome.token : '';
  }

  async function signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: '退出', exact: true }).click();
    await page.waitForURL(/sign-in/);
  }

  /** The form that the page sends next, which does not reach the service. */
  async function caught(page: Page, path: string, button: string): Promise<string> {
    const sent = new Promise<string>((resolve) => {
      void page.route(`**${path}*`, async (route) => {
        resolve(route.request().postData() ?? '');
        await route.abort();
      });
    });
    await page.getByRole('button', { name: button }).click();
    const form = await sent;
    await page.unroute(`**${path}*`);
    return form;
  }

  /** Sends a form as this window would; gives whether it signed in, or added. */
  async function send(page: Page, path: string, body: string): Promise<boolean> {
    const answer = await page.context().request.post(url + path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      data: body,
      maxRedirects: 0,
    });
    expect(answer.status()).to.be.oneOf([303, 422]);
    return answer.status() === 303;
  }

  const ENTER = '/console/sign-in/passkey';
  const ADD = '/console/passkeys/add';
  const BUTTON = '用通行密钥登录';

  it('are added by name, sign in without a number, and are then the only way in', async () => {
    const { page, problems } = await signedIn();
    await add(page, '办公室<b>电脑');
    await page.getByText('办公室<b>电脑').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: BUTTON }).press('Enter');
    await page.waitForURL(`${url}/console/${here.community}`);
    await signOut(page);
    await page.getByLabel('手机号码').fill('138 0000 0100');
    await page.getByRole('button', { name: '获取验证码' }).click();
    await page.getByRole('button', { name: BUTTON }).waitFor();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await collection(Message).countDocuments({ kind: 'code' }), 'no digits are sent').to.equal(0);
    expect(problems).to.deep.equal([]);
    const stored = JSON.stringify(await collection(Passkey).find().toArray());
    expect(stored).to.not.include('办公室').and.to.not.include(CADRE);
  });

  it('are taken once, from the browser that asked, within five minutes, and whole', async () => {
    const { page } = await signedIn();
    await add(page, '电脑');
    await signOut(page);
    const form = await caught(page, ENTER, BUTTON);
    expect(await collection(PasskeyChallenge).countDocuments(), 'only what was answered, by adding one, is kept').to.equal(1);
    const forged = new URLSearchParams(form);
    const answer = JSON.parse(forged.get('answer') ?? '');
    const changed = (response: Record<string, string>) => {
      const whole = { ...answer, response: { ...answer.response, ...response } };
      return new URLSearchParams({ answer: JSON.stringify(whole) }).toString();
    };
    const elsewhere = (await open(`${url}/console/sign-in`)).page;
    expect(await send(elsewhere, ENTER, form), 'another browser').to.equal(false);
    expect(await send(page, ENTER, 'answer='), 'no answer').to.equal(false);
    expect(await send(page, ENTER, new URLSearchParams({ answer: '{"id":1}' }).toString()), 'no answer at all').to.equal(false);
    const cookies = await page.context().cookies();
    expect(await send(page, ENTER, form), 'the right one').to.equal(true);
    await page.context().addCookies(cookies);
    await collection(Passkey).updateOne({}, { $set: { counter: 0 } });
    expect(await send(page, ENTER, form), 'a second time').to.equal(false);
    const next = async () => {
      await page.goto(`${url}/console/sign-in`);
      return caught(page, ENTER, BUTTON);
    };
    const late = await next();
    clock.ahead = 6 * MINUTE;
    expect(await send(page, ENTER, late), 'after five minutes').to.equal(false);
    clock.ahead = 0;
    const fresh = JSON.parse(new URLSearchParams(await next()).get('answer') ?? '');
    const { signature } = answer.response;
    expect(await send(page, ENTER, changed({ ...fresh.response, signature })), 'another signature').to.equal(false);
    const held = JSON.parse(new URLSearchParams(await next()).get('answer') ?? '');
    expect(await send(page, ENTER, changed({ ...held.response, userHandle: 'c29tZWJvZHk' })), 'another holder').to.equal(false);
    const foreign = JSON.parse(new URLSearchParams(await next()).get('answer') ?? '');
    const said = JSON.parse(Buffer.from(foreign.response.clientDataJSON, 'base64url').toString());
    const clientDataJSON = Buffer.from(JSON.stringify({ ...said, origin: 'https://evil.example' })).toString('base64url');
    expect(await send(page, ENTER, changed({ ...foreign.response, clientDataJSON })), 'another site').to.equal(false);
  });

  it('are refused if the device does not know its holder, or counts backwards', async () => {
    const { page, device, authenticatorId } = await signedIn();
    await add(page, '电脑');
    await signOut(page);
    expect(await send(page, ENTER, await caught(page, ENTER, BUTTON))).to.equal(true);
    await collection(Passkey).updateOne({}, { $set: { counter: 1_000 } });
    await page.goto(`${url}/console/sign-in`);
    expect(await send(page, ENTER, await caught(page, ENTER, BUTTON)), 'a copy of the device').to.equal(false);
    await collection(Passkey).updateOne({}, { $set: { counter: 0 } });
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${url}/console/sign-in`);
    await page.route(`**${ENTER}/offer`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), userVerification: 'discouraged' } });
    });
    expect(await send(page, ENTER, await caught(page, ENTER, BUTTON)), 'whoever holds the device').to.equal(false);
  });

  it('are added once by the session that asked, several by name, and removed one by one; without any the digits sign in again', async () => {
    const { page } = await signedIn();
    const form = await caught(page, ADD, '加一个通行密钥');
    const other = await signedIn();
    expect(await send(other.page, ADD, form), 'another session').to.equal(false);
    expect(await send(page, ADD, form)).to.equal(true);
    expect(await send(page, ADD, form), 'a second time').to.equal(false);
    await add(other.page, '手机');
    await other.page.goto(`${url}/console/devices`);
    expect(await other.page.getByRole('button', { name: '去掉' }).count()).to.equal(2);
    const foreign = (await collection(Passkey).findOne({}))?._id ?? '';
    const [name = '', value = ''] = (await cookieOf(world, phoneOf('council'))).split('=');
    const council = (await open(`${url}/console/devices`, {}, (context) => context.addCookies([{ name, value, url }]).then(() => undefined))).page;
    await send(council, '/console/passkeys/remove', new URLSearchParams({ passkey: foreign }).toString());
    expect(await collection(Passkey).countDocuments(), 'somebody else removes none').to.equal(2);
    for (const left of [1, 0]) {
      await other.page.getByRole('button', { name: '去掉' }).first().click();
      await other.page.getByRole('status').filter({ hasText: '去掉了' }).waitFor();
      expect(await collection(Passkey).countDocuments()).to.equal(left);
    }
    await signOut(other.page);
    await other.page.getByLabel('手机号码').fill('138 0000 0100');
    await other.page.getByRole('button', { name: '获取验证码' }).click();
    while ((await collection(Message).countDocuments({ kind: 'code' })) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const each of [page, other.page, council]) await each.context().close();
  });

  it('are added and removed only by who has just signed in, not by who finds a session; the staff phone is told', async () => {
    const { page } = await signedIn();
    const form = await caught(page, ADD, '加一个通行密钥');
    clock.ahead = 4 * MINUTE;
    expect(await send(page, ADD, form)).to.equal(true);
    expect(await collection(Message).countDocuments({ _id: /^passkey\|.*\|sms\|/, kind: 'alarm' })).to.equal(1);
    clock.ahead = 11 * MINUTE;
    const [key] = await collection(Passkey).find().toArray();
    expect(await send(page, '/console/passkeys/remove', new URLSearchParams({ passkey: key?._id ?? '' }).toString())).to.equal(false);
    expect(await send(page, ADD, form)).to.equal(false);
    await page.goto(`${url}/console/devices`);
    expect(await page.getByText('先退出，再登录一次').isVisible()).to.equal(true);
    expect(await page.getByRole('button', { name: /通行密钥|去掉/ }).count()).to.equal(0);
    expect(await collection(Passkey).countDocuments()).to.equal(1);
  });

  it('that are lost are made good by the link of whoever runs the service; who has no role any more has none', async () => {
    const { page } = await signedIn();
    await add(page, '丢了的手机');
    await signOut(page);
    const elsewhere = (await open(`${url}/console/link/${await lostLink()}`)).page;
    await withDevice(elsewhere);
    await elsewhere.getByRole('button', { name: '登录' }).click();
    await elsewhere.waitForURL((address) => !address.pathname.includes('/link/'));
    await elsewhere.goto(`${url}/console/devices`);
    expect(await elsewhere.getByRole('button', { name: '去掉' }).count(), 'the lost one is over').to.equal(0);
    await add(elsewhere, '新手机');
    await page.getByRole('button', { name: BUTTON }).click();
    await page.getByRole('alert').filter({ hasText: '已经去掉了' }).waitFor();
    await removeStaff(world)(here.community, { phone: CADRE }, LI);
    expect(await collection(Passkey).countDocuments()).to.equal(0);
    await addStaff(world)(here.community, { name: 'cadre的王芳', phone: CADRE, role: 'cadre' }, LI);
    await elsewhere.goto(`${url}/console/sign-in`);
    await elsewhere.getByRole('button', { name: BUTTON }).click();
    await elsewhere.getByRole('alert').waitFor();
    for (const each of [page, elsewhere]) await each.context().close();
  });

  it('have pages that everybody can read; without scripts there are the digits', async () => {
    for (const [width, height] of [
      [360, 740],
      [1280, 900],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await signedIn({ viewport: { width, height }, colorScheme, bypassCSP: true });
        await add(page, '办公室电脑');
        for (const path of ['/console/devices', '/console/sign-in']) {
          await page.goto(url + path);
          if (SHOTS) await page.screenshot({ path: join(SHOTS, `passkeys${path.replaceAll('/', '-')}-${width}-${colorScheme}.png`), fullPage: true });
          expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(width);
          expect(await wcagProblems(page), path).to.deep.equal([]);
        }
        await page.context().close();
      }
    const { page } = await open(`${url}/console/sign-in`, { javaScriptEnabled: false });
    expect(await page.getByRole('button', { name: BUTTON }).count()).to.equal(0);
    expect(await page.getByRole('button', { name: '获取验证码' }).isVisible()).to.equal(true);
  });
});

interface Device {
  readonly device: CDPSession;
  readonly authenticatorId: string;
}

const AUTHENTICATOR = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

/** The address of the pages has to be known before they are served: passkeys belong to it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
