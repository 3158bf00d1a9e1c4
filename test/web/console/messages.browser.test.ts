import { expect } from 'chai';
import { Community } from '../../../src/fund/communities/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { queueDue } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { type StartedDemo, startDemo } from '../../demo/startDemo.ts';
import { createBroadcast, pauseBroadcast } from '../../support/broadcasts.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { useServed } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const LONG = `{name}您好：明天早上八点到下午五点，{building}停水修管子，请先接好水。${'电梯照常开，有事找居委会。'.repeat(3)}💧`;

describe('messages in a browser', () => {
  const { world } = useDatabase('messagesbrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let cookie: string;
  let ids: { readonly going: string; readonly paused: string };

  before(async () => {
    here = await town(world, { community: { quiet: '00:00-00:00', prices: { sms: 0.05, currency: 'CNY' } }, cycle: votingNow(world) });
    await staffAll(world, here.community);
    for (let index = 1; index <= 60; index += 1)
      await here.person(String(index), { name: '王秀英', building: `${1 + (index % 12)}栋`, phone: `+86138000003${String(index).padStart(2, '0')}` });
    cookie = await cookieOf(world, phoneOf('cadre'));
    ids = { going: await planned('明天停水'), paused: await planned('<b>后天停电</b>') };
    const some = await collection(Message).find({ broadcast: ids.going }, { limit: 30 }).toArray();
    const became = ['sent', 'delivered', 'failed', 'unknown', 'stopped'] as const;
    for (const [index, { _id }] of some.entries())
      await collection(Message).updateOne(
        { _id },
        { $set: { state: became[index % 5] ?? 'sent', ...(index % 5 === 2 && { reason: 'twilio.30003' }) } },
      );
    await pauseBroadcast(world, ids.paused, { ...operator('王芳') });
  });

  async function planned(text: string): Promise<string> {
    const what = { id: `${text.length}${here.community}`, occasion: text, community: here.community, text, to: 'all', dueAt: world.now() };
    const { _id } = await createBroadcast(world, what, operator('王芳'));
    await queueDue(world, ['sms']);
    return _id;
  }

  const signedIn = async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, inSession(web.url, cookie));

  it('counts characters and parts as one types, and cuts nothing', async () => {
    const { page } = await signedIn(`/console/${here.community}/messages/new`);
    const text = page.locator('textarea');
    const told = page.locator('textarea + .counted');
    await text.fill('停'.repeat(70));
    expect(await told.innerText()).to.equal('70/2000个字 · 算1条短信');
    await text.fill('停'.repeat(75));
    expect(await told.innerText()).to.equal('75/2000个字 · 算2条短信');
    await page.goto(`${web.url}/console/${here.community}/proposals/new`);
    await page.getByLabel('写了什么').fill('长'.repeat(303));
    expect(await page.locator('#enter-text + .counted').innerText()).to.equal('多了3个字');
    expect(await page.getByLabel('写了什么').inputValue(), 'nothing is cut').to.have.length(303);
    await expectReadable(page, 'counted');
  });

  /** Looks at a page, light in Chinese and dark in English. `reach`: how one gets there from the address. */
  async function look(path: string, name: string, reach: (opened: Opened) => Promise<void> = async () => {}): Promise<void> {
    for (const [colorScheme, locale] of [
      ['light', 'zh-CN'],
      ['dark', 'en'],
    ] as const) {
      const opened = await signedIn(path, { colorScheme, locale });
      await reach(opened);
      const { page, problems } = opened;
      await expectReadable(page, `messages ${name} ${colorScheme}`);
      expect(
        problems.filter((problem) => !problem.includes('422')),
        name,
      ).to.deep.equal([]);
      await page.context().close();
    }
  }

  const own = (path = '') => `/console/${here.community}/messages${path}`;

  it('can be read by everybody, on a phone and on a desk, light and dark', async () => {
    await look(own('/new'), 'wrong', async ({ page }) => {
      await page.locator('textarea').fill('{nmae}');
      await page.locator('form.new-message button').press('Enter');
      await page.getByRole('alert').waitFor();
    });
    await look(own('/new'), 'check', async ({ page }) => {
      await page.locator('textarea').fill(LONG);
      await page.locator('form.new-message button').press('Enter');
      await page.locator('.phone').waitFor();
    });
    await look(own(`/${ids.going}`), 'going');
    await look(own(`/${ids.paused}`), 'paused');
    await look(own(`/${ids.going}/each`), 'each');
  });

  it('says that a message is looked at while that lasts, and sends it once', async () => {
    const { page } = await signedIn(own('/new'));
    let [sent, letGo] = [0, () => {}];
    const isSeen = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/messages/check', async (route) => {
      sent += 1;
      await isSeen;
      await route.continue();
    });
    await page.getByLabel('写什么').fill('明天停水');
    // in one step, since Playwright waits for what a click leads to
    const said = await page.evaluate(`(() => {
      const button = document.querySelector('form.new-message button');
      button.click();
      button.click();
      return document.querySelector('form [role=status].working')?.textContent;
    })()`);
    expect(said).to.include('正在');
    letGo();
    await page.locator('.bubble').waitFor();
    expect(sent).to.equal(1);
  });

  it('shows how far it is while one looks, and loads itself again once it is over', async () => {
    const id = await planned('大后天停气');
    const { page, problems } = await signedIn(own(`/${id}`));
    const line = page.locator('.progress p');
    const last = await collection(Message).findOne({ broadcast: id }); // all of it at once would be over for who looks just then
    await collection(Message).updateMany({ broadcast: id, _id: { $ne: last?._id ?? '' } }, { $set: { state: 'sent' } });
    await line.filter({ hasText: '59条发出了' }).waitFor();
    expect(await line.textContent()).to.include('1条等着发');
    await collection(Message).updateMany({ broadcast: id }, { $set: { state: 'sent' } });
    await page.getByRole('heading', { name: '发完了' }).waitFor();
    expect(await page.getByRole('button', { name: '不再发了' }).count()).to.equal(0);
    expect(problems).to.deep.equal([]);
  });
});

describe('messages in the demo', () => {
  const { world } = useDatabase('messagesdemo');
  const open = useBrowser();
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo(world);
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: { quiet: '00:00-00:00' } });
  });
  after(() => demo.stop());

  it('sends a message to one building from beginning to end, by the keyboard, without scripts', async () => {
    const { page } = await open(`${demo.url}/console/sign-in`, { javaScriptEnabled: false });
    const press = async (role: 'button' | 'link', name: string | RegExp) => {
      await page.getByRole(role, { name }).first().focus();
      await page.keyboard.press('Enter');
    };
    await press('button', /^王芳/);
    await press('link', '消息');
    await press('link', '写消息');
    await page.getByLabel('发给谁').focus();
    await page.keyboard.type('3栋');
    await page.getByLabel('写什么').fill('{name}，明天{building}停水。');
    await press('button', '看一看再发');
    expect(await page.locator('.bubble').textContent()).to.match(/青松社区.*，明天3栋停水。/);
    await press('button', '改一改');
    expect(await page.getByLabel('写什么').inputValue()).to.equal('{name}，明天{building}停水。');
    await press('button', '看一看再发');
    await press('button', /^发出这\d+条$/);
    expect(await page.getByRole('status').textContent()).to.include('发了');
    await until('the end', async () => {
      await page.reload();
      return page.getByRole('heading', { name: '发完了' }).isVisible();
    });
    expect(await page.locator('.progress p').textContent()).to.match(/^一共\d+条：\d+条(发出|送到)了$/);
    expect(await page.getByRole('link', { name: '再看一次' }).count()).to.equal(0);
    await press('link', '看每一条');
    expect(await page.locator('tbody tr').first().textContent()).to.match(/138\*\*\*\*\d{4}/);
  });
});
