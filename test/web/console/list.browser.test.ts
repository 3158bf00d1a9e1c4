import { expect } from 'chai';
import { requestMembership } from '../../../src/fund/people/index.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

describe('a list and an import in a browser', () => {
  const { world } = useDatabase('listbrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let cookie: string;
  before(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    cookie = await cookieOf(world, phoneOf('cadre'));
    await here.person('1', { name: '赵小梅', building: '3栋' });
    for (let index = 0; index < 55; index += 1)
      await requestMembership(world, { name: `来人${index}`, building: '3栋' }, here.act(`+86139000001${String(index).padStart(2, '0')}`));
  });

  const own = (path: string) => `/console/${here.community}${path}`;
  const signedIn = async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, inSession(web.url, cookie));
  const choose = async ({ page }: Opened, content: string) => {
    await page.getByLabel('文件').setInputFiles({ name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await page.getByRole('button', { name: '先看看要改什么' }).press('Enter');
  };

  it('imports a roster without scripts, and can be read by everybody', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const opened = await signedIn(own('/people/import'), { colorScheme });
      await choose(opened, '编号,姓名,手机,楼号\n1,赵小梅,12,3栋\n,何静,,\n');
      await opened.page.waitForURL(/import\/./);
      await expectReadable(opened.page, `import wrong ${colorScheme}`);
      await opened.page.goto(web.url + own('/people/import'));
      await choose(opened, '编号,姓名,手机,楼号,性别\n1,赵小梅,,5栋,女\n2,何静,13800000001,4栋,女\n');
      await opened.page.waitForURL(/import\/./);
      await expectReadable(opened.page, `import preview ${colorScheme}`);
      await opened.page.context().close();
    }
    const opened = await signedIn(own('/people/import'), { javaScriptEnabled: false });
    await choose(opened, '编号,姓名,楼号\n1,赵小梅,5栋\n');
    await opened.page.getByRole('button', { name: '导入：加0人，改1人' }).press('Enter');
    expect(await opened.page.getByRole('status').textContent()).to.include('改了1人');
  });

  it('ticks a page by one box, goes on with the ticks, and does the act without scripts, too', async () => {
    const { page, problems } = await signedIn(own('/requests'));
    await page.getByRole('checkbox', { name: '全选这一页' }).press('Space');
    expect(await page.locator('input[name="tick"]:checked').count()).to.equal(50);
    await page.getByRole('button', { name: '下一页' }).press('Enter');
    await page.waitForURL(/after=50/);
    expect(await page.locator('.ticks').textContent()).to.include('别的页上还选了50条');
    expect(problems).to.deep.equal([]);
    await page.context().close();
    const plain = await signedIn(own('/requests'), { javaScriptEnabled: false });
    await plain.page.getByRole('link', { name: '筛选出的55条全选' }).press('Enter');
    await plain.page.getByLabel('为什么不同意').fill('不住这里');
    await plain.page.keyboard.press('Enter');
    expect(await plain.page.getByRole('status').textContent()).to.include('55个申请没有同意');
  });
});
