import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { decryptSecret, Entry } from '../../../src/fund/ballots/index.ts';
import { Prompt } from '../../../src/fund/communities/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { keepProjectPicture } from '../../../src/fund/projects/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { type Opened, SHOTS, useBrowser } from '../../support/browser.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { movedWorld } from '../../support/movedWorld.ts';
import { wcagProblems } from '../../support/readable.ts';
import { removeStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { useServed } from '../serve.ts';
import { actsIn, browse, cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const LOOKS = [
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light', locale: 'zh-CN' },
  { name: 'phone-dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'en' },
  { name: 'tablet', viewport: { width: 1280, height: 800 }, colorScheme: 'light', locale: 'zh-CN' },
  { name: 'tablet-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', locale: 'en' },
] as const;
/** Nobody's card, with a right check digit. */
const FOREIGN = '910000007';

const PROJECTS = [
  { number: 1, title: '楼道装扶手', cost: 25_000, detail: '1栋和3栋没有电梯，每层楼梯一边装扶手' },
  { number: 2, title: '健身角', cost: 30_000 },
  { number: 3, title: '社区花园', cost: 60_000, detail: '三号院后面那块空地' },
  { number: 7, title: '修路灯', short: '路灯', cost: 48_000 },
];

describe("a hall's tablet", () => {
  const { world: real } = useDatabase('kiosk');
  const { world, clock } = movedWorld(real);
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });

  before(async () => {
    here = await town(world, { residents: 6, cycle: { ...votingNow(world), projects: PROJECTS } });
    const shown = await sharp({ create: { width: 480, height: 360, channels: 3, background: '#7a9' } })
      .jpeg()
      .toBuffer();
    const picture = { large: shown, medium: shown, small: shown, width: 480, height: 360, original: '0'.repeat(64) };
    for (const { number } of PROJECTS) {
      const keep = { cycle: here.cycle, number, pictures: [picture], actor: operator('李姐') };
      expect(await tried(world)(keepProjectPicture, keep)).to.have.property('kept');
    }
    await staffAll(world, here.community);
  });

  const own = (path = '') => `/console/${here.community}/kiosk${path}`;

  /** A tablet that a cadre opened. */
  async function tablet(options: Parameters<typeof open>[1] = {}): Promise<Opened> {
    const opened = await open(web.url + own(), options, inSession(web.url, await cookieOf(world, phoneOf('cadre'))));
    await opened.page.getByRole('button', { name: /在这台平板上开始|Begin on this tablet/ }).click();
    return opened;
  }

  /** A tablet without a browser: what it keeps is its cookie. */
  async function tabletOverHttp() {
    const opening = await browse(() => web, await cookieOf(world, phoneOf('cadre'))).post(own('/open'));
    const kiosk = opening.headers.getSetCookie().find((each) => each.startsWith('kiosk='));
    const { get, post } = browse(() => web, kiosk?.split(';')[0]);
    const shown = async (answer: Response) => ({ status: answer.status, text: await answer.text() });
    const hidden = (name: string, text: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
    return {
      start: async () => shown(await get(own())),
      send: async (step: string, form: Parameters<typeof post>[1]) => shown(await post(own(step), form)),
      hidden,
    };
  }

  async function show(page: Page, digits: string): Promise<void> {
    for (const digit of digits) await page.locator(`[data-key="${digit}"]`).click();
    await page
      .getByRole('button', { name: /下一步|Next/ })
      .last()
      .click();
  }

  async function lastBallot(): Promise<ReturnType<typeof decryptSecret>> {
    const [entry] = await collection(Entry)
      .find({ '_id.cycle': here.cycle }, { sort: { _id: -1 }, limit: 1, promoteBuffers: true })
      .toArray();
    if (!entry) throw new Error('no ballot');
    return decryptSecret(world.vault, entry);
  }

  async function looks(page: Page, { problems }: Opened, name: string, width: number): Promise<void> {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `kiosk-${name}.png`), fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth'), `${name} scrolls sideways`).to.be.at.most(width);
    expect(await wcagProblems(page), name).to.deep.equal([]);
    expect(problems, name).to.deep.equal([]);
  }

  it('takes a vote by touch: card, projects, read back, cast; large, and for everybody to read', async () => {
    for (const [n, { name, ...options }] of LOOKS.entries()) {
      const opened = await tablet({ ...options, bypassCSP: true });
      const { page } = opened;
      const { width } = options.viewport;
      await looks(page, opened, `card-${name}`, width);
      await show(page, card(n));
      await page.locator('.project').nth(1).click();
      await page.locator('.project').nth(2).click();
      await page.waitForFunction("[...document.querySelectorAll('.project img')].every((image) => image.complete)");
      const wide = await page.evaluate("[...document.querySelectorAll('.project img')].map((image) => image.naturalWidth)");
      expect(wide, 'pictures').to.deep.equal(PROJECTS.map(() => 480));
      await looks(page, opened, `picks-${name}`, width);
      for (const place of await page.locator('.project, .go').all()) expect((await place.boundingBox())?.height).to.be.at.least(44);
      await page.locator('.go').click();
      expect(await page.locator('.chosen').textContent())
        .to.include('2')
        .and.to.include('社区花园');
      await looks(page, opened, `back-${name}`, width);
      await page.locator('.go').click();
      expect((await page.locator('.receipt').textContent())?.replaceAll(' ', '')).to.match(/^\d{10}$/);
      await looks(page, opened, `cast-${name}`, width);
      expect(await lastBallot()).to.deep.include({ picks: [2, 3], channel: 'kiosk', withCard: true });
      await page.context().close();
    }
    expect(await actsIn(here.community, 'cadre')).to.deep.equal(LOOKS.map(() => 'kiosk.open'));
  });

  it('works as forms, key by key, without scripts; what was read back can be changed', async () => {
    const { page } = await tablet({ javaScriptEnabled: false });
    await show(page, card(4));
    await page.locator('.project').first().waitFor();
    expect(await page.locator('noscript').count(), 'left in the middle it goes back').to.equal(1);
    expect(await page.locator('meta[http-equiv=refresh]').getAttribute('content')).to.equal(`30; url=${own()}`);
    await page.getByRole('button', { name: '选好了' }).click();
    expect(await page.getByRole('alert').first().textContent()).to.include('还没选');
    for (const n of [0, 1, 2]) await page.locator('.project').nth(n).click();
    await page.locator('.project').nth(3).click();
    await page.getByRole('button', { name: '选好了' }).click();
    expect(await page.getByRole('alert').first().textContent()).to.include('最多选3个');
    await page.locator('.project').nth(3).click();
    await page.getByRole('button', { name: '选好了' }).click();
    await page.getByRole('button', { name: '不对，重选' }).click();
    await page.locator('.project').nth(0).click();
    await page.getByRole('button', { name: '选好了' }).click();
    await page.getByRole('button', { name: '对，投' }).click();
    expect(await page.getByRole('heading').textContent()).to.equal('投好了');
    expect(await lastBallot()).to.deep.include({ picks: [2, 3] });
  });

  it('lets nobody pick more than may be, asks who is silent, and is back at the start after 30 seconds of nothing', async () => {
    const { page } = await tablet();
    await page.clock.install();
    await page.reload();
    await show(page, card(5));
    for (const n of [0, 1, 2, 3]) await page.locator('.project').nth(n).click();
    expect(await page.locator('.project :checked').count()).to.equal(3);
    expect(await page.locator('[data-wrong]').textContent()).to.include('最多选3个');
    await page.clock.fastForward(12_000);
    expect(await page.locator('.still').isVisible()).to.equal(false);
    await page.clock.fastForward(9_000);
    await page.getByRole('button', { name: '在，接着选' }).click();
    expect(await page.locator('.project :checked').count(), 'who was still there goes on').to.equal(3);
    const before = await collection(Entry).countDocuments();
    await page.clock.fastForward(31_000);
    await page.locator('.pad').waitFor();
    expect(await page.locator('[name=card]').inputValue()).to.equal('');
    await page.goBack();
    await page.locator('.pad').waitFor();
    expect(await collection(Entry).countDocuments()).to.equal(before);
    await page.locator('[data-key="1"]').click();
    await page.clock.fastForward(31_000);
    expect(await page.locator('[name=card]').inputValue(), 'digits that somebody left').to.equal('');
  });

  it('reads aloud with the recordings that there are, else in the browser’s voice', async () => {
    const { page } = await tablet();
    const says = async () => JSON.parse((await page.locator('body').getAttribute('data-says')) ?? '[]');
    expect(await says()).to.deep.equal([{ text: '看着您的选票卡，把上面9个数字按进来，再按绿色的键。', language: 'zh-CN' }]);
    const hash = 'a'.repeat(64);
    const recorded = ['kiosk.card', 'number.2', `title.${here.cycle}.2`, 'kiosk.readBack'];
    await Prompt.insertMany(
      recorded.map((key, n) => ({
        ...{ _id: `${here.community}|zh-CN|${key}`, community: here.community, language: 'zh-CN', key, hash: hash.slice(1) + n, seconds: 1 },
        sound: Buffer.from('ID3'),
      })),
    );
    clock.ahead += 2_100; // an import takes effect within two seconds
    await page.reload();
    const [line] = await says();
    expect(line.sounds).to.have.length(1);
    expect((await web.get(line.sounds[0])).headers.get('content-type')).to.equal('audio/mpeg');
    await show(page, card(5));
    const heard = JSON.parse((await page.locator('.project + .listen').nth(1).getAttribute('data-heard')) ?? '[]');
    expect(heard, 'number and title').to.have.length(1);
    expect(heard[0].sounds).to.have.length(2);
  });

  it('locks after five wrong cards, until a cadre opens it anew; a mistyped digit counts for nothing', async () => {
    const { page } = await tablet();
    await show(page, '123456789');
    expect(await page.getByRole('alert').first().textContent()).to.include('数字不对');
    for (const left of ['还能试4次', '还能试3次', '还能试2次', '还能试1次', '先停了']) {
      await show(page, FOREIGN);
      expect(await page.getByRole('alert').first().textContent()).to.include(left);
    }
    await show(page, card(5));
    expect(await page.getByRole('alert').first().textContent(), 'also a right card').to.include('先停了');
    await page.context().close();
    const { page: anew } = await tablet();
    await show(anew, card(5));
    await anew.locator('.project').first().waitFor();
  });

  it('opens nothing else: the cadre is signed out, and whoever ends it signs in again', async () => {
    const { page } = await tablet();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name }) => name))
      .to.include('kiosk')
      .and.not.to.include('staff');
    const kiosk = cookies.find(({ name }) => name === 'kiosk')?.value ?? '';
    const token = kiosk.split('.')[1] ?? '';
    const stranger = browse(() => web, `kiosk=${kiosk}; staff=${token}`);
    for (const path of ['', '/people', '/turnout', '/kiosk/leave', '/log'])
      expect((await stranger.get(`/console/${here.community}${path}`)).status, path).to.equal(303);
    expect((await stranger.post(own('/close'))).status).to.equal(403);
    expect((await browse(() => web, `kiosk=other.${token}`).get('/console/other/kiosk')).status).to.equal(303);
    await page.getByRole('link', { name: '工作人员' }).click();
    expect(page.url()).to.include('/console/sign-in');
    expect((await page.request.get(page.url())).headers().refresh).to.equal(`120; url=${own()}`);
    await inSession(web.url, await cookieOf(world, phoneOf('cadre')))(page.context());
    await page.goto(web.url + own());
    expect(
      (await page.context().cookies()).map(({ name }) => name),
      'nobody stays signed in on it',
    ).not.to.include('staff');
    await inSession(web.url, await cookieOf(world, phoneOf('cadre')))(page.context());
    await page.goto(web.url + own('/leave'));
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'kiosk-leave.png') });
    await page.getByRole('button', { name: '收起平板' }).click();
    await page.getByRole('button', { name: '在这台平板上开始' }).waitFor();
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'kiosk-setup.png') });
    const ended = await browse(() => web, `kiosk=${kiosk}`).get(own());
    expect(ended.status).to.equal(303);
    await page.context().close();
    const forbidden = browse(() => web, await cookieOf(world, phoneOf('helper')));
    expect((await forbidden.post(own('/open'))).status).to.equal(403);
  });

  it('takes nothing again of who was there before, from wherever the way back leads; only who cast sees their receipt twice', async () => {
    const { start, send, hidden } = await tabletOverHttp();
    const before = await collection(Entry).countDocuments();
    const isPad = ({ text }: { text: string }) => text.includes('class="pad"') && !text.includes('name="voter"');
    const shown = { turn: hidden('turn', (await start()).text), card: card(3) };
    expect((await send('/card', shown)).text).to.include('class="project"');
    const picking = await send('/card', shown);
    expect(picking.text, 'an answer that was lost').to.include('class="project"');
    const picked = { voter: hidden('voter', picking.text), pick: '1' };
    const cast = { voter: hidden('voter', (await send('/picks', picked)).text), pick: '1' };
    const receipt = (await send('/cast', cast)).text;
    expect(receipt).to.include('class="receipt"');
    expect((await send('/cast', cast)).text).to.equal(receipt);
    expect(isPad(await send('/picks', picked)), 'picks once they are cast').to.equal(true);
    for (const [step, form] of [
      ['/card', shown],
      ['/picks', picked],
      ['/again', picked],
      ['/cast', cast],
    ] as const)
      expect(isPad(await send(step, form)), step).to.equal(true);
    const left = { turn: hidden('turn', (await start()).text), card: card(4) };
    const another = { voter: hidden('voter', (await send('/card', left)).text), pick: '1' };
    expect(isPad(await start())).to.equal(true);
    for (const [step, form] of [
      ['/card', left],
      ['/picks', another],
      ['/cast', another],
    ] as const)
      expect(isPad(await send(step, form)), `${step} of who went away`).to.equal(true);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
  });

  it('is not kept from the vote, nor staff from their work, by a crowd at the console’s door', async () => {
    const { start, send, hidden } = await tabletOverHttp();
    const madeUp = 'x'.repeat(54);
    const doors = [
      { path: '/console/sign-in' },
      { path: `/console/${here.community}`, cookie: `staff=${madeUp}` },
      { path: own(), cookie: `kiosk=${here.community}.${madeUp}` },
    ];
    let isOver = false;
    let refused: Response | undefined;
    const crowd = Array.from({ length: 240 }, async (_, n) => {
      const { path, cookie } = doors[n % doors.length] ?? { path: '/console' };
      while (!isOver) {
        const answer = await browse(() => web, cookie).get(path);
        if (answer.status === 503 && path === '/console/sign-in') refused ??= answer.clone();
        await answer.text();
        if (answer.status === 503) await sleep(refused ? 200 : 20); // this process is the service, too
      }
    });
    while (!refused) await sleep(10);
    expect(refused.headers.get('refresh')).to.equal('5');
    expect(await refused.text()).to.include('现在太忙');
    const [beginning, staffed] = [await start(), await browse(() => web, await cookieOf(world, phoneOf('cadre'))).get(`/console/${here.community}`)];
    const picking = await send('/card', { turn: hidden('turn', beginning.text), card: card(3) });
    const readBack = await send('/picks', { voter: hidden('voter', picking.text), pick: '2' });
    const cast = await send('/cast', { voter: hidden('voter', readBack.text), pick: '2' });
    isOver = true;
    await Promise.all(crowd);
    expect([beginning, picking, readBack, cast].map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    expect(staffed.status).to.equal(200);
    expect(cast.text).to.include('class="receipt"');
  });

  it('ends as soon as who opened it has the office no more; a step of another tablet is worth nothing', async () => {
    const first = await tablet();
    const other = await tablet();
    await show(first.page, card(5));
    const voter = (await first.page.locator('[name=voter]').getAttribute('value')) ?? '';
    const kiosk = (await other.page.context().cookies()).find(({ name }) => name === 'kiosk')?.value ?? '';
    const before = await collection(Entry).countDocuments();
    const forged = await browse(() => web, `kiosk=${kiosk}`).post(own('/cast'), { voter, pick: '1' });
    expect(await forged.text()).to.include('class="pad"');
    expect(await collection(Entry).countDocuments()).to.equal(before);
    await removeStaff(world)(here.community, { phone: phoneOf('cadre'), role: 'cadre' }, operator('李姐'));
    await first.page.locator('.project').first().click();
    await first.page.locator('.go').click();
    expect(first.page.url()).to.include('/console/sign-in');
    await Promise.all([first, other].map(({ page }) => page.context().close()));
  });
});
