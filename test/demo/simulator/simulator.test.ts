import { request } from 'node:http';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { Staff } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { runScript } from '../../support/runScript.ts';
import { startService } from '../../support/service.ts';
import { addStaff } from '../../support/staff.ts';
import { town } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { type StartedDemo, startDemo } from '../startDemo.ts';

type Who = 'single' | 'shared' | 'stranger' | 'english';

describe('the simulator', () => {
  const { world, uri } = useDatabase('simulator');
  const open = useBrowser();
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo({ ...world });
  });
  after(() => demo.stop());

  const opened = async (query = '', options = {}) => {
    const window = await open(`${demo.url}/simulator${query}`, options);
    await window.page.locator('#turnout:not(:empty)').waitFor();
    return window;
  };

  it('a whole vote and a change of mind, each an entry of the ledger beside it', async () => {
    const { page } = await opened();
    const voted = await tap(page, 'single', '投 3 7');
    expect(voted).to.match(/^投好了：3 社区花园、7 路灯。凭证 \d{3} \d{3} \d{4}。/);
    await page.locator('#entries li').nth(0).waitFor();
    expect(await page.locator('#entries').textContent()).to.include(receiptIn(voted));
    expect(await page.locator('#single .answer small').textContent()).to.match(/^\d+字，算2条$/);

    expect(await tap(page, 'single', '换成花园和扶手')).to.include('改成这样：3 社区花园、1 楼道扶手');
    const changed = await tap(page, 'single', '是的');
    expect(changed).to.include('改好了，现在只投：1 楼道扶手、3 社区花园');
    await page.locator('#entries li').nth(1).waitFor();
    expect(await page.locator('#entries').textContent()).to.include(receiptIn(changed));
    await page.locator('#turnout', { hasText: '12人里投了1人' }).waitFor();
    const entries = await collection(Entry).find().sort({ '_id.seq': 1 }).toArray();
    expect(await page.locator('#entries li').last().textContent()).to.include(entries[1]?.commitment?.slice(0, 8));
  });

  it('the six digits of whoever signs in to the console come to the phone of their own', async () => {
    const { page } = await opened();
    const phones = await page.locator('.staff .device').evaluateAll((all) => all.map(({ id, dataset }) => ({ id, number: dataset.number ?? '' })));
    expect(phones.map(({ number }) => number)).to.include.members(['+8613800000021', '+8613800000012', '+8613800000033']);
    for (const { id, number } of phones) {
      const headers = { 'Sec-Fetch-Site': 'same-origin' };
      await fetch(`${demo.url}/console/sign-in`, { method: 'POST', body: new URLSearchParams({ phone: number }), headers, redirect: 'manual' });
      await page.locator(`#${id} .started`, { hasText: /\d{6}/ }).waitFor();
    }
    expect(await page.locator('.device:not(.staff .device) .started').count(), 'to nobody else').to.equal(0);
  });

  it('so do those of staff of another community that somebody made', async () => {
    const { community } = await town(world, { community: { name: '新村' } });
    await addStaff(world)(community, { name: '吴敏', phone: '+8613911112222', role: 'cadre' }, operator('Li'));
    await until('the phone', async () => (await (await fetch(`${demo.url}/simulator`)).text()).includes('吴敏（新村）')); // phones are looked for once a second
    const headers = { 'Sec-Fetch-Site': 'same-origin' };
    await fetch(`${demo.url}/console/sign-in`, { method: 'POST', body: new URLSearchParams({ phone: '13911112222' }), headers, redirect: 'manual' });
    const { page } = await opened();
    await page.locator('.device[data-number="+8613911112222"] .started', { hasText: /\d{6}/ }).waitFor();
    expect(await page.locator('nav.tabs').textContent()).to.include('吴敏（新村）');
    await page.context().close();
    await collection(Community).deleteMany({ _id: community });
    await collection(Staff).deleteMany({ community });
  });

  it('two residents at once, each on their own phone; a second window sees the same phones, also when it is opened later', async () => {
    const [one, two] = [await opened(), await opened('?lang=en')];
    const [asked, voted] = await Promise.all([tap(one.page, 'shared', '投 1'), tap(two.page, 'english', 'V 3 7')]);
    expect(asked).to.include('回选票卡上的9位数');
    expect(voted).to.match(/^Voted: 3 社区花园, 7 路灯/);
    await one.page.locator('#shared .card').nth(1).click();
    await one.page.locator('#shared input').press('Enter');
    await one.page.locator('#shared .answer', { hasText: '投好了：1 楼道扶手' }).waitFor();
    for (const { page } of [one, two, await opened()]) {
      await page.locator('#english .answer', { hasText: receiptIn(voted) }).waitFor();
      await page.locator('#shared .answer', { hasText: '投好了：1 楼道扶手' }).waitFor();
      expect(await page.locator('#shared .sent').count()).to.equal(2);
      expect(await page.locator('.bubble', { hasText: receiptIn(voted) }).count()).to.equal(1);
      await page.context().close();
    }
  });

  it('what the service starts arrives by itself: a card used elsewhere, and a request that a cadre accepted in another process', async () => {
    const { page } = await opened('', { viewport: { width: 360, height: 740 } });
    await tap(page, 'stranger', '登记');
    expect((await runScript(uri(), 'residents', 'accept', 'qingsong', '1', '--new', '--by', 'Li')).status).to.equal(0);
    await page.locator('#stranger .started', { hasText: '您在名册上了' }).waitFor();

    await page.locator('.tabs a[href="#stranger"]').click();
    await tap(page, 'stranger', '204681717');
    await page.locator('#shared .started', { hasText: '您的选票卡在别的号码上用过一次' }).waitFor();
    const tab = page.locator('.tabs a[href="#shared"]');
    expect(await tab.textContent()).to.equal('李建国、陈桂芳1条新消息');
    await tab.click();
    await page.locator('.tabs a[href="#shared"] [data-unread]:empty').waitFor({ state: 'attached' });
  });

  it("opens the hall's tablet, on which somebody votes with their card and hears of it by text", async () => {
    const { page } = await opened();
    const arrives = page.context().waitForEvent('page');
    await page.locator('#tablet').getByRole('button').click();
    const tablet = await arrives;
    for (const digit of '315820614') await tablet.locator(`[data-key="${digit}"]`).click();
    await tablet.locator('.keys .go').click();
    await tablet.locator('.project').first().click();
    await tablet.locator('.go').click();
    await tablet.locator('.go').click();
    const receipt = await tablet.locator('.receipt').textContent();
    await page.locator('#shared .started', { hasText: `社区平板上投了票，凭证${receipt}` }).waitFor();
    await page.locator('#entries', { hasText: receipt ?? '' }).waitFor();
  });

  it('a text that was not delivered says so, and is sent again; one whose answer alone was lost is not', async () => {
    const { page } = await opened();
    const sent = page.locator('#single .sent', { hasText: '投 2' });
    const before = await collection(Entry).countDocuments();
    const texts: unknown[] = [];
    await page.route('**/simulator/sms', async (route) => {
      texts.push(route.request().postDataJSON());
      if (texts.length === 1) return route.abort();
      await post(`${demo.url}/simulator/sms`, { origin: demo.url, 'content-type': 'application/json' }, texts[1]);
      await page.locator('#single .answer', { hasText: '健身角' }).waitFor();
      await route.abort();
    });
    await page.locator('#single input').fill('投 2');
    await page.locator('#single input').press('Enter');
    await sent.filter({ hasText: '没发出去' }).getByRole('button').click();
    await page.locator('#single .answer', { hasText: '健身角' }).waitFor();
    await sent.filter({ hasText: /^发出: 投 23字，算1条$/ }).waitFor();
    expect(texts[0]).to.deep.equal(texts[1]);
    await post(`${demo.url}/simulator/sms`, { origin: demo.url, 'content-type': 'application/json' }, texts[0]);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
  });

  it('asks no other host, complains of nothing, and keeps WCAG 2.2 AA, wide and narrow, light and dark, in both languages', async () => {
    const { headers } = await fetch(`${demo.url}/simulator`);
    expect(headers.get('content-security-policy')).to.include("default-src 'none'").and.not.include('unsafe');
    for (const [query, options] of [
      ['', {}],
      ['?lang=en', { colorScheme: 'dark' as const }],
      ['', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const }],
      ['?lang=en', { viewport: { width: 360, height: 740 } }],
    ] as const) {
      const { page, asked, problems } = await opened(query, { ...options, reducedMotion: 'reduce' });
      expect(await wcagProblems(page), `${query} ${JSON.stringify(options)}`).to.deep.equal([]);
      expect(asked.filter((address) => !address.startsWith(`${demo.url}/simulator`) && address !== 'data:,')).to.deep.equal([]);
      expect(problems).to.deep.equal([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).to.equal(0);
      await page.context().close();
    }
  });

  it('is used by the keyboard alone', async () => {
    const { page } = await opened();
    await page.locator('#english input').focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter'); // the last suggestion
    await page.locator('#english .answer', { hasText: 'bench at the bus stop' }).waitFor();
  });

  it('takes texts from its own page only, as JSON, from its own phones', async () => {
    const { host } = new URL(demo.url);
    const text = { id: '0'.repeat(32), from: '+8613800000001', text: '查票' };
    const own = { origin: demo.url, host, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    const rebound = { origin: `http://evil.example:${host.split(':')[1]}`, host: `evil.example:${host.split(':')[1]}` };
    const before = await collection(Entry).countDocuments();
    for (const [status, headers, body] of [
      [200, own, text],
      [403, { ...own, origin: undefined }, text],
      [403, { ...own, origin: 'null' }, text],
      [403, { ...own, origin: 'http://evil.example' }, text],
      [403, { ...own, origin: demo.url.replace(/\d+$/, '1') }, text],
      [403, { ...own, 'sec-fetch-site': 'same-site' }, text],
      [403, { ...own, ...rebound }, text],
      [400, { ...own, 'content-type': 'text/plain' }, text],
      [400, own, { ...text, from: '+8613800000006' }],
      [400, own, { ...text, id: 'x' }],
      [400, own, { ...text, text: '' }],
      [400, own, { ...text, text: '投'.repeat(1_601) }],
      [400, own, [text]],
      [413, own, { ...text, text: '投'.repeat(10_000) }],
    ] as const)
      expect((await post(`${demo.url}/simulator/sms`, headers, body)).status, JSON.stringify([headers, body]).slice(0, 300)).to.equal(status);
    expect(await collection(Entry).countDocuments()).to.equal(before);
    expect((await fetch(`${demo.url}/simulator/events`, { headers: { 'sec-fetch-site': 'cross-site' } })).status).to.equal(403);
  });

  it('answers under its own name alone, the console too: no page of another name that leads here signs in or reads', async () => {
    const port = new URL(demo.url).port;
    const asked = (path: string, host: string, body?: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { host: `${host}:${port}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
        const asking = request(`${demo.url}${path}`, { method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asking.once('error', reject).end(body);
      });
    const persona = /name="persona" value="([^"]+)"/.exec(await (await fetch(`${demo.url}/console/sign-in`)).text())?.[1] ?? '';
    const paths = ['/simulator', '/console/sign-in', '/c/qingsong', '/c/qingsong/feed.atom', '/'];
    for (const path of paths) expect([await asked(path, 'evil.example'), await asked(path, '127.0.0.1')], path).to.deep.equal([403, 200]);
    expect(await asked('/console/persona', 'evil.example', `persona=${persona}`)).to.equal(403);
    expect(await asked('/console/persona', 'localhost', `persona=${persona}`)).to.equal(303);
  });

  it('off, each of its addresses is 404', async () => {
    const service = await startService({ ...world });
    for (const path of [
      '/simulator',
      '/simulator/',
      '/simulator/events',
      '/simulator/call',
      '/simulator/chat',
      '/simulator/clock',
      '/simulator/browser/main.js',
      '/simulator/browser/simulator.css',
      '/simulator/browser/colours.css',
    ])
      expect((await fetch(service.url + path)).status, path).to.equal(404);
    const own = { origin: service.url, 'content-type': 'application/json' };
    expect((await post(`${service.url}/simulator/sms`, own, { id: '0'.repeat(32), from: '+8613800000001', text: '投 3' })).status).to.equal(404);
    await service.stop();
  });
});

/** Sends the text of a suggestion and gives the answer. */
async function tap(page: Page, who: Who, suggestion: string): Promise<string> {
  const answers = page.locator(`#${who} .answer`);
  const before = await answers.count();
  await page.locator(`#${who} .tries button`, { hasText: suggestion }).first().click();
  await answers.nth(before).waitFor();
  return ((await answers.nth(before).locator('p').textContent()) ?? '').replace(/^[^:]+:\s*/, '');
}

function receiptIn(text: string): string {
  return /\d{3} \d{3} \d{4}/.exec(text)?.[0] ?? 'no receipt';
}

/** Any header may be set, the host's name too. */
function post(address: string, headers: Readonly<Record<string, string | undefined>>, body: unknown): Promise<{ status: number | undefined }> {
  const given = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return new Promise((resolve, reject) => {
    request(address, { method: 'POST', headers: given, agent: false }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode }));
    })
      .once('error', reject)
      .end(JSON.stringify(body));
  });
}
