import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { Proposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { enterProposals } from '../../support/proposals.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

/** Pictures are kept where this says, to be looked at. */
const LI = operator('李姐');
const CATEGORIES = [
  { name: '路灯', words: ['灯', '黑'] },
  { name: '绿化', words: ['花', '树'] },
  { name: '养老助老', words: ['老人'] },
];
const TEXTS = [
  ...['三号院门口晚上太黑，老人看不见台阶', '菜市场那段路装路灯', '二栋楼下种花', '老人活动室加扶手', '六栋后面的树该修了'],
  ...['三号院门口装个灯', '花园里加凳子', '门禁坏了没人修', '电动车充电棚', '楼道里太黑'],
];

describe('proposals in a browser', () => {
  const { world } = useDatabase('proposalbrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });

  beforeEach(async () => {
    here = await town(world, { residents: 2, community: { categories: CATEGORIES } });
    await staffAll(world, here.community);
    const proposals = TEXTS.map((text) => ({ text, origin: 'meeting' as const, name: '王婆婆' }));
    await enterProposals(world)({ cycle: here.cycle, proposals, actor: LI, key: here.cycle });
  });

  const own = (path = '') => `/console/${here.community}/proposals${path}`;
  const stored = (number: number) => collection(Proposal).findOne({ _id: { cycle: here.cycle, number } });
  async function signedIn(path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf('cadre'))).split('=');
    return open(web.url + path, options, (context) => context.addCookies([{ name, value, url: web.url }]));
  }

  it('ten are sorted with one key each, and a key outside the categories does nothing', async () => {
    const { page } = await signedIn(own('/1?view=unsorted'), { locale: 'zh-CN' });
    let pressed = 0;
    for (let number = 1; number <= TEXTS.length; number += 1) {
      await page.getByRole('heading', { name: `提议${number} ` }).waitFor();
      await page.keyboard.press(number === 8 || number === 9 ? '3' : 'Enter');
      pressed += 1;
      await page.waitForURL((url) => !url.pathname.endsWith(`/proposals/${number}`));
    }
    expect(pressed, 'one key each, and each leads on').to.equal(TEXTS.length);
    expect(new URL(page.url()).pathname).to.equal(own());
    const kept = await collection(Proposal)
      .find({ '_id.cycle': here.cycle }, { sort: { _id: 1 } })
      .toArray();
    expect(kept.toSorted((one, other) => one._id.number - other._id.number).map(({ category }) => category)).to.deep.equal([
      ...['路灯', '路灯', '绿化', '养老助老', '绿化'],
      ...['路灯', '绿化', '养老助老', '养老助老', '路灯'],
    ]);
    await page.goto(web.url + own('/1'));
    const keys = page.getByText('也可以按字母或数字键');
    await page.locator('h1').click();
    expect(await keys.isVisible(), 'the keys do nothing now').to.equal(false);
    await page.keyboard.press('2');
    await page.getByLabel('并入几号').press('2');
    expect(await page.getByLabel('并入几号').inputValue()).to.equal('2');
    await page.locator('[data-keys] button').first().focus();
    await keys.waitFor();
    expect((await stored(1))?.category).to.equal('路灯');
  });

  it('without scripts, by the keyboard: sort, merge, examine, give', async () => {
    const { page } = await signedIn(`/console/${here.community}`, { javaScriptEnabled: false, locale: 'zh-CN' });
    await page.getByRole('link', { name: /条提议没分类/ }).press('Enter');
    await page.getByRole('link', { name: TEXTS[0] ?? '' }).press('Enter');
    await page.getByRole('button', { name: '路灯' }).press('Enter');
    await page.getByText('1号分好了').waitFor();
    await page.getByLabel('并入几号').fill('6');
    await page.getByRole('button', { name: '并进去', exact: true }).press('Enter');
    await page.getByText('2号并进来了').waitFor();
    expect((await stored(2))?.mergedInto).to.equal(6);
    await page.getByLabel('能做', { exact: true }).press('Space');
    await page.getByLabel('要花多少钱').fill('48000');
    await page.getByRole('button', { name: '存成草稿' }).press('Enter');
    await page.getByText('6号的草稿保存好了').waitFor();
    await page.getByRole('link', { name: '回到列表' }).press('Enter');
    await page.getByRole('link', { name: '公布审核意见' }).press('Enter');
    await page.getByRole('button', { name: '公布勾选的' }).press('Enter');
    await page.getByText('公布了1条审核意见').waitFor();
    expect((await stored(6))?.state).to.equal('considered');
    expect(page.url()).to.include('view=unsorted');
  });
});
