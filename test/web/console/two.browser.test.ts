import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { requestMembership } from '../../../src/fund/people/index.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { acceptRequest } from '../../support/requests.ts';
import { staff } from '../../support/second.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const STRANGER = '+8613900000009';
/** Seconds by estimate, as at a table: for a touch, a character, a new page, to see that it is done. Reading and thinking are not in them. */
const S = { touch: 0.8, character: 0.3, page: 0.7, done: 0.5 } as const;

describe('two persons and the calendar in a browser', () => {
  const { world } = useDatabase('twobrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  before(async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    const actor = await staff(world, here.community, { role: 'cadre', phone: phoneOf('cadre'), name: 'cadre的王芳' });
    await acceptRequest(world, here.notify)({ community: here.community, request: 1, actor, reason: '来过居委会' });
  });

  const own = (path = '') => `/console/${here.community}${path}`;
  const signedIn = async (role: 'cadre' | 'supervisor', path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> => {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf(role))).split('=');
    return open(web.url + path, options, (context) => context.addCookies([{ name, value, url: web.url }]));
  };

  it('let a cadre ask for an extension and a supervisor confirm it, by the keyboard, without scripts, and both stand in the log', async () => {
    const cadre = (await signedIn('cadre', own(), { javaScriptEnabled: false, locale: 'zh-CN' })).page;
    await cadre.getByRole('link', { name: '日程' }).press('Enter');
    await cadre.getByLabel('延到哪天').fill('2090-05-01');
    await cadre.getByRole('button', { name: '请监督委员来定' }).press('Enter');
    expect(await cadre.getByRole('alert').textContent()).to.include('“为什么延长”');
    expect(await cadre.getByLabel('延到哪天').inputValue()).to.equal('2090-05-01');
    await cadre.getByLabel('为什么延长').fill('下雨');
    await cadre.keyboard.press('Enter');
    expect(await cadre.getByRole('status').textContent()).to.include('已经交去复核');
    await cadre.context().close();

    const supervisor = (await signedIn('supervisor', own(), { javaScriptEnabled: false, locale: 'zh-CN' })).page;
    await supervisor.getByRole('link', { name: /等您复核/ }).press('Enter');
    await supervisor.getByRole('link', { name: '延长投票' }).press('Enter');
    await supervisor.getByRole('button', { name: '同意，现在就办' }).press('Enter');
    expect(await supervisor.getByRole('status').textContent()).to.include('2号同意了，已经办好');
    await supervisor.getByRole('link', { name: '办事记录' }).press('Enter');
    await supervisor.waitForURL(/\/log$/);
    const rows = await supervisor.locator('tbody tr').allTextContents();
    expect(rows.find((row) => row.includes('延长投票')))
      .to.include('cadre的王芳')
      .and.to.include('supervisor的王芳');
    await supervisor.getByRole('link', { name: '日程' }).press('Enter');
    await supervisor.locator('main').filter({ hasText: '2090年5月1日' }).filter({ hasText: '下雨' }).waitFor();
  });

  it('take few clicks, and so does what cadres do most', async () => {
    const other = await town(world, { cycle: votingNow(world), community: { quiet: '00:00-00:00' } });
    await staffAll(world, other.community);
    await other.person('1', { name: '赵小梅', building: '3栋', phone: '+8613800000388' });
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, other.act(STRANGER));
    await writeInquiry(world, other.notify, { kind: 'question', text: '投票几点截止？' }, other.act(STRANGER));
    const at = async (role: 'cadre' | 'supervisor') => {
      const [name = '', value = ''] = (await cookieOf(world, phoneOf(role))).split('=');
      let [clicks, characters, pages] = [0, 0, 0];
      const { page } = await open(`${web.url}/console/${other.community}`, {}, async (context) => {
        await context.addCookies([{ name, value, url: web.url }]);
        await context.exposeFunction('clicked', () => {
          clicks += 1;
        });
        await context.exposeFunction('wrote', (count: number) => {
          characters += count;
        });
        await context.addInitScript("addEventListener('click', ({ isTrusted, detail }) => isTrusted && clicked(), true)");
        await context.addInitScript("addEventListener('input', ({ target }) => target.type !== 'radio' && wrote(target.value.length), true)");
      });
      page.on('domcontentloaded', () => {
        pages += 1;
      });
      /** Runs what somebody does from Today on, and counts; what is said at the end shows that it was done. */
      return async (run: (page: Page) => Promise<void>, said: string) => {
        await page.goto(`${web.url}/console/${other.community}`);
        [clicks, characters, pages] = [0, 0, 0];
        await run(page);
        await page.getByRole('status').filter({ hasText: said }).waitFor();
        await page.waitForLoadState();
        return { clicks, seconds: Math.round(S.done + S.touch * clicks + S.character * characters + S.page * pages) };
      };
    };
    const [cadre, supervisor] = [await at('cadre'), await at('supervisor')];
    const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
    const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();
    expect({
      accept: await cadre(async (page) => {
        await link(page, /申请加入名册/);
        await page.getByLabel(/赵小梅 · 3栋 · 1/).click();
        await page.getByLabel('原因', { exact: true }).fill('来过居委会');
        await button(page, '请监督委员来定');
      }, '已经交去复核'),
      answer: await cadre(async (page) => {
        await link(page, /个问题没有回答/);
        await page.getByLabel('您的回答').fill('晚上八点。');
        await button(page, '发出回答');
      }, '来信1答了'),
      broadcast: await cadre(async (page) => {
        await link(page, '写消息');
        await page.locator('textarea').fill('明天早上八点停水。');
        await button(page, '看一看再发');
        await button(page, /^发出这/);
      }, '发了'),
      extend: await cadre(async (page) => {
        await link(page, '日程');
        await page.getByLabel('延到哪天').fill('2090-05-01');
        await page.getByLabel('为什么延长').fill('下雨');
        await button(page, '请监督委员来定');
      }, '已经交去复核'),
      confirm: await supervisor(async (page) => {
        await link(page, /等您复核/);
        await link(page, '延长投票');
        await button(page, '同意，现在就办');
      }, '同意了，已经办好'),
    }).to.deep.equal({
      accept: { clicks: 3, seconds: 6 },
      answer: { clicks: 2, seconds: 5 },
      broadcast: { clicks: 3, seconds: 8 },
      extend: { clicks: 2, seconds: 7 },
      confirm: { clicks: 3, seconds: 5 },
    });
  });
});
