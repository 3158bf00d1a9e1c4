import { expect } from 'chai';
import { writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { useBrowser } from '../../support/browser.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const CARD = card(7);

describe('the menu and the search of the console', function () {
  this.timeout(300_000);
  const { world } = useDatabase('consolemenu');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  before(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    await here.person('12', { name: '赵小梅', building: '3栋', door: '2-301', phone: '+8613800001234', card: CARD });
    for (let number = 100; number < 160; number += 1)
      await here.person(String(number), {
        name: `王${'甲乙丙丁戊己'[Math.floor(number / 10) - 10]}${'子丑寅卯辰巳午未申酉'[number % 10]}`,
        building: '5栋',
      });
    for (const text of ['修路灯', '路灯太暗']) await recordProposal(world, { text }, here.act(0));
    await writeInquiry(world, here.notify, { kind: 'question', text: '路灯什么时候修' }, here.act(0));
  });
  const as = async (role: 'cadre' | 'council' | 'helper', path: string, options = {}) =>
    open(`${web.url}/console/${here.community}${path}`, options, inSession(web.url, await cookieOf(world, phoneOf(role))));

  it('has six groups with what waits there, in one row on a phone, with the pages of the group below it', async () => {
    const { page } = await as('cadre', '/inbox', { viewport: { width: 360, height: 780 } });
    const groups = page.locator('.groups > li > a');
    expect((await groups.allTextContents()).map((text) => text.trim())).to.deep.equal(['今天', '提议', '居民 1', '投票', '实施', '管理']);
    const tops = await groups.evaluateAll((links) => links.map((link) => Math.round(link.getBoundingClientRect().top)));
    expect(new Set(tops).size, 'one row').to.equal(1);
    expect(await page.locator('.groups ul a:visible').allInnerTexts()).to.deep.equal(['来信 1', '消息']);
    expect((await page.locator('h1').boundingBox())?.y).to.be.below(190);
    await expectReadable(page, 'menu');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByRole('link', { name: '管理' }).click();
    expect(await page.locator('.groups ul a:visible').allInnerTexts()).to.deep.equal(['日程', '月报', '办事记录']);
  });

  it('finds people, proposals and letters for who may read them, by no card and by no part of a phone but its last four digits', async () => {
    const { page } = await as('cadre', '', { javaScriptEnabled: false });
    await page.getByRole('link', { name: '找', exact: true }).click();
    const found = async (text: string) => {
      await page.getByRole('searchbox').fill(text);
      await page.getByRole('button', { name: '找' }).click();
      return (await page.locator('main section').allInnerTexts()).map((part) => part.replaceAll(/\s+/g, ' '));
    };
    const [proposals, letters] = await found('路灯');
    expect(proposals).to.include('1号 修路灯').and.to.include('2号 路灯太暗');
    expect(letters).to.include('路灯什么时候修');
    for (const text of ['赵小梅', '1234', '138 0000 1234', '2-301', '12']) expect((await found(text))[0], text).to.include('赵小梅');
    for (const text of [CARD, '3800', '13800', '8613', '赵']) expect(await found(text), text).to.deep.equal([]);
    expect((await found('1'))[0]).to.match(/^提议 1号 修路灯$/);
    expect(await page.content()).to.include('lang="zh-CN"');
    await page.context().close();
    const council = (await as('council', '/find?q=1234')).page;
    expect(await council.content()).to.not.include('赵小梅');
    expect((await (await as('helper', '/find?q=1234')).page.title()).includes('找人')).to.equal(false);
  });

  it('says how many there are and which page this is, and leads back', async () => {
    const { page } = await as('cadre', '/people', { javaScriptEnabled: false });
    expect(await page.locator('h1').innerText()).to.match(/\d+人/);
    const first = await page.locator('tbody tr').first().innerText();
    expect(await page.locator('.further').innerText()).to.include('第1页，共2页');
    await page.getByRole('button', { name: '下一页' }).click();
    expect(await page.locator('.further').innerText()).to.include('第2页，共2页');
    expect(await page.locator('tbody tr').first().innerText()).to.not.equal(first);
    await page
      .getByRole('button', { name: '上一页' })
      .or(page.getByRole('button', { name: '回到第1页' }))
      .click();
    expect(await page.locator('tbody tr').first().innerText()).to.equal(first);
  });
});
