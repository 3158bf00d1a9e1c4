import { expect } from 'chai';
import { recordObjection } from '../../../src/fund/meetings/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { answerObjection, publish } from '../../support/meetings.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const LI = operator('李姐');
const LONG = '三号院门口的灯装错了地方，晚上照到二楼睡不着，'.repeat(6);

describe('a publication, its objections and the ballot in a browser', () => {
  const { world } = useDatabase('publicationbrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });

  before(async () => {
    here = await town(world, { residents: 2 });
    await staffAll(world, here.community);
    await changeCycle(world, here.cycle, { $set: { 'stages.0.stage': 'publish' } });
    await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
    for (const text of [`3 ${LONG}`, '7 https://example.org/a-very-long-address-without-a-single-blank-in-it-at-all', '整个名单没有征求三号院的意见'])
      await recordObjection(world, { text }, here.act(0));
    await answerObjection(world, here.notify)({ cycle: here.cycle, number: 1, text: LONG, actor: LI });
  });

  it('the ballot is checked as one types, and what was shown goes where nobody can say what is right', async () => {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf('cadre'))).split('=');
    const path = `/console/${here.community}/ballot/project`;
    const { page } = await open(web.url + path, { locale: 'zh-CN' }, (context) => context.addCookies([{ name, value, url: web.url }]));
    const look = page.locator('#look');
    await page.locator('[name="number"]').fill('3');
    await page.locator('[name="title"]').fill('东门路灯');
    await page.locator('[name="cost"]').fill('很多');
    await look.getByText('不能和别的项目重复').waitFor();
    await look.getByText('写一个整数，比如48000').waitFor();
    await page.locator('[name="number"]').fill('8');
    await page.locator('[name="cost"]').fill('9000');
    await look.getByText('8 东门路灯').first().waitFor();
    await page.context().clearCookies();
    await page.locator('[name="title"]').fill('东门灯');
    await page.locator('#look > *').first().waitFor({ state: 'detached' });
  });

  it('an objection is answered by the keyboard, without scripts', async () => {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf('cadre'))).split('=');
    const path = `/console/${here.community}/publication`;
    const { page } = await open(web.url + path, { javaScriptEnabled: false }, (context) => context.addCookies([{ name, value, url: web.url }]));
    const form = page.locator('form[action*="/objections/3/answer"]');
    await form.locator('[name="text"]').fill('下个星期开会说');
    await form.getByRole('button').press('Enter');
    await page.getByText('下个星期开会说').waitFor();
    expect(await form.count()).to.equal(0);
  });
});
