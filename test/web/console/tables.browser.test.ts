import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Frame, Page } from 'playwright-core';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { decryptSecret, Entry } from '../../../src/fund/ballots/index.ts';
import { enterLateJoined, Mark, MOST_IN_BATCH, printedSerial, Table, typedSlip } from '../../../src/fund/paper/index.ts';
import { markedPerson } from '../../../src/fund/paper/mark.ts';
import { operator, Resident, type StaffRole } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { type Opened, SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { changedTable, serials } from '../../support/paper.ts';
import { wcagProblems } from '../../support/readable.ts';
import { addStaff } from '../../support/staff.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { actsIn, browse, cookieOf, inSession, phoneOf, staffAll } from './office.ts';

/** What people at a table take of those who work there. `waitMs` depends on the machine: it is printed, not asserted. */
interface Work {
  readonly people: number;
  readonly scans: number;
  readonly touches: number;
  readonly requests: number;
  readonly pages: number;
  readonly waitMs: number;
}

/** Seconds that a practised helper takes, by estimate: for a scan, a touch, a new page, to see that it is done; to type a name; for the next to step up and use the box. */
const S = { scan: 1, touch: 0.8, page: 0.7, done: 0.5, name: 4, next: 7 } as const;
const HOUR_S = 3_600;
/** For at most twelve keys. */
const KEY_IN_S = 2;

function secondsOf({ people, scans, touches, pages }: Work): number {
  return S.done + (S.scan * scans + S.touch * touches + S.page * pages) / people;
}

/** A browser whose camera sees the pictures `shown`, side by side, and whose clock is ahead by `later`. */
const CAMERA = `
  globalThis.shown = [];
  globalThis.later = 0;
  const now = performance.now.bind(performance);
  performance.now = () => now() + later;
  navigator.mediaDevices.getUserMedia = async () => {
    const picture = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const drawing = picture.getContext('2d');
    setInterval(() => {
      drawing.fillStyle = '#d8d2c4';
      drawing.fillRect(0, 0, 1280, 720);
      shown.forEach((image, index) => drawing.drawImage(image, 80 + index * 680, 160, 320, 320));
    }, 100);
    return picture.captureStream();
  };`;

/** Holds codes in front of the camera. */
async function hold(page: Page, codes: readonly string[]): Promise<void> {
  const pictures = await Promise.all(codes.map((code) => QRCode.toDataURL(code, { margin: 4, width: 320 })));
  await page.evaluate(`Promise.all(${JSON.stringify(pictures)}.map(async (src) => {
    const image = Object.assign(new Image(), { src });
    await image.decode();
    return image;
  })).then((images) => { shown = images; })`);
}

/** The last picture that lay there is gone from the camera's stream as well, which comes a little later. */
async function seesNothing(page: Page): Promise<void> {
  await page.waitForFunction(`(() => {
    const drawing = new OffscreenCanvas(128, 72).getContext('2d');
    drawing.drawImage(document.querySelector('video'), 0, 0, 128, 72);
    return drawing.getImageData(0, 0, 128, 72).data.every((value) => value > 128);
  })()`);
}

/** With one digit wrong. */
function mistyped(digits: string): string {
  return digits.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
}

describe('paper in the console', () => {
  const { world } = useDatabase('tables');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let slips: string[];
  let scanned = 0;

  before(async () => {
    here = await town(world, { residents: 12, cycle: votingNow(world) });
    await collection(Resident).updateMany({ community: here.community }, { $set: { building: '9栋' } });
    await here.person('zhou', { name: '周小兰', building: '3栋' });
    await staffAll(world, here.community);
    await addStaff(world)(here.community, { name: '老周', phone: '+8613800000150', role: 'helper' }, operator('李姐'));
    slips = await serials(world, here.cycle, 20);
  });

  const own = (path = '') => `/console/${here.community}${path}`;
  const slip = (n: number) => slips[n] ?? '';
  async function as(role: StaffRole, path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> {
    const opened = await open(web.url + own(path), options, inSession(web.url, await cookieOf(world, phoneOf(role))));
    return opened;
  }
  const form = async (role: StaffRole, path: string, given: Record<string, string>) =>
    browse(() => web, await cookieOf(world, phoneOf(role))).post(own(path), given);
  const marks = () => collection(Mark).countDocuments({ '_id.cycle': here.cycle, active: true });

  async function looks({ page, problems }: Opened, name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${size}.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${name} scrolls sideways`).to.be.at.most(viewport.width);
    }
    expect(await wcagProblems(page), name).to.deep.equal([]);
    // a refusal (422) and a lost connection are told by the browser, too
    expect(
      problems.filter((problem) => !problem.startsWith('Failed to load resource')),
      name,
    ).to.deep.equal([]);
  }

  /** Types as a scanner does: the digits, and Enter. */
  async function scan(page: Page, digits: string): Promise<void> {
    await page.locator('input:focus').waitFor(); // a page that is still being shown takes no keys
    await page.keyboard.type(digits);
    await page.keyboard.press('Enter');
    scanned += 1;
  }

  /** Lets so many people hand in, and counts what it took. */
  async function workOf({ page, asked }: Opened, people: number, each: (n: number) => Promise<void>): Promise<Work> {
    const touched = async () => Number(await page.evaluate('sessionStorage.touches ?? 0'));
    const marked = () => asked.filter((address) => address.endsWith('/mark')).length;
    await page.waitForLoadState(); // a page of before does not count
    let pages = 0;
    const shown = (frame: Frame) => {
      if (frame === page.mainFrame()) pages += 1; // also one that is left before it has loaded
    };
    page.on('framenavigated', shown);
    const before = { scanned, touched: await touched(), marked: marked(), at: performance.now() };
    for (let n = 0; n < people; n += 1) await each(n);
    const waitMs = Math.round(performance.now() - before.at);
    await page.waitForLoadState(); // the last page counts, too
    page.off('framenavigated', shown);
    return {
      people,
      scans: scanned - before.scanned,
      touches: (await touched()) - before.touched,
      requests: marked() - before.marked,
      pages,
      waitMs,
    };
  }

  it('marks who hands in with two names: a card, a slip, and no touch; what was sent without connection is in later, once', async () => {
    const opened = await as('helper', '', { bypassCSP: true });
    const { page } = opened;
    expect(new URL(page.url()).pathname, 'a helper’s first page').to.equal(own('/tables'));
    await page.getByLabel('摆在哪里').fill('三号院门口');
    await page.getByLabel('空白票').fill('20');
    await page.getByRole('button', { name: '开桌' }).click();
    expect(await page.getByRole('alert').textContent(), 'one name is not enough').to.include('先选跟您一起的人');
    await page.getByRole('alert').getByRole('link').click();
    await page.locator('#open-other[aria-describedby=open-other-mistake]:focus').waitFor(); // the field says so, too
    expect([await page.getByLabel('摆在哪里').inputValue(), await page.getByLabel('空白票').inputValue()]).to.deep.equal(['三号院门口', '20']);
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    await looks(opened, 'tables');
    await page.getByRole('button', { name: '开桌' }).click();
    await page.getByRole('heading', { name: '1号桌' }).waitFor();
    expect(await (await web.get(`/c/${here.community}`)).text(), 'everybody reads where it stands').to.match(/现在投票桌在<b>三号院门口<\/b>/);

    const told = page.locator('[data-told]');
    const person = page.locator('[data-person]');
    await page.locator('[name=card]').focus();
    await scan(page, card(0));
    await told.getByText('先选跟您一起的人').waitFor();
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    await page.locator('[name=card]').press('Enter');
    await scan(page, slip(0));
    await told.getByText('记下了，第1张').waitFor();
    expect(await told.getAttribute('class')).to.include('good');
    const countsTouches = `addEventListener('pointerdown', () => { sessionStorage.touches = 1 + Number(sessionStorage.touches ?? 0); }, true)`;
    await page.addInitScript(countsTouches);
    await page.evaluate(countsTouches);
    const withCard = await workOf(opened, 2, async (n) => {
      await scan(page, card(1 + n));
      await person.getByText('9栋').waitFor(); // whose card it is, before the slip
      await scan(page, printedSerial(slip(1 + n)));
      await told.getByText(`第${n + 2}张`).waitFor();
      expect(await told.textContent(), 'whose, and which')
        .to.match(/9栋/)
        .and.include(printedSerial(slip(1 + n)));
    });
    expect(withCard).to.deep.include({ scans: 4, touches: 0, requests: 2, pages: 0 });
    await page.context().setOffline(true);
    await scan(page, mistyped(card(3)));
    await told.getByText('卡上的数字不对').waitFor();
    await scan(page, card(3)); // in place of the wrong ones
    await told.getByText('看不到名字').waitFor();
    await scan(page, mistyped(slip(3)));
    await told.getByText('纸票的数字不对').waitFor();
    for (const digits of [card(3), slip(3), card(4), slip(3)]) await scan(page, digits);
    await told.getByText('这张纸票交过了').waitFor();
    for (const digits of [card(4), slip(4)]) await scan(page, digits);
    expect(await page.locator('ul[data-unsent] li').allTextContents()).to.have.length(2);
    expect(await page.locator('ul[data-unsent]').textContent())
      .to.include(printedSerial(slip(3)))
      .and.to.include(card(3).replace(/(\d{3})(?=\d)/g, '$1 '))
      .and.to.include('还没送到');
    expect(await marks()).to.equal(3);
    // the answer to the first of them gets lost: it is sent again under its id
    let isLost = true;
    await page.route('**/mark', async (route) => {
      if (!isLost) return route.continue();
      isLost = false;
      await route.fetch();
      return route.abort();
    });
    await page.context().setOffline(false);
    await page.locator('ul[data-unsent] li').first().waitFor({ state: 'detached', timeout: 20_000 });
    await page.waitForFunction(`document.querySelectorAll('ul[data-unsent] li').length === 0`);
    expect(isLost).to.equal(false);
    expect(await marks()).to.equal(5);
    await page.locator('[data-lately] li').nth(4).waitFor(); // the list follows

    await scan(page, card(5));
    await scan(page, slip(4));
    await page.locator('ul[data-unsent]').getByText('交过了').waitFor();
    expect(await told.getAttribute('class')).to.include('bad');
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'table-refused.png'), fullPage: true });
    await page.getByRole('button', { name: '知道了' }).click();
    await page.locator('[data-lately] li').first().getByRole('button', { name: '撤回' }).click();
    await page.getByText('撤回了。').waitFor();
    expect(await marks()).to.equal(4);

    const byName = await workOf(opened, 1, async () => {
      await page.getByLabel('先找人').click();
      await page.keyboard.type('小兰');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '周小兰' }).click();
      await person.getByText('3栋').waitFor();
      await page.waitForFunction(`document.querySelector('[name=other]:not([type=hidden])').value !== ''`); // stays chosen
      await scan(page, slip(5));
      await told.getByText('记下了').waitFor();
      expect(await told.textContent())
        .to.include('周小兰 3栋')
        .and.include(printedSerial(slip(5)));
      await page.locator('[name=card]:focus').waitFor(); // on to the next card
    });
    expect(byName).to.deep.include({ scans: 1, touches: 2, requests: 1, pages: 2 });
    expect(await marks()).to.equal(5);
    expect(secondsOf(withCard), 'seconds of work with a card').to.be.at.most(3);
    const eachS = S.next + 0.9 * secondsOf(withCard) + 0.1 * (S.name + secondsOf(byName)); // one of ten has left the card at home
    expect(HOUR_S / eachS, 'people an hour').to.be.at.least(300);
    if (process.env.PRINT_WORK) console.log({ withCard, byName, eachS, anHour: HOUR_S / (eachS + withCard.waitMs / 1_000 / withCard.people) });
    await page.goto(`${web.url}${own('/tables/1')}?q=小兰`);
    await page.getByText('不是上面的人').click();
    await looks(opened, 'table-found');
    await page.getByRole('button', { name: '周小兰' }).click();
    await looks(opened, 'table-person');
    await page.getByRole('link', { name: '不是这个人' }).click();
    await page.locator('[name=card]:focus').waitFor();
    await page.addInitScript(CAMERA);
    await page.goto(web.url + own('/tables/1'));
    await looks(opened, 'table');
    const refused = page.locator('ul[data-unsent]').getByText('交过了');
    const shows = (...codes: string[]) => hold(page, codes);
    await page.getByRole('button', { name: '用摄像头扫' }).click();
    await shows(slip(5));
    await told.getByText('先扫卡').waitFor(); // and this slip lies there still
    await shows(card(5), slip(5));
    await person.getByText('9栋').waitFor();
    await shows(); // what is away is shown anew
    await seesNothing(page);
    await page.evaluate('later = 5_000');
    await shows(slip(5));
    await refused.waitFor();
    expect(await marks(), 'never the slip that lay there').to.equal(5);
    await page.getByRole('button', { name: '知道了' }).click();
    await page.getByRole('button', { name: '关掉摄像头' }).click();
    expect(await page.locator('video').isVisible()).to.equal(false);
    const mark = await collection(Mark).findOne({ serial: slip(5) });
    expect(mark?.by.map(({ name }) => name)).to.deep.equal(['helper的王芳', '老周']);
    await page.context().close();
    expect((await form('council', '/tables/1/mark', { card: card(6), serial: slip(6) })).status).to.equal(403);
  });

  it('takes in by forms alone, without scripts; who is not on the roster asks to join as they hand in', async () => {
    const { page } = await as('helper', '/tables/1', { javaScriptEnabled: false });
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    const taken = async (n: number, who: RegExp) => {
      await page.getByRole('status').getByText('记下了').waitFor();
      expect(await page.getByRole('status').textContent(), 'whose, and which')
        .to.match(/记下了/)
        .and.match(who)
        .and.include(printedSerial(slip(n)));
      expect(await marks()).to.equal(n);
    };
    const person = page.locator('[data-person]');
    await page.getByLabel('选票卡').fill(card(6));
    await page.getByLabel('选票卡').press('Enter');
    await person.getByText('9栋').waitFor();
    expect(await marks(), 'a card alone marks nothing').to.equal(5);
    expect([await page.locator('noscript').count(), await page.getByText('勾在里面').isVisible()]).to.deep.equal([1, true]);
    await page.getByLabel('纸票上').fill(slip(6));
    await page.getByLabel('纸票上').press('Enter');
    await taken(6, /9栋/);
    await page.reload(); // sends the form once more
    await taken(6, /9栋/);
    await page.getByLabel('选票卡').fill(card(99));
    await page.getByLabel('选票卡').press('Enter');
    expect(await page.getByRole('alert').textContent(), 'told before a slip is filled in').to.include('没有这张卡');
    expect(await page.getByLabel('选票卡').getAttribute('aria-invalid')).to.equal('true');
    expect(await page.getByLabel('选票卡').inputValue(), 'and is gone').to.equal('');
    await page.getByLabel('选票卡').fill(card(7));
    await page.getByLabel('选票卡').press('Enter');
    await page.getByLabel('纸票上').fill(slip(6));
    await page.getByLabel('纸票上').press('Enter');
    expect(await page.getByRole('alert').textContent()).to.include('这张纸票交过了');
    expect([await person.isVisible(), await page.getByLabel('选票卡').inputValue()], 'both begin anew').to.deep.equal([false, '']);
    const found = async (q: string) => (await browse(() => web, await cookieOf(world, phoneOf('helper'))).get(own(`/tables/1?q=${q}`))).text();
    expect(await found('赵小梅')).to.include('名册上没有');
    expect(await found(card(99))).to.include('可能换过新的');
    expect(await found(card(6))).to.include('name="resident" value=');
    expect(await found('9栋')).to.include('先列10位');
    await page.getByLabel('先找人').fill('小兰');
    await page.getByRole('button', { name: '找', exact: true }).click();
    await page.getByText('不是上面的人').click();
    await page.getByLabel('姓名', { exact: true }).fill('赵小兰');
    await page.getByLabel('楼号', { exact: true }).fill('5栋');
    await page.getByRole('button', { name: '替他申请加入' }).click();
    await person.getByText('赵小兰').waitFor();
    await page.getByLabel('跟您一起的是').selectOption('');
    await page.getByLabel('纸票上').fill(slip(7));
    await page.getByLabel('纸票上').press('Enter');
    expect(await page.getByRole('alert').textContent()).to.include('先选跟您一起的人');
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    await page.getByLabel('纸票上').press('Enter'); // who it is, and the slip, are still there
    await taken(7, /赵小兰 5栋/);
  });

  it('never marks a slip for somebody else: a refused card, a slip before its card, what is scanned twice, and what was left alone', async () => {
    const { page } = await as('helper', '/tables/1');
    await page.clock.install();
    await page.reload();
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    const told = page.locator('[data-told]');
    const person = page.locator('[data-person]');
    await page.locator('[name=card]').focus();
    await scan(page, card(99));
    await told.getByText('没有这张卡').waitFor();
    await scan(page, slip(8));
    await told.getByText('先扫卡').waitFor();
    await scan(page, card(7));
    await person.getByText('9栋').waitFor();
    expect([await marks(), await page.locator('[name=serial]').inputValue()]).to.deep.equal([7, '']);
    await scan(page, card(7)); // twice
    await scan(page, card(8)); // and then the next person's
    await page.locator('[name=serial]:focus').waitFor();
    await page.clock.fastForward(19_000);
    expect(await person.isVisible()).to.equal(true);
    await page.clock.fastForward(2_000);
    await told.getByText('放久了').waitFor();
    expect([await person.isVisible(), await page.locator('[name=card]').inputValue()]).to.deep.equal([false, '']);
    await scan(page, slip(8));
    await told.getByText('先扫卡').waitFor();
    expect(await marks()).to.equal(7);
    await scan(page, card(8));
    await scan(page, slip(8));
    await told.getByText('记下了').waitFor();
    await scan(page, slip(8)); // twice
    expect(await told.getAttribute('class'), 'it stays noted').to.include('good');
    expect(await marks()).to.equal(8);
    const mark = await collection(Mark).findOne({ serial: slip(8) });
    expect(mark && markedPerson(world.vault, mark)).to.deep.equal({ resident: here.residents[8] });
    await page.locator('[data-lately] li').first().getByRole('button', { name: '撤回' }).click();
    await page.getByText('撤回了。').waitFor();
  });

  it('closes a table that is counted as it is typed, once all is in; a difference needs a reason, and a supervisor who was not there has the last word', async () => {
    const opened = await as('helper', '/tables/1/close', { bypassCSP: true });
    const { page } = opened;
    const isHeldBack = () => page.getByRole('button', { name: '收桌' }).isDisabled();
    const unsent = [{ id: 'x', at: 0, form: {}, who: '' }];
    await page.evaluate(`localStorage.setItem('marks ${here.community}/1', '${JSON.stringify(unsent)}')`);
    await page.reload();
    expect([await isHeldBack(), await page.getByText('还有没送到的').isVisible()]).to.deep.equal([true, true]);
    await page.evaluate(`localStorage.clear()`);
    await page.reload();
    expect([await isHeldBack(), await page.getByText('还有没送到的').isVisible()]).to.deep.equal([false, false]);
    const check = page.locator('[data-check]');
    await page.getByLabel('发出去的').fill('8');
    await page.getByLabel('写坏换掉的').fill('1');
    await page.getByLabel('剩下的空白票').fill('10');
    expect(await check.textContent()).to.equal('空白票还差 1 · 发出的跟记下的差 1');
    await page.getByLabel('剩下的空白票').fill('11');
    await page.getByLabel('发出去的').fill('7');
    await page.getByLabel('写坏换掉的').fill('2');
    expect(await check.textContent()).to.equal('对上了');
    await page.getByLabel('发出去的').fill('8');
    await page.getByLabel('写坏换掉的').fill('1');
    await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
    await looks(opened, 'closing');
    await page.getByRole('button', { name: '收桌' }).click();
    expect(await page.getByRole('alert').textContent()).to.include('写一下原因');
    expect(await page.getByLabel('对不上的话').getAttribute('aria-invalid')).to.equal('true');
    await page.getByLabel('对不上的话').fill('两个人拿了票没有交');
    await page.getByRole('button', { name: '收桌' }).click();
    await page.getByText('收好了。').waitFor();
    const sheet = await sharp({ create: { width: 600, height: 800, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer();
    await page.getByLabel('选照片').setInputFiles({ name: 'sheet.jpg', mimeType: 'image/jpeg', buffer: sheet });
    await page.getByRole('button', { name: '放上照片' }).click();
    await page.getByText('照片收好了。').waitFor();
    await looks(opened, 'closed');
    const picture = new URL((await page.locator('.pictures img').getAttribute('src')) ?? '', web.url);
    expect((await page.request.get(picture.href)).headers()['content-type']).to.equal('image/jpeg');
    expect((await fetch(picture.href.replace('/console/', '/c/'))).status, 'it bears names').to.equal(404);
    await page.context().close();
    expect(await (await form('helper', '/tables/1/mark', { card: card(7), serial: slip(8) })).text()).to.include('这张桌收了');

    expect((await form('cadre', '/tables/1/validate', {})).status).to.equal(403);
    const { page: check2 } = await as('supervisor', '/tables/1');
    expect(await check2.locator('.pictures img').count(), 'sees the sheet').to.equal(1);
    await check2.getByRole('button', { name: '核对过了' }).click();
    await check2.getByText('核对过，没问题').first().waitFor();
    const late = await form('supervisor', '/tables/1/validate', { incident: '少了一张' });
    expect([late.status, await late.text()], 'what was typed is there').to.satisfy(
      ([status, text]: [number, string]) => status === 409 && text.includes('少了一张</textarea>'),
    );
    await check2.context().close();
    expect((await collection(Table).findOne({ '_id.cycle': here.cycle }))?.closed).to.deep.include({ handedOut: 8, reason: '两个人拿了票没有交' });
    const acts = await actsIn(here.community);
    expect(acts.filter((act) => act.startsWith('table.'))).to.deep.equal(
      ['open', 'mark', 'mark', 'mark', 'mark', 'mark', 'undo', 'mark', 'mark', 'mark', 'mark', 'undo', 'close', 'picture', 'validate'].map(
        (act) => `table.${act}`,
      ),
    );
  });

  it('keys a slip of three picks with twelve keys and no mouse; who keys second sees nothing of the first, a third settles, two accept', async () => {
    const earlier = new Date(world.now().getTime() - 60_000);
    await changedTable(world, { cycle: here.cycle, table: 1 }, ({ closed }) => ({ ...(closed && { closed: { ...closed, at: earlier } }) }));
    const says = (picks: string) => (n: number) => `${slip(n).slice(4)} ${picks}`;
    const first = await as('council', '/slips', { bypassCSP: true });
    await first.page.getByRole('button', { name: '1号桌' }).click();
    await first.page.getByRole('heading', { name: '第1批' }).waitFor();
    expect((await form('helper', '/slips/1/slip', { line: '1' })).status, 'who was at the table').to.equal(403);
    await first.page.evaluate(`sessionStorage.keys = 0`);
    await first.page.addInitScript(`addEventListener('keydown', () => { sessionStorage.keys = Number(sessionStorage.keys) + 1; })`);
    await first.page.reload();
    await scan(first.page, says('1 2 3')(0));
    await first.page.getByText(`${printedSerial(slip(0))}录下了`).waitFor();
    expect(Number(await first.page.evaluate('sessionStorage.keys')), 'keys of a slip of three picks').to.be.at.most(12);
    for (const n of [1, 2, 7]) {
      await scan(first.page, says('2')(n));
      await first.page.getByText(`${printedSerial(slip(n))}录下了`).waitFor();
    }
    expect(['4821 3 7', '4821 x', '4821 -', '?', '? 3', '4821 三'].map(typedSlip)).to.deep.equal([
      { serial: '4821', says: { picks: [3, 7] } },
      { serial: '4821', says: 'unreadable' },
      { serial: '4821', says: 'absent' },
      { says: 'unreadable' },
      { says: { picks: [3] } },
      { serial: '4821', says: { picks: [0] } }, // which is no project
    ]);
    await scan(first.page, '0000 9');
    expect(await first.page.getByRole('alert').textContent()).to.include('这张桌没收过');
    expect(await first.page.locator('#line').getAttribute('aria-describedby')).to.include('line-mistake');
    await first.page.locator('#line').fill('');
    await scan(first.page, slip(7).slice(4));
    await first.page.getByText('没有打勾').waitFor();
    await scan(first.page, says('2')(7));
    await first.page.getByText('没有打勾').waitFor({ state: 'detached' });
    await looks(first, 'keying');
    await first.page.getByRole('button', { name: '这批录完了' }).click();
    await first.page.getByText('等第二个人录').waitFor();
    await scan(first.page, says('3')(0));
    expect(await first.page.getByRole('alert').textContent()).to.include('换一个人');

    const second = await as('cadre', '/slips/1');
    expect(await second.page.locator('main').textContent(), 'nothing of the first')
      .to.not.include(printedSerial(slip(0)))
      .and.to.not.include('1 2 3');
    for (const [n, picks] of [
      [0, '1 2 3'],
      [1, '3'],
      [2, '2'],
      [7, '2'],
    ] as const) {
      await scan(second.page, says(picks)(n));
      await second.page.getByText(`${printedSerial(slip(n))}录下了`).waitFor();
    }
    await second.page.getByRole('button', { name: '这批录完了' }).click();
    await second.page.getByText('等第三个人看').waitFor();

    const third = await as('supervisor', '/slips/1', { bypassCSP: true });
    await third.page.getByText(printedSerial(slip(1))).waitFor();
    await looks(third, 'differences');
    await scan(third.page, says('2')(1));
    await third.page.getByText('录下了').waitFor();
    await third.page.getByRole('button', { name: '这批录完了' }).click();
    await third.page.getByText('等两个人收下').waitFor();
    await third.page.getByRole('button', { name: '收下这批' }).click();
    await third.page.getByText('您收下过了，还要另一个人收下').waitFor();
    expect(await third.page.getByRole('button', { name: '收下这批' }).count(), 'the same person twice').to.equal(0);
    expect((await form('supervisor', '/slips/1/accept', {})).status).to.equal(409);
    expect(await collection(Entry).countDocuments({ '_id.cycle': here.cycle })).to.equal(0);
    await second.page.reload();
    await second.page.getByRole('button', { name: '收下这批' }).click();
    await second.page.getByText('已经计入').waitFor();
    expect(await second.page.locator('main').textContent()).to.include('还没加入名册 1');
    expect(await collection(Entry).countDocuments({ '_id.cycle': here.cycle })).to.equal(3);
    const request = await browse(() => web, await cookieOf(world, phoneOf('cadre'))).get(own('/requests/1'));
    expect(await request.text(), 'where it was made').to.include('投票桌上');
    const asked = await form('cadre', '/requests/1/accept', { who: 'new', reason: '户口本看过' });
    await form('supervisor', `${asked.headers.get('location')?.split('?')[0]?.slice(own().length)}/confirm`, {});
    await enterLateJoined(world)();
    await looks(third, 'ready');
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }, { promoteBuffers: true }).toArray();
    expect(entries.map((entry) => decryptSecret(world.vault, entry)).map(({ channel, picks }) => [channel, picks.join()])).to.have.deep.members([
      ['paper', '1,2,3'],
      ['paper', '2'],
      ['paper', '2'],
      ['paper', '2'],
    ]);
    const acts = [first, second, third].flatMap(({ asked }) => asked.filter((address) => /\/slips\/(open|1\/key|1\/accept)$/.test(address))).length;
    const minutes = (2 * 300 * KEY_IN_S + Math.ceil(300 / MOST_IN_BATCH) * acts * (S.touch + S.page)) / 60;
    expect([acts, minutes]).to.satisfy(([count, took]: [number, number]) => count >= 5 && took < 60, '300 slips keyed twice and accepted');
    if (process.env.PRINT_WORK) console.log({ acts, minutes });
    for (const { page } of [first, second, third]) await page.context().close();
  });

  it('enters a ballot beside its voter with a witness: read aloud, then cast; supervisors see who did so more than three times', async () => {
    const opened = await as('cadre', '/assisted', { bypassCSP: true });
    const { page } = opened;
    const enter = async (n: number) => {
      if (n === 11) {
        await page.getByLabel('先找人').fill('小兰');
        await page.getByRole('button', { name: '找' }).click();
        await page.getByLabel('周小兰').check();
      } else await page.getByLabel('选票卡').fill(card(n));
      await page.getByLabel('项目1').check();
      await page.getByLabel('项目3').check();
    };
    await enter(99);
    await page.getByRole('button', { name: '念给本人听' }).click();
    expect(await page.getByRole('alert').textContent(), 'before anything is read aloud').to.include('没有这张卡');
    await enter(8);
    await page.getByLabel('凭证也发短信').check();
    await page.getByRole('button', { name: '念给本人听' }).click();
    expect(await page.getByRole('alert').textContent()).to.include('选一个作证的人');
    expect(await page.getByLabel('谁作证').getAttribute('aria-invalid')).to.equal('true');
    expect(await page.getByLabel('凭证也发短信').isChecked(), 'stays ticked').to.equal(true);
    await looks(opened, 'assisted');
    for (const n of [8, 9, 10, 11]) {
      await enter(n);
      await page.getByLabel('谁作证').selectOption({ label: '老周' });
      await page.getByRole('button', { name: '念给本人听' }).click();
      expect(await page.locator('blockquote').textContent())
        .to.include('项目1')
        .and.to.include('项目3')
        .and.not.to.include('项目2');
      if (n === 8) await looks(opened, 'assisted-aloud');
      await page.getByRole('button', { name: '本人说对，投' }).click();
      expect((await page.locator('.digits').textContent())?.replaceAll(' ', '')).to.match(/^\d{10}$/);
      if (n === 8) await looks(opened, 'assisted-cast');
      const many = await (await browse(() => web, await cookieOf(world, phoneOf('supervisor'))).get(own('/tables'))).text();
      expect(many.includes('一个人帮了3张以上的'), `after ${n - 7}`).to.equal(n === 11);
      await page.getByRole('link', { name: '下一位' }).click();
    }
    await page.context().close();
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }, { promoteBuffers: true }).toArray();
    const assisted = entries.map((entry) => decryptSecret(world.vault, entry)).filter(({ channel }) => channel === 'assisted');
    expect(assisted).to.have.length(4);
    expect(assisted[0]).to.deep.include({ picks: [1, 3], by: 'cadre的王芳、老周' });
    expect((await form('council', '/assisted/cast', { card: card(8), pick: '1', witness: 'x', key: 'x' })).status).to.equal(403);
  });

  it('opens no batch once the slips are closed', async () => {
    const offers = async () =>
      (await (await browse(() => web, await cookieOf(world, phoneOf('cadre'))).get(own('/slips'))).text()).includes('开一批');
    expect(await offers()).to.equal(true);
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 1_000) } });
    while (await offers()) await sleep(100); // a cycle is known for a moment
  });
});
