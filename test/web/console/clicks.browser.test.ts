import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { operator } from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { SHOTS, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const ITEMS = 13;

/** A person at the console, who goes by what is written there. A choice in a list is two clicks; a form that is sent is one. */
function hand(page: Page) {
  const count = { clicks: 0, keys: 0 };
  return {
    count,
    page,
    press: async (name: string, role: 'link' | 'button' = 'link') => {
      count.clicks += 1;
      await page.getByRole(role, { name }).first().click();
      await page.waitForLoadState();
    },
    /** Into the field that the last `type` led to, or by a click. */
    type: async (label: string, text: string, isNext = false) => {
      if (!isNext) count.clicks += 1;
      count.keys += text.length + (isNext ? 1 : 0);
      await page.getByLabel(label, { exact: true }).fill(text);
    },
    choose: async (label: string, option: string) => {
      count.clicks += 2;
      await page.getByLabel(label, { exact: true }).selectOption({ label: option });
    },
    file: async (label: string, name: string, content: string) => {
      count.clicks += 2;
      await page.getByLabel(label).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    },
  };
}

type Hand = ReturnType<typeof hand>;

/** With `CLICKS=1` what each act takes is printed. */
function told(act: string, hands: readonly Hand[]): { readonly clicks: number; readonly keys: number } {
  const sum = { clicks: 0, keys: 0 };
  for (const { count } of hands) {
    sum.clicks += count.clicks;
    sum.keys += count.keys;
  }
  if (process.env.CLICKS) process.stdout.write(`| ${act} | ${sum.clicks} | ${sum.keys} |\n`);
  return sum;
}

/** Proposals that wait for an opinion, and which of them cannot be done, why, and in a sentence. */
const WAITING = 16;
const REFUSED: Readonly<Record<number, readonly [string, string]>> = {
  4: ['该自己家出钱', '自家门里的灯自己换'],
  9: ['该别的单位负责', '要先问供电公司'],
  15: ['不在社区范围', '那条街归隔壁社区'],
};

describe('what a cadre does all year, by what is written on the pages', function () {
  this.timeout(300_000);
  const { world } = useDatabase('clicks');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  before(async () => {
    here = await town(world, { residents: ITEMS });
    await staffAll(world, here.community);
    for (const [index, name] of ['何静', '刘燕', '马建军', '周建华'].entries())
      await addStaff(world)(here.community, { name, phone: `+861380000019${index}`, role: 'council' }, operator('李姐'));
    for (let index = 0; index < ITEMS; index += 1) await recordProposal(world, { text: `修第${index + 1}栋的路灯` }, here.act(index));
    const opinion = { isFeasible: true, cost: 10_000, by: '李姐', at: world.now(), given: { by: '李姐', at: world.now() } };
    await collection(Proposal).updateMany({ '_id.cycle': here.cycle }, { $set: { opinion, state: 'considered' } });
  });
  const as = async (phone: string): Promise<Hand> => {
    const { page } = await open(`${web.url}/console/${here.community}`, {}, inSession(web.url, await cookieOf(world, phone)));
    return hand(page);
  };

  it('a roster is in, from its file to the residents, with few clicks', async () => {
    const cadre = await as(phoneOf('cadre'));
    await cadre.press('居民');
    await cadre.press('导入名册');
    const rows = Array.from({ length: 60 }, (_, index) => `${index + 1},王${index},1390000${String(1000 + index)},3栋,${index}`);
    await cadre.file('文件', '花名册.csv', `青松社区花名册\n序号,户主姓名,联系电话,楼栋,门牌号\n${rows.join('\n')}\n`);
    await cadre.press('先看看要改什么', 'button');
    await expectReadable(cadre.page, 'clicks roster');
    await cadre.press('导入：加60人', 'button');
    await cadre.press('居民');
    expect(await cadre.page.locator('h1').innerText()).to.match(/73人/);
    expect(told('roster of 60', [cadre]).clicks).to.be.at.most(7);
  });

  it('a meeting of thirteen items is called, recorded with its votes and signed by two', async () => {
    const cadre = await as(phoneOf('cadre'));
    await cadre.press('议事会');
    await cadre.type('哪一天', dayOf(world.now(), 'Asia/Shanghai'));
    await cadre.type('几点', '00:01', true);
    await cadre.type('在哪里', '活动室', true);
    await cadre.press('召集一次会', 'button');
    await cadre.press('都到了', 'button');
    for (const [number, votes, reason] of [
      [3, '1', '太贵'],
      [7, '2', '明年再说'],
    ] as const) {
      await cadre.type(`${number}号提议 赞成`, votes);
      await cadre.type(`${number}号提议 反对`, String(5 - Number(votes)), true);
      await cadre.type(`${number}号提议 为什么`, reason);
    }
    await cadre.choose('9号提议 决定', '下次再议');
    await cadre.type('9号提议 为什么', '先问一问', true);
    if (SHOTS) await cadre.page.screenshot({ path: `${SHOTS}/minutes.png`, fullPage: true });
    await cadre.press('其余全票通过，保存记录', 'button');
    await expectReadable(cadre.page, 'clicks minutes');
    await cadre.press('我看过，签字', 'button');
    const member = await as('+8613800000190');
    await member.press('次会的记录等着签');
    if (await member.page.getByRole('link', { name: '第1次议事会' }).count()) await member.press('第1次议事会');
    await member.press('我看过，签字', 'button');
    await member.page.getByText('记录定稿').waitFor();
    const states = (
      await collection(Proposal)
        .find({ '_id.cycle': here.cycle }, { sort: { '_id.number': 1 } })
        .toArray()
    ).map(({ state }) => state);
    expect(states.filter((state) => state === 'recommended').length).to.equal(ITEMS - 3);
    expect([states[2], states[6], states[8]]).to.deep.equal(['notRecommended', 'notRecommended', 'deferred']);
    expect(told('meeting of 13 items', [cadre, member]).clicks).to.be.at.most(22);
    await Promise.all([cadre, member].map(({ page }) => page.context().close()));
  });

  it('sixteen opinions are written and given, three of them refusals with their code and a sentence', async () => {
    const from = (days: number) => new Date(world.now().getTime() + days * 86_400_000);
    const asked = await town(world, {
      residents: WAITING,
      cycle: {
        stages: [
          { stage: 'propose', from: from(-5) },
          { stage: 'deliberate', from: from(-1) },
          { stage: 'vote', from: from(5) },
          { stage: 'implement', from: from(10) },
        ],
      },
    });
    await staffAll(world, asked.community);
    for (let index = 1; index <= WAITING; index += 1) await recordProposal(world, { text: `修第${index}栋的路灯` }, asked.act(index - 1));
    const { page } = await open(`${web.url}/console/${asked.community}`, {}, inSession(web.url, await cookieOf(world, phoneOf('cadre'))));
    const cadre = hand(page);
    await cadre.press('条提议还没审核');
    await cadre.choose('能做的怎么做（单独选了的除外）', '施工');
    for (let number = 1; number <= WAITING; number += 1) {
      const refused = REFUSED[number];
      if (refused) {
        await cadre.choose(`${number}号提议 不能做：理由`, refused[0]);
        await cadre.type(`${number}号提议 一句话说明`, refused[1], true);
      } else await cadre.type(`${number}号提议 要花多少钱`, '8000');
    }
    await expectReadable(page, 'clicks opinions');
    await cadre.press('存成草稿，看一遍再公布', 'button');
    await cadre.press('公布勾选的', 'button');
    await page
      .getByRole('status')
      .filter({ hasText: `公布了${WAITING}条审核意见` })
      .waitFor();
    const found = await collection(Proposal)
      .find({ '_id.cycle': asked.cycle, 'opinion.given': { $exists: true } })
      .toArray();
    expect(found.filter(({ opinion }) => opinion?.isFeasible && opinion.manner === 'works' && opinion.cost === 8000)).to.have.length(WAITING - 3);
    expect(found.flatMap(({ opinion }) => opinion?.reason ?? []).toSorted()).to.deep.equal(['other-party', 'outside', 'private-cost']);
    expect(told('opinions on 16', [cadre]).clicks).to.be.at.most(40);
  });

  it('all that the council recommended is on the ballot, its sum beside the money; what is removed is asked about', async () => {
    const cadre = await as(phoneOf('cadre'));
    await cadre.press('选票');
    const { page } = cadre;
    const count = Number(/\d+/.exec(await page.getByRole('button', { name: '条全部上选票' }).innerText()));
    await cadre.press('条全部上选票', 'button');
    expect(await page.getByRole('status').innerText()).to.include(`${count}条都上了选票`);
    expect(await page.locator('p.sum').innerText()).to.include(`${count + 2}个项目，一共${(108_000 + count * 10_000).toLocaleString('en')}元`);
    await expectReadable(page, 'clicks ballot');
    expect(told('ballot of all that are recommended', [cadre]).clicks).to.be.at.most(6);
    expect(await page.getByRole('button', { name: '确定去掉' }).count(), 'not without a question').to.equal(0);
    const titles = () => page.locator('tr[data-number] td:nth-child(2)').allInnerTexts();
    const [first = '', second = '', third = ''] = await titles();
    await page
      .locator('tr[data-number]')
      .nth(2)
      .dragTo(page.locator('tr[data-number]').nth(0), { targetPosition: { x: 60, y: 3 } });
    await page.getByRole('status').filter({ hasText: '次序换好了' }).waitFor();
    expect((await titles()).slice(0, 3), 'dragged').to.deep.equal([third, first, second]);
    await page.getByRole('button', { name: '3号往后移', exact: true }).press('Enter');
    await page.waitForLoadState();
    expect((await titles()).slice(0, 3), 'by a button').to.deep.equal([first, third, second]);
    await page.locator('summary', { hasText: '去掉' }).first().click();
    await page.getByRole('button', { name: '去掉3号' }).click();
    expect(await page.locator('p.sum').innerText()).to.include(`${count + 1}个项目`);
    await page.goto(`${web.url}/console/${here.community}/proposals`);
    expect(await page.locator('p.sum').innerText()).to.match(/能做的13条，一共要130,000元/);
  });
});
