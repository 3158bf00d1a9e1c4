import type { Locator, Page } from 'playwright-core';
import { dayOf } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';

/** What the round is played with. */
export interface Office {
  readonly world: World;
  /** A window in which this member of the staff has signed in by their button of the demo; without a name, the page where one signs in. */
  readonly as: (name?: string) => Promise<Page>;
  readonly text: (from: string, body: string) => Promise<void>;
  /** Calls, and speaks to whoever is to call back. */
  readonly leaveMessage: (from: string) => Promise<void>;
  /** Moves the demo's clock: so many days after the beginning, at `HH:MM` in the community. */
  readonly until: (days: number, time: string) => Promise<void>;
  /** Two communities more, and an office that reads all three. */
  readonly openOffice: () => Promise<void>;
  readonly shoot: (page: Page, name: string, part?: Part) => Promise<void>;
}

/** What of a page a picture shows: the content, unless it is said from where to where. */
export interface Part {
  readonly from?: Locator;
  readonly to?: Locator;
}

export const OWN = '/console/qingsong';
export const CYCLE = 'qingsong-demo';
const WANTED = [
  '三号院门口晚上太黑，想装两盏路灯',
  '三号院门口路灯坏了，老人晚上看不见台阶',
  '小广场放几张长椅，老人走累了能坐',
  '给我家换个防盗门',
  '菜市场门口的坡太陡，修一段扶手',
];

/** A round up to the vote, by texts and in the console's own pages, with a picture where docs/cadres.md shows one. */
export async function playRound(office: Office): Promise<void> {
  await office.until(1, '10:00');
  await officeDay(office);
  await proposals(office);
  await meeting(office);
  await publication(office);
}

async function officeDay({ as, text, leaveMessage, shoot }: Office): Promise<void> {
  const door = await as();
  await shoot(door, 'sign-in');
  await door.context().close();
  for (const [nth, words] of WANTED.entries()) await text(`+861380000000${[1, 8, 5, 9, 6][nth]}`, `提议 ${words}`);
  await text('+8613900000000', '登记 赵小梅 1栋');
  await text('+8613800000009', '问 长椅能放到5栋门口吗');
  await leaveMessage('+8613800000009');
  const page = await as('王芳');
  await openUntil(page, `${OWN}/inbox/2`, page.locator('audio'));
  await shoot(page, 'letter', { to: page.getByRole('button', { name: '我来办' }) });
  await page.goto(OWN);
  await shoot(page, 'today', { from: page.locator('body'), to: page.locator('.coming li').nth(3) });
  await page.goto(`${OWN}/requests/1`);
  await shoot(page, 'request');
  await page.getByLabel(/名册上的 赵小梅/).check();
  await page.getByRole('button', { name: '同意加入' }).click();
  await page.getByText('申请1同意了').waitFor();
  await page.goto(`${OWN}/people/import`);
  const roster = '编号,姓名,手机,楼号\n8,周强,13800000038,4栋\n13,冯玉兰,13800000013,5栋\n14,田大勇,,5栋\n';
  await page.locator('input[type=file]').setInputFiles({ name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) });
  await page.getByRole('button', { name: '先看看要改什么' }).click();
  await page.getByRole('heading', { name: '导入以前看一看' }).waitFor();
  await shoot(page, 'import');
  await page.getByRole('button', { name: /^导入：/ }).click();
  await page.getByText('导入好了').waitFor();
  await page.goto(`${OWN}/people`);
  await shoot(page, 'people', { to: page.locator('tbody tr').nth(7) });
  await page.getByRole('link', { name: '李建国' }).click();
  await page.getByRole('heading', { name: '李建国' }).waitFor();
  await shoot(page, 'person', { to: page.getByRole('button', { name: '保存' }) });
  await page.goto(`${OWN}/people/staff`);
  await shoot(page, 'staff', { to: page.locator('.files') });
  await page.goto(`${OWN}/calendar`);
  await shoot(page, 'calendar', { to: page.getByRole('link', { name: '存成日历文件' }) });
  await page.context().close();
}

async function proposals({ as, shoot }: Office): Promise<void> {
  const page = await as('王芳');
  for (const [number, category] of [
    [1, '基础设施'],
    [2, '基础设施'],
    [3, '环境'],
    [5, '基础设施'],
  ] as const) {
    await page.goto(`${OWN}/proposals/${number}`);
    await page.getByRole('button', { name: category }).first().click();
    await page.getByText(`${number}号分好了`).waitFor();
  }
  const examine = async (number: number, cost: string) => {
    await page.goto(`${OWN}/proposals/${number}`);
    await page.getByLabel('能做', { exact: true }).check();
    await page.getByLabel('要花多少钱').fill(cost);
    await page.getByLabel('怎么做').selectOption({ label: '施工' });
    await draft(page, number);
  };
  await page.goto(`${OWN}/proposals/2`);
  await shoot(page, 'proposal', { to: page.getByRole('button', { name: '存成草稿' }) });
  await page.getByRole('button', { name: '2号并到1号' }).click();
  await page.getByText('2号并进来了').waitFor();
  await examine(1, '12000');
  await examine(3, '8000');
  await examine(5, '15000');
  await page.goto(`${OWN}/proposals/4`);
  await page.getByLabel('不能做', { exact: true }).check();
  await page.getByLabel('理由').selectOption({ label: '该自己家出钱' });
  await page.getByLabel('一句话说明').fill('自己家的门，钱要自己家出');
  await draft(page, 4);
  await page.goto(`${OWN}/proposals/round`);
  await shoot(page, 'round');
  await page.getByRole('button', { name: '公布勾选的' }).click();
  await page.getByText('公布了4条审核意见').waitFor();
  await page.context().close();
}

async function draft(page: Page, number: number): Promise<void> {
  await page.getByRole('button', { name: '存成草稿' }).click();
  await page.getByText(`${number}号的草稿保存好了`).waitFor();
}

async function meeting({ world, as, until, shoot }: Office): Promise<void> {
  await until(3, '16:00');
  const page = await as('王芳');
  await page.goto(`${OWN}/meetings`);
  await page.getByLabel('哪一天').fill(dayOf(world.now(), 'Asia/Shanghai'));
  await page.getByLabel('几点').fill('14:00');
  await page.getByLabel('在哪里').fill('社区活动室');
  const onAgenda = (advice: 'yes' | 'no', number: number) => page.locator(`.agenda [name=${advice}][value="${number}"]`);
  for (const number of [1, 3]) await onAgenda('yes', number).check();
  await onAgenda('yes', 5).uncheck();
  await onAgenda('no', 5).check();
  await page.getByRole('button', { name: '召集一次会' }).click();
  await page.getByText('会召集好了').waitFor();
  await page.goto(`${OWN}/meetings/${CYCLE}/1`);
  for (const name of ['何静', '刘燕', '马建军']) await page.getByLabel(name).check();
  for (const [number, votes] of [
    [1, ['3', '0', '0', '通过']],
    [3, ['2', '0', '1', '通过']],
    [5, ['1', '2', '0', '不通过']],
  ] as const) {
    const field = (name: string) => page.getByLabel(`${number}号提议 ${name}`);
    await field('赞成').fill(votes[0]);
    await field('反对').fill(votes[1]);
    await field('弃权').fill(votes[2]);
    await field('决定').selectOption({ label: votes[3] });
    if (votes[3] === '不通过') await field('为什么').fill('街道明年统一修');
  }
  await page.getByRole('button', { name: '保存记录', exact: true }).click();
  await page.getByText('记录保存好了').waitFor();
  await shoot(page, 'meeting', { from: page.getByRole('heading', { name: '第1次议事会' }), to: page.locator('.minutes tbody tr').first() });
  await page.getByRole('button', { name: '我看过，签字' }).click();
  await page.getByText('还要另一个人签').waitFor();
  await page.context().close();
  const other = await as('刘燕');
  await other.goto(`${OWN}/meetings/${CYCLE}/1`);
  await other.getByRole('button', { name: '我看过，签字' }).click();
  await other.getByText('记录定稿').waitFor();
  await other.context().close();
  const ballot = await as('王芳');
  await ballot.goto(`${OWN}/ballot`);
  await shoot(ballot, 'ballot', { to: ballot.locator('.items').first() });
  await ballot.context().close();
}

async function publication({ as, until, shoot }: Office): Promise<void> {
  await until(5, '10:00');
  const page = await as('王芳');
  await page.goto(`${OWN}/publication`);
  await page.getByRole('button', { name: '现在公示' }).click();
  await page.getByText('公示出去了').waitFor();
  await page.getByLabel('怎么说的').fill('健身角离我家窗户太近，早上吵');
  await page.getByLabel('几号项目').fill('2');
  await page.getByRole('button', { name: '记下', exact: true }).click();
  await page.getByText('异议记下了').waitFor();
  const supervisor = await as('郑海涛');
  await supervisor.goto(`${OWN}/publication`);
  await supervisor.getByRole('button', { name: '核对过，没有问题' }).click();
  await supervisor.getByText('核对记下了').waitFor();
  await supervisor.context().close();
  await page.goto(`${OWN}/publication`);
  await page.getByLabel('书面答复').fill('器材往东挪十米，早上七点以前不开放。');
  await shoot(page, 'publication', {
    from: page.getByRole('heading', { name: '居民的异议' }),
    to: page.getByRole('button', { name: '答复', exact: true }),
  });
  await page.getByRole('button', { name: '答复', exact: true }).click();
  await page.getByText('答复公开了').waitFor();
  await page.context().close();
}

/** Opens a page again until something is there that the service brings by itself within ten seconds. */
export async function openUntil(page: Page, path: string, something: Locator): Promise<void> {
  for (let times = 0; times < 30; times += 1) {
    await page.goto(path);
    if ((await something.count()) > 0) return;
    await page.waitForTimeout(1_000);
  }
  throw new Error(`${path} has not got what was to come.`);
}
