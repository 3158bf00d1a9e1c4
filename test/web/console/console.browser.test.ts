import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { banner } from '../../../src/demo/simulator/view.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { requestMembership } from '../../../src/fund/people/index.ts';
import { staffOf } from '../../../src/fund/staff/index.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const STRANGER = '+8613900000009';

describe('the console in a browser', () => {
  const { world } = useDatabase('consolebrowser');
  const open = useBrowser();
  let here: Town;
  let web: Served;
  let cookie: string;

  before(async () => {
    here = await town(world);
    web = await serve(world, {
      publicUrl: 'http://localhost',
      banner: banner(await loadCatalogue()),
      personas: async () => staffOf(world, here.community),
    });
    await staffAll(world, here.community);
    cookie = await cookieOf(world, phoneOf('cadre'));
    await here.person('1', { name: '赵小梅', building: '3栋' });
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    for (const text of ['投票几点截止？', '<script>alert(1)</script>'])
      await writeInquiry(world, here.notify, { kind: 'question', text }, here.act(STRANGER));
    await writeInquiry(world, here.notify, { kind: 'complaint', text: '短信太多了。'.repeat(20) }, here.act(STRANGER));
  });
  after(() => web.close());

  const signedIn = async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, inSession(web.url, cookie));

  it('lets somebody sign in by the keyboard, without scripts: by phone and digits, and in the demo by a button', async () => {
    const { page } = await open(`${web.url}/console`, { javaScriptEnabled: false });
    await page.getByLabel('手机号码').fill('谁');
    await page.getByRole('button', { name: '获取验证码' }).click();
    expect(await page.getByLabel('手机号码').inputValue()).to.equal('谁');
    expect(await page.getByRole('alert').textContent()).to.include('请写一个手机号码');
    await page.getByLabel('手机号码').fill(phoneOf('cadre').slice(3));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sign-in\/digits/);
    await page.getByLabel('验证码').fill(await digitsSent());
    await page.keyboard.press('Enter');
    await page.waitForURL(`${web.url}/console/${here.community}`);
    await page.getByRole('button', { name: '退出' }).press('Enter');
    await page.waitForURL(/\/sign-in$/);
    await page.getByRole('button', { name: /cadre的王芳/ }).press('Enter');
    await page.waitForURL(`${web.url}/console/${here.community}`);
    await page.getByRole('heading', { name: '现在等着办的' }).waitFor();
  });

  /** The digits of the only message that has some, once it is there: nobody waits for them to be sent. */
  async function digitsSent(): Promise<string> {
    for (;;) {
      const message = await collection(Message).findOne({ kind: 'code' }, { promoteBuffers: true });
      if (message) return String(JSON.parse(world.vault.decrypt('messageSaid', message._id, message.said)).params.digits);
      await sleep(20);
    }
  }

  it('lets a cadre accept a request and answer a question by the keyboard, without scripts, and see both in the log', async () => {
    const { page } = await signedIn(`/console/${here.community}`, { javaScriptEnabled: false });
    const follow = async (name: string | RegExp) => {
      await page.getByRole('link', { name }).first().focus();
      await page.keyboard.press('Enter');
    };
    await follow(/个人申请加入名册/);
    await page.getByRole('button', { name: '同意加入' }).press('Enter');
    expect(await page.getByRole('alert').textContent()).to.include('“这是谁？”');
    await page.getByLabel(/赵小梅 · 3栋 · 1/).press('Space');
    await page.getByLabel('原因', { exact: true }).fill('来过居委会');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('申请1同意了');
    await follow('来信');
    await follow('投票几点截止？');
    await page.getByLabel('您的回答').fill('晚上八点。');
    await page.getByRole('button', { name: '发出回答' }).press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('来信1答了');
    await follow('办事记录');
    await page.waitForURL(/\/log$/);
    expect(await page.locator('tbody tr td:nth-child(4)').allTextContents()).to.deep.include.members(['同意加入', '回答来信']);
  });
});
