import { join } from 'node:path';
import { expect } from 'chai';
import { banner } from '../../../src/demo/simulator/view.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { writeInquiry } from '../../../src/fund/inquiries/writeInquiry.ts';
import { requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { staffOf } from '../../../src/fund/staff/staff.ts';
import { type Opened, SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { wcagProblems } from '../../support/wcagProblems.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const STRANGER = '+8613900000009';

describe('the console in a browser', function () {
  this.timeout(120_000);
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
    await requestMembership(world)({ name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    for (const text of ['投票几点截止？', '<script>alert(1)</script>'])
      await writeInquiry(world, here.notify)({ kind: 'question', text }, here.act(STRANGER));
    await writeInquiry(world, here.notify)({ kind: 'complaint', text: '短信太多了。'.repeat(20) }, here.act(STRANGER));
  });
  after(() => web.close());

  const signedIn = async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, inSession(web.url, cookie));

  /** Looks at a page at both sizes, light and dark, in both languages. */
  async function look(path: string, name: string, isIn = true): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const locale of colorScheme === 'light' ? ['zh-CN', 'en'] : ['zh-CN']) {
          const what = `${name} ${size} ${colorScheme} ${locale}`;
          const options = { viewport, colorScheme, locale, bypassCSP: true };
          const { page, problems } = await (isIn ? signedIn(path, options) : open(web.url + path, options));
          if (SHOTS) await page.screenshot({ path: join(SHOTS, `console-${what.replaceAll(' ', '-')}.png`), fullPage: true });
          const width = await page.evaluate<number>('document.documentElement.scrollWidth');
          expect(width, `${what} scrolls sideways`).to.be.at.most(viewport.width);
          expect(await wcagProblems(page), what).to.deep.equal([]);
          expect(
            problems.filter((problem) => name !== 'lost' || !problem.includes('404')),
            what,
          ).to.deep.equal([]);
          await page.context().close();
        }
      }
    }
  }

  it('can be read by everybody, on a phone and on a desk, light and dark', async () => {
    const own = `/console/${here.community}`;
    await look('/console/sign-in', 'sign-in', false);
    await look('/console/devices', 'devices');
    await look(own, 'today');
    await look(`${own}/requests`, 'requests');
    await look(`${own}/requests/1`, 'request');
    await look(`${own}/inbox`, 'inbox');
    await look(`${own}/inbox/3`, 'inquiry');
    await look(`${own}/log`, 'log');
    await look(`${own}/nothing`, 'lost');
  });

  it('lets somebody sign in without scripts', async () => {
    const { page } = await open(`${web.url}/console`, { javaScriptEnabled: false });
    await page.getByLabel('手机号码').fill('谁');
    await page.getByRole('button', { name: '发数字给我' }).click();
    expect(await page.getByLabel('手机号码').inputValue()).to.equal('谁');
    expect(await page.getByRole('alert').textContent()).to.include('请写一个手机号码');
    await page.getByRole('button', { name: /cadre的王芳/ }).press('Enter');
    await page.waitForURL(`${web.url}/console/${here.community}`);
    expect(await page.getByRole('heading', { name: '现在等着办的' }).isVisible()).to.equal(true);
    await page.context().close();
  });

  it('lets a cadre accept a request and answer a question by the keyboard, without scripts, and see both in the log', async () => {
    const { page } = await signedIn(`/console/${here.community}`, { javaScriptEnabled: false });
    const follow = async (name: string | RegExp) => {
      await page.getByRole('link', { name }).first().focus();
      await page.keyboard.press('Enter');
    };
    await follow(/个人申请加入名册/);
    await page.getByRole('button', { name: '同意加入' }).press('Enter');
    expect(await page.getByRole('alert').textContent()).to.include('请选这是谁');
    await page.getByLabel(/赵小梅 · 3栋 · 1/).press('Space');
    await page.getByLabel('原因', { exact: true }).fill('来过居委会');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('申请1同意了');
    await follow('来信');
    await follow('投票几点截止？');
    await page.getByLabel('您的回答').fill('晚上八点。');
    await page.getByRole('button', { name: '发出回答' }).press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('来信1答了');
    await follow('事册');
    await page.waitForURL(/\/log$/);
    expect(await page.locator('tbody tr td:nth-child(4)').allTextContents()).to.deep.include.members(['同意加入', '回答来信']);
    await page.context().close();
  });
});
