import { expect } from 'chai';
import { keepTurnoutShares, renewVoterCounts } from '../../../src/fund/ballots/index.ts';
import { operator, Resident } from '../../../src/fund/people/index.ts';
import { ALL } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { castAll, ENDS, neighbourhood, seal, VOTERS, VOTES } from '../neighbourhood.ts';
import { useServed } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

describe('the turnout in a browser', () => {
  const { world: real } = useDatabase('turnoutbrowser');
  let now = VOTES;
  const world: World = { ...real, now: () => now };
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let cookie: string;

  before(async () => {
    here = await neighbourhood(world, 'qingsong', 1);
    const places = [80, 70, 40, 16, 8, 6];
    let from = 0;
    for (const [index, size] of places.entries()) {
      await collection(Resident).updateMany({ _id: { $in: here.residents.slice(from, from + size) } }, { $set: { building: `${index + 1}栋` } });
      from += size;
    }
    await staffAll(world, here.community);
    now = new Date(VOTES.getTime() + 1);
    await castAll(world, here);
    now = new Date(VOTES.getTime() + 26 * 60 * 60 * 1000);
  });
  beforeEach(async () => {
    cookie = await cookieOf(world, phoneOf('council'));
  });

  const signedIn = async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, inSession(web.url, cookie));

  /** A reader waits for no count, so it is made before. */
  const count = () => keepTurnoutShares(world)(here.cycle);

  async function look(path: string, name: string): Promise<void> {
    for (const [colorScheme, locale] of [
      ['light', 'zh-CN'],
      ['dark', 'en'],
    ] as const) {
      const { page, problems } = await signedIn(path, { colorScheme, locale });
      await expectReadable(page, `turnout ${name} ${colorScheme}`);
      expect(problems, name).to.deep.equal([]);
      await page.context().close();
    }
  }

  it('can be read by everybody after the close', async () => {
    now = new Date(ENDS.getTime() + 11_000);
    await seal(world);
    await count();
    cookie = await cookieOf(world, phoneOf('council'));
    await look(`/console/${here.community}/turnout`, 'closed');
  });

  it('shows an office how its communities stand, filtered, sorted and page by page, without scripts', async () => {
    const office = '+8613800000190';
    for (let n = 0; n < 52; n += 1) await town(world, { community: { name: `第${n}社区` }, ...(n < 3 && { cycle: { projects: [] } }) });
    await addStaff(world)(ALL, { name: '街道办', phone: office, role: 'office' }, operator('李姐'));
    await addStaff(world)(here.community, { name: '街道办', phone: office, role: 'council' }, operator('李姐'));
    await renewVoterCounts(world, now);
    cookie = await cookieOf(world, office);
    await look('/console', 'overview');
    const { page } = await signedIn('/console', { javaScriptEnabled: false, locale: 'zh-CN' });
    const rows = page.locator('tbody tr');
    expect(await rows.count()).to.equal(50);
    await page.getByRole('link', { name: '下一页' }).press('Enter');
    await rows.nth(49).waitFor({ state: 'detached' });
    await page.waitForLoadState();
    expect(await rows.count()).to.equal(3);
    await page.getByLabel('要留意的').selectOption({ label: '快投票了，还没有项目' });
    await page.getByRole('button', { name: '筛选' }).press('Enter');
    await page.getByText('53个社区里的3个').waitFor();
    await page.getByRole('link', { name: '社区', exact: true }).press('Enter');
    expect(await page.locator('tbody tr td:first-child').allTextContents()).to.deep.equal(['第0社区', '第1社区', '第2社区']);
    expect(page.url()).to.include('warning=noProjects').and.to.include('sort=name');
    await page.getByRole('link', { name: '清除筛选' }).press('Enter');
    await page.getByRole('link', { name: '投票', exact: true }).press('Enter');
    await page.getByRole('link', { name: `${Math.round((VOTERS / 220) * 100)}%` }).press('Enter');
    await page.waitForURL(`${web.url}/console/${here.community}/turnout`);
  });

  it('tells the numbers of the picture in a table, by the keyboard, without scripts', async () => {
    const { page } = await signedIn(`/console/${here.community}`, { javaScriptEnabled: false, locale: 'zh-CN' });
    await page.getByRole('link', { name: '投票情况' }).press('Enter');
    await page.getByRole('img', { name: /每天投了多少位/ }).waitFor();
    await page.getByText('看表').press('Enter');
    expect(await page.getByRole('row', { name: /12月1日/ }).textContent()).to.include(String(VOTERS));
    const file = await fetch(web.url + (await page.getByRole('link', { name: 'CSV' }).getAttribute('href')), { headers: { cookie } });
    expect((await file.text()).split(/\r?\n/).slice(0, 3)).to.deep.equal([
      'kind,what,residents,voters',
      `day,2026-12-01,,${VOTERS}`,
      'building,1栋,80,80',
    ]);
    const sheet = await fetch(`${web.url}/console/${here.community}/turnout.xlsx`, { headers: { cookie } });
    expect(sheet.headers.get('content-type')).to.include('spreadsheetml');
  });
});
