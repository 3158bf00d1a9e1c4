import type { Page } from 'playwright-core';
import { operator } from '../../src/fund/people/index.ts';
import { serials } from '../support/paper.ts';
import { CYCLE, type Office, OWN, openUntil } from './playRound.ts';

const CARDS = ['204681717', '315820614', '503771413', '619028416'];
const PAPER = ['3 7', '7', '1 3 7', '2'];

/** The vote of the round and what follows: turnout, a table, slips, the tablet, works and their money, what is printed, and the log. */
export async function playVote(office: Office): Promise<void> {
  await votingDays(office);
  await hall(office);
  await works(office);
  await books(office);
}

async function votingDays({ as, text, until, openOffice, shoot }: Office): Promise<void> {
  for (const [day, first] of [
    [13, 0],
    [16, 5],
  ] as const) {
    await until(day, '12:00');
    for (let nth = 0; nth < 10; nth += 1) await text(`+86138000001${nth % 2}${first + Math.floor(nth / 2)}`, '投 3 7');
  }
  await until(19, '10:00');
  for (const [nth, picks] of ['3 7', '7', '1 3', '3 7 1'].entries()) await text(`+861380000000${[1, 5, 9, 8][nth]}`, `投 ${picks}`);
  const page = await as('王芳');
  await openUntil(page, `${OWN}/turnout`, page.getByRole('heading', { name: '每栋楼投了多少' }));
  await shoot(page, 'turnout');
  await openOffice();
  const street = await as('清溪街道办');
  await openUntil(street, '/console', street.getByRole('link', { name: '湖畔社区' }));
  await shoot(street, 'overview');
  await street.context().close();
  await openUntil(page, `${OWN}/messages/new`, page.getByRole('option', { name: '还没投票的人' }));
  await page.getByLabel('发给谁').selectOption({ label: '还没投票的人' });
  await page.getByLabel('写什么').fill('{name}，明天晚上8点投票截止，投一个您最想要的。纸票在活动室投，带上选票卡。');
  await page.getByRole('button', { name: '看一看再发' }).click();
  await shoot(page, 'message');
  await page.context().close();
}

async function hall({ world, as, until, shoot }: Office): Promise<void> {
  const slips = await serials(world, CYCLE, 40, operator('demo'));
  const page = await as('王芳');
  await page.goto(`${OWN}/tables`);
  await page.getByLabel('摆在哪里').fill('社区活动室');
  await page.getByLabel('空白票').fill('40');
  await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
  await page.getByRole('button', { name: '开桌' }).click();
  await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
  for (const [nth, card] of CARDS.entries()) {
    await page.locator('[name=card]').fill(card);
    await page.locator('[name=card]').press('Enter');
    await page.locator('[name=serial]').fill(slips[nth] ?? '');
    await page.locator('[name=serial]').press('Enter');
    await page
      .locator('[data-told]')
      .getByText(`第${nth + 1}张`)
      .waitFor();
  }
  await shoot(page, 'table', { to: page.getByRole('link', { name: '收桌清点' }) });
  await page.goto(`${OWN}/tables/1/close`);
  for (const [label, count] of Object.entries({ 发出去的: '4', 写坏换掉的: '1', 剩下的空白票: '35' })) await page.getByLabel(label).fill(count);
  await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
  await shoot(page, 'closing');
  await page.getByRole('button', { name: '收桌' }).click();
  await page.getByText('收好了。').waitFor();
  await page.goto(`${OWN}/assisted`);
  await page.getByLabel('选票卡上9个数字').fill('482107717');
  await page.getByLabel('社区花园').check();
  await page.getByLabel('谁作证').selectOption({ label: '老周' });
  await shoot(page, 'assisted');
  await page.context().close();
  const tablet = await as('王芳');
  await tablet.goto(`${OWN}/kiosk`);
  await tablet.getByRole('button', { name: '在这台平板上开始' }).click();
  await tablet.getByLabel('卡上的9个数字').fill('503771413');
  await tablet.getByRole('button', { name: '下一步' }).click();
  await tablet.getByText('社区花园').click();
  await shoot(tablet, 'tablet', { from: tablet.locator('body'), to: tablet.locator('main') });
  await tablet.context().close();
  await until(19, '11:00');
  await keying(await as('何静'), slips, (first) => shoot(first, 'slips'));
  await keying(await as('刘燕'), slips, async () => undefined);
  for (const name of ['刘燕', '郑海涛']) {
    const accepting = await as(name);
    await accepting.goto(`${OWN}/slips/1`);
    await accepting.getByRole('button', { name: '收下这批' }).click();
    await accepting.getByText(name === '刘燕' ? '您收下了' : '两个人都收下了').waitFor();
    await accepting.context().close();
  }
}

/** One person keys the batch; the first of the two opens it. */
async function keying(page: Page, slips: readonly string[], before: (page: Page) => Promise<void>): Promise<void> {
  await page.goto(`${OWN}/slips`);
  const batch = page.getByRole('link', { name: '第1批' });
  await ((await batch.count()) > 0 ? batch : page.getByRole('button', { name: '1号桌' })).click();
  for (const [nth, picks] of PAPER.entries()) {
    await page.locator('[name=line]').fill(`${slips[nth]?.slice(4)} ${picks}`);
    await page.locator('[name=line]').press('Enter');
    await page.getByText('录下了').waitFor();
  }
  await before(page);
  await page.getByRole('button', { name: '这批录完了' }).click();
  await page.getByText('录完了。').first().waitFor();
  await page.context().close();
}

async function works({ as, until, shoot }: Office): Promise<void> {
  await until(21, '10:00');
  const page = await as('王芳');
  const path = `${OWN}/works/${CYCLE}/7`;
  const begin = page.getByRole('button', { name: '到“找人做”' });
  await openUntil(page, path, begin);
  await begin.click();
  await page.getByText('改好了。').waitFor();
  for (const [nth, name] of ['周记水电', '明光电气'].entries()) {
    await unfold(page, '加一家单位');
    await page.locator('#add-organisation').fill(name);
    await page.locator('#add-kind').selectOption({ label: '个体' });
    await page.locator('#add-person').fill('周师傅');
    await page.locator('#add-phone').fill(`1390000002${nth}`);
    await page.getByRole('button', { name: '加一家单位' }).click();
    await page.getByText('加上了。').waitFor();
    await unfold(page, '问了这一家');
    await page.getByRole('button', { name: '问了这一家' }).click();
    await page.getByText('记下了。').waitFor();
  }
  for (const [name, amount] of [
    ['周记水电', '45000'],
    ['明光电气', '47500'],
  ] as const) {
    await unfold(page, '记下报价');
    await page.locator('#offer-implementer').selectOption({ label: name });
    await page.locator('#offer-amount').fill(amount);
    await page.getByRole('button', { name: '记下报价' }).click();
    await page.getByText('报价记下了。').waitFor();
  }
  await shoot(page, 'works', { from: page.getByRole('heading', { name: '修路灯' }), to: page.getByRole('button', { name: '选定单位' }) });
  await page.locator('#choose-implementer').selectOption({ label: '周记水电' });
  await page.locator('#choose-reason').fill('价钱低，干过一样的活');
  await page.getByLabel('报价不够几家，为什么').fill('问了两家，镇上只有这两家能做');
  await page.getByRole('button', { name: '选定单位' }).click();
  await page.getByText('已经交去复核').waitFor();
  await page.context().close();
  const supervisor = await as('郑海涛');
  await supervisor.goto(`${OWN}/second`);
  await supervisor.getByRole('link', { name: '选定单位' }).click();
  await shoot(supervisor, 'second');
  await supervisor.getByRole('button', { name: '同意，现在就办' }).click();
  await supervisor.getByText('同意了，已经办好').waitFor();
  await supervisor.context().close();
}

/** Opens the form under these words, if it is folded: the one that comes next is not. */
async function unfold(page: Page, words: string): Promise<void> {
  const summary = page.locator('summary', { hasText: words });
  if ((await summary.count()) > 0) await summary.first().click();
}

/** A contract and a payment; then the account, what can be printed, and the log. */
async function books({ as, shoot }: Office): Promise<void> {
  const page = await as('王芳');
  await page.goto(`${OWN}/works/${CYCLE}/7`);
  await page.getByLabel('合同编号').fill('青松2026-01');
  await page.getByRole('button', { name: '记下合同' }).click();
  await page.getByText('合同记下了。').waitFor();
  await unfold(page, '付款');
  await page.locator('#pay-amount').fill('4500');
  await page.getByLabel('发票或收据的号码').fill('20331207');
  await page.getByRole('button', { name: '付款' }).click();
  await page.getByText('付款记下了。').waitFor();
  await page.goto(`${OWN}/account`);
  await shoot(page, 'account', { to: page.locator('summary').first() });
  await page.goto(`${OWN}/print`);
  await shoot(page, 'print', { to: page.getByRole('button', { name: '做成PDF' }) });
  await page.goto(`${OWN}/log`);
  await shoot(page, 'log', { from: page.locator('table'), to: page.locator('tbody tr').nth(7) });
  await page.context().close();
}
