import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { type StartedDemo, startDemo } from '../startDemo.ts';

describe('the simulator’s keypad phone', () => {
  const { world } = useDatabase('keypad');
  const open = useBrowser();
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo({ ...world });
  });
  after(() => demo.stop());

  const opened = async (prepare?: (context: BrowserContext) => Promise<void>) => {
    const { page, problems } = await open(`${demo.url}/simulator`, { viewport: { width: 360, height: 740 } }, prepare);
    await page.locator('#turnout:not(:empty)').waitFor();
    return { page, problems };
  };

  it('a vote by the keyboard alone, spoken and written down; the receipt comes to the SMS phone', async () => {
    const { page, problems } = await opened(withVoice);
    await page.locator('#keypad .handset').focus();
    await page.keyboard.press('Enter');
    await heard(page, '投票，按1');
    expect(await page.locator('#keypad select').isDisabled()).to.equal(true);
    expect(await wcagProblems(page), 'in a call').to.deep.equal([]);
    await page.keyboard.press('1');
    await heard(page, '知道号码，按1');
    await page.keyboard.press('1');
    await heard(page, '按项目号');
    await page.keyboard.type('3#');
    await heard(page, '3号，社区花园。');
    await page.keyboard.type('7#');
    await heard(page, '7号，路灯。');
    await page.keyboard.press('#');
    await heard(page, '投好了');
    await page.keyboard.press('Enter'); // the handset has the focus still
    await page.locator('#keypad .aside', { hasText: '通话结束' }).waitFor();
    expect(await page.locator('#keypad [role="timer"]').textContent()).to.match(/^\d:\d\d$/);

    await page.locator('#single .started', { hasText: '投好了：3 社区花园、7 路灯' }).waitFor();
    await page.locator('#entries li').first().waitFor();
    expect(await collection(Entry).countDocuments()).to.equal(1);
    const spoken = await page.evaluate<string[]>('spoken');
    const written = await page.locator('#keypad .heard').allTextContents();
    expect(spoken).to.include('3号，社区花园。');
    expect(written.map((text) => text.replace('电话里说: ', ''))).to.include.members(spoken);
    expect(problems).to.deep.equal([]);
  });

  it('a key interrupts; silence is asked about, not of who wants to be waited for; without a voice all of it is there to read', async () => {
    const { page } = await opened();
    await page.clock.install();
    const prompts = page.locator('#keypad .heard');
    await page.locator('#keypad [name="waits"]').check();
    await page.locator('#keypad .handset').click();
    await heard(page, '投票，按1');
    await page.locator('#keypad .aside', { hasText: '没有这种语言的声音' }).waitFor();
    await page.locator('#keypad [data-key="1"]').click();
    await heard(page, '知道号码，按1');
    await page.clock.runFor(60_000);
    expect(await page.locator('#keypad .aside', { hasText: '没有按键' }).count()).to.equal(0);

    const before = await prompts.count();
    await page.locator('#keypad [name="waits"]').uncheck();
    await page.clock.runFor(10_000);
    await prompts.nth(before).waitFor();
    expect(await page.locator('#keypad .aside', { hasText: '没有按键' }).count()).to.equal(1);
    await page.locator('#keypad .handset').click();
    await page.locator('#keypad .aside', { hasText: '通话结束' }).waitFor();
  });

  it('a line that breaks is told, and the next call goes through', async () => {
    const { page } = await opened();
    await page.route('**/simulator/call', (route) => route.abort(), { times: 1 });
    await page.locator('#keypad .handset').click();
    await page.locator('#keypad .aside', { hasText: '线路断了' }).waitFor();
    await page.locator('#keypad .handset', { hasText: '拨打' }).click();
    await heard(page, '投票，按1');
  });

  it('takes calls from its own page and phones only, and no step of a call that is over', async () => {
    const step = { do: 'dial', call: '0'.repeat(32), from: '+8613800000001' };
    const own = { origin: demo.url, 'content-type': 'application/json' };
    for (const [status, headers, body] of [
      [403, { ...own, origin: 'http://evil.example' }, step],
      [400, own, { ...step, from: '+8613800000006' }],
      [400, own, { ...step, call: 'x' }],
      [400, own, { do: 'press', call: step.call, keys: '1a' }],
      [409, own, { do: 'press', call: step.call, keys: '1' }],
      [200, own, step],
      [409, own, step],
      [200, own, { do: 'hangUp', call: step.call }],
      [409, own, { do: 'press', call: step.call, keys: '1' }],
    ] as const) {
      const { status: answered } = await fetch(`${demo.url}/simulator/call`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answered, JSON.stringify(body)).to.equal(status);
    }
  });
});

function heard(page: Page, text: string): Promise<void> {
  return page.locator('#keypad .heard', { hasText: text }).first().waitFor();
}

/** A browser with a quick Chinese voice that notes the texts that it was given. */
async function withVoice(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.spoken = [];
    globalThis.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
    Object.defineProperty(globalThis, 'speechSynthesis', { value: {
      getVoices: () => [{ lang: 'zh-CN', name: 'a stub' }],
      speak: (utterance) => { spoken.push(utterance.text); setTimeout(() => utterance.dispatchEvent(new Event('end')), 5); },
      cancel: () => undefined,
    } });
  `);
}
