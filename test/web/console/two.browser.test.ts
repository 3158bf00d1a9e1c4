import { join } from 'node:path';
import { expect } from 'chai';
import { requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { acceptRequest } from '../../../src/fund/roster/decideRequest.ts';
import { type Opened, SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { staff } from '../../support/second.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { wcagProblems } from '../../support/wcagProblems.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const STRANGER = '+8613900000009';

describe('two persons and the calendar in a browser', function () {
  this.timeout(120_000);
  const { world } = useDatabase('twobrowser');
  const open = useBrowser();
  let here: Town;
  let web: Served;
  before(async () => {
    here = await town(world, { cycle: votingNow(world) });
    web = await serve(world, { publicUrl: 'http://localhost' });
    await staffAll(world, here.community);
    await requestMembership(world)({ name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    const actor = await staff(world, here.community, { role: 'cadre', phone: phoneOf('cadre'), name: 'cadre的王芳' });
    await acceptRequest(world, here.notify)({ community: here.community, request: 1, actor, reason: '来过居委会' });
  });
  after(() => web.close());

  const own = (path = '') => `/console/${here.community}${path}`;
  const signedIn = async (role: 'cadre' | 'supervisor', path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> => {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf(role))).split('=');
    return open(web.url + path, options, (context) => context.addCookies([{ name, value, url: web.url }]));
  };

  /** Looks at a page at both sizes, light and dark. */
  async function look(role: 'cadre' | 'supervisor', path: string, name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES))
      for (const colorScheme of ['light', 'dark'] as const) {
        const what = `${name} ${size} ${colorScheme}`;
        const { page, problems } = await signedIn(role, path, { viewport, colorScheme, locale: 'zh-CN', bypassCSP: true });
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `two-${what.replaceAll(' ', '-')}.png`), fullPage: true });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `${what} scrolls sideways`).to.be.at.most(viewport.width);
        expect(await wcagProblems(page), what).to.deep.equal([]);
        expect(problems, what).to.deep.equal([]);
        await page.context().close();
      }
  }

  it('can be read by everybody, on a phone and on a desk, light and dark', async () => {
    await look('supervisor', own(), 'today');
    await look('supervisor', own('/second'), 'list');
    await look('supervisor', own('/second/1'), 'one');
    await look('cadre', own('/second/1'), 'own');
    await look('cadre', own('/calendar'), 'calendar');
    await look('cadre', own(`/calendar/new?from=${here.cycle}`), 'new');
  });

  it('let a cadre ask for an extension and a supervisor confirm it, by the keyboard, without scripts, and both stand in the log', async () => {
    const cadre = (await signedIn('cadre', own(), { javaScriptEnabled: false, locale: 'zh-CN' })).page;
    await cadre.getByRole('link', { name: '日程' }).press('Enter');
    await cadre.getByLabel('延到哪天').fill('2090-05-01');
    await cadre.getByRole('button', { name: '请监督委员来定' }).press('Enter');
    expect(await cadre.getByRole('alert').textContent()).to.include('请写为什么延长');
    expect(await cadre.getByLabel('延到哪天').inputValue()).to.equal('2090-05-01');
    await cadre.getByLabel('为什么延长').fill('下雨');
    await cadre.keyboard.press('Enter');
    expect(await cadre.getByRole('status').textContent()).to.include('已经交给第二个人');
    await cadre.context().close();

    const supervisor = (await signedIn('supervisor', own(), { javaScriptEnabled: false, locale: 'zh-CN' })).page;
    await supervisor.getByRole('link', { name: /等您来定/ }).press('Enter');
    await supervisor.getByRole('link', { name: '延长投票' }).press('Enter');
    await supervisor.getByRole('button', { name: '同意，现在就办' }).press('Enter');
    expect(await supervisor.getByRole('status').textContent()).to.include('2号同意了，已经办好');
    await supervisor.getByRole('link', { name: '事册' }).press('Enter');
    await supervisor.waitForURL(/\/log$/);
    const rows = await supervisor.locator('tbody tr').allTextContents();
    expect(rows.find((row) => row.includes('延长投票')))
      .to.include('cadre的王芳')
      .and.to.include('supervisor的王芳');
    await supervisor.getByRole('link', { name: '日程' }).press('Enter');
    expect(await supervisor.locator('main').textContent())
      .to.include('2090年5月1日')
      .and.to.include('下雨');
    await supervisor.context().close();
  });
});
