import { join } from 'node:path';
import { expect } from 'chai';
import { needCard } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { type Opened, SHOTS, useBrowser } from '../../support/browser.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const PHONE = '+8613900001234';

describe('People in a browser', () => {
  const { world } = useDatabase('peoplebrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let cookies: Readonly<Record<'cadre' | 'supervisor', string>>;

  before(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    cookies = { cadre: await cookieOf(world, phoneOf('cadre')), supervisor: await cookieOf(world, phoneOf('supervisor')) };
    await here.person('7', { name: '赵小梅', building: '3栋', phone: PHONE, card: card(7) });
    for (let n = 20; n < 80; n += 1) await here.person(String(n), { name: `王住户${n}`, building: `${n % 5}栋`, phone: `+861391111${1_000 + n}` });
    await needCard(addressHmac(world.vault, { community: here.community, channel: 'sms', address: PHONE }), here.community);
  });

  const signedIn = async (path: string, who: keyof typeof cookies, options: Parameters<typeof open>[1] = {}): Promise<Opened> =>
    open(web.url + path, options, async (context) => {
      const [name = '', value = ''] = cookies[who].split('=');
      await context.addCookies([{ name, value, url: web.url }]);
    });
  const own = (path = '') => `/console/${here.community}${path}`;

  it('lets a cadre find and change somebody, and make a card to print, by the keyboard, without scripts', async () => {
    const { page } = await signedIn(own('/people'), 'cadre', { javaScriptEnabled: false });
    await page.getByLabel('找人').fill('1234');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '赵小梅' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('楼号').fill('4栋');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('保存了');
    await page.getByRole('button', { name: '换一张新卡' }).press('Enter');
    await page.getByRole('button', { name: '做卡' }).press('Enter');
    expect(await page.locator('.digits').textContent()).to.match(/^\d{3} \d{3} \d{3}$/);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'people-sheet.png'), fullPage: true });
  });

  it('prints eight cards on a sheet; each step can be read, and so can what somebody sees who was signed out meanwhile', async () => {
    const { page } = await signedIn(own('/people/cards'), 'cadre', { bypassCSP: true });
    await page.getByLabel('一栋楼里没有卡的').check();
    await page.getByLabel('楼号').selectOption('3栋');
    await page.getByRole('button', { name: '数一数' }).click();
    await page.getByRole('button', { name: '做卡' }).waitFor();
    await expectReadable(page, 'cards counted');
    await page.getByRole('button', { name: '做卡' }).click();
    await page.locator('.digits').nth(11).waitFor();
    await page.waitForLoadState();
    expect(await page.locator('.digits').count()).to.equal(12);
    await expectReadable(page, 'cards made');
    const pdf = (await page.pdf({ format: 'A4', margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).to.have.length(2);
    await page.goto(web.url + own('/people/cards'));
    await page.context().clearCookies();
    await page.getByRole('button', { name: '数一数' }).click();
    await page.getByRole('heading', { name: '您已经退出登录' }).waitFor();
    await expectReadable(page, 'signed out');
  });

  it('lets a cadre ask for somebody new with an office and a supervisor confirm it, without scripts', async () => {
    const { page } = await signedIn(own('/people/new'), 'cadre', { javaScriptEnabled: false });
    await page.getByLabel('姓名').fill('新来的');
    await page.getByLabel('职务').selectOption('council');
    await page.getByRole('button', { name: '加一位居民' }).press('Enter');
    await page.waitForURL(/\/second\/1\?/);
    await page.context().close();
    const { page: theirs } = await signedIn(own('/second/1'), 'supervisor', { javaScriptEnabled: false });
    if (SHOTS) await theirs.screenshot({ path: join(SHOTS, 'people-second.png'), fullPage: true });
    await theirs.getByRole('button', { name: '同意，现在就办' }).press('Enter');
    await theirs.waitForURL(/done=/);
    await theirs.goto(web.url + own(`/people?q=${encodeURIComponent('新来')}`));
    expect(await theirs.getByRole('link', { name: '新来的' }).isVisible()).to.equal(true);
  });
});
