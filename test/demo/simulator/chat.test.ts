import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { type StartedDemo, startDemo } from '../startDemo.ts';

describe('the simulator’s chat', () => {
  const { world } = useDatabase('chat');
  const open = useBrowser();
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo({ ...world });
  });
  after(() => demo.stop());

  const opened = async (query = '') => {
    const window = await open(`${demo.url}/simulator${query}`, { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
    await window.page.locator('#turnout:not(:empty)').waitFor();
    return window;
  };

  it('follows by a poster, is known by a code on the phone, votes by taps and by voice, and follows no more', async () => {
    const { page, problems } = await opened();
    await page.locator('#chat [data-poster]', { hasText: '3栋' }).click();
    await answered(page, '青松社区3栋');
    await say(page, '13800000001');
    await answered(page, '验证码发到 138****0001');
    const code = /\d{6}/.exec((await page.locator('#single .started').textContent()) ?? '')?.[0] ?? '';
    await say(page, code);
    await answered(page, '认出您了，王');

    await page.locator('#chat [data-click="vote"]').click();
    const menu = page.locator('#chat .menu').last();
    await menu.locator('.tap', { hasText: '社区花园' }).click();
    await answered(page, '投好了：3 社区花园');
    expect(await wcagProblems(page), 'with a menu to tap').to.deep.equal([]);
    await menu.locator('.tap', { hasText: '路灯' }).click();
    await answered(page, '7 路灯。凭证');
    await page.locator('#chat input').fill('健身角');
    await page.locator('#chat .speak').click();
    await answered(page, '2 健身角');
    expect(await collection(Entry).countDocuments()).to.equal(2);
    await page.locator('#entries li').nth(1).waitFor();

    const { page: later } = await opened('?lang=en');
    await later.locator('#chat .spoken', { hasText: '健身角' }).waitFor();
    expect(await later.locator('#chat .menu').last().locator('.tap').count()).to.equal(5);
    await page.locator('#chat .leave').click();
    await later.locator('#chat .posters:visible').waitFor();
    expect(await later.locator('#chat .following').isVisible()).to.equal(false);
    expect(await collection(Entry).countDocuments(), 'the ballot stays').to.equal(2);
    expect(problems).to.deep.equal([]);
    for (const window of [page, later]) await window.context().close();
  });

  it('takes messages from its own page only, and what a chat can send', async () => {
    const own = { origin: demo.url, 'content-type': 'application/json' };
    const message = { do: 'say', id: '1'.repeat(32), text: '进度' };
    for (const [status, headers, body] of [
      [200, own, message],
      [403, { ...own, origin: 'http://evil.example' }, message],
      [400, own, { ...message, id: 'x' }],
      [400, own, { ...message, text: '' }],
      [400, own, { ...message, do: 'tap', item: 'x' }],
      [400, own, { ...message, openid: 'somebody else' }],
    ] as const) {
      const { status: answered } = await fetch(`${demo.url}/simulator/chat`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answered, JSON.stringify(body)).to.equal(status);
    }
  });
});

async function say(page: Page, text: string): Promise<void> {
  await page.locator('#chat input').fill(text);
  await page.locator('#chat input').press('Enter');
}

function answered(page: Page, text: string): Promise<void> {
  return page.locator('#chat .answer', { hasText: text }).last().waitFor();
}
