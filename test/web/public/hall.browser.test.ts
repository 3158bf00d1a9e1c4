import { join } from 'node:path';
import { expect } from 'chai';
import { castBallot } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { SHOTS, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import type { Town } from '../../support/town.ts';
import { DAY } from '../community.ts';
import { castAll, ENDS, neighbourhood, PROPOSES, seal, VOTERS, VOTES, VOTES_FOR } from '../neighbourhood.ts';
import { useServed } from '../serve.ts';

const SCREENS = {
  big: { viewport: { width: 1920, height: 1080 }, colorScheme: 'light', locale: 'zh-CN' },
  desktop: { viewport: { width: 1280, height: 720 }, colorScheme: 'dark', locale: 'en' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', locale: 'zh-CN' },
  dark: { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'en' },
} as const;
/** Of the screen's height: 3 cm on a screen of 55 inches, which is read from ten metres. */
const READABLE = 0.044;

describe("a hall's screen", () => {
  const database = useDatabase('hall');
  const open = useBrowser();
  let now = new Date(VOTES.getTime() + 2 * DAY);
  const world: World = { ...database.world, now: () => now };
  const web = useServed(world);
  let here: Town;

  before(async () => {
    here = await neighbourhood(world, 'qingsong', 1);
    await neighbourhood(world, 'many', 2);
    const more = Array.from({ length: 13 }, (_, n) => ({ number: n + 10, title: `第${n}号楼前面的台阶改成坡道，两边装扶手`, cost: 12_000 }));
    await collection(Cycle).updateOne({ _id: 'many-2026' }, { $push: { projects: { $each: more } }, $unset: { lot: 1 } });
  });

  /** Looks at the screen at every size: nothing is cut off, and nobody needs to scroll before a wall. */
  async function look(slug: string, name: string): Promise<void> {
    for (const [screen, options] of Object.entries(SCREENS)) {
      const { page, problems } = await open(`${web.url}/c/${slug}/hall`, { ...options, bypassCSP: true, reducedMotion: 'reduce' });
      const what = `${name} ${screen}`;
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `hall-${what.replaceAll(' ', '-')}.png`), fullPage: true });
      const { width, height } = options.viewport;
      const whole = await page.evaluate<{ width: number; height: number }>(
        '({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })',
      );
      expect(whole.width, `${what} scrolls sideways`).to.be.at.most(width);
      if (width > 1_000) {
        expect(whole.height, `${what} is higher than the screen`).to.be.at.most(height);
        for (const place of ['.number', 'li span', 'h1', '.left']) {
          const sizes = await page.evaluate<number[]>(
            `[...document.querySelectorAll('${place}')].map((one) => Number.parseFloat(getComputedStyle(one).fontSize))`,
          );
          for (const size of sizes) expect(size / height, `${what}: type of ${place}`).to.be.at.least(READABLE);
        }
      }
      expect(await wcagProblems(page), what).to.deep.equal([]);
      expect(problems, what).to.deep.equal([]);
      await page.context().close();
    }
  }

  it('says in each stage what can be done in it: a proposal or a support, an objection beside the list; no vote before it opens', async () => {
    now = new Date(PROPOSES.getTime() + 8 * DAY);
    await look('qingsong', 'propose');
    expect(await (await web.get('/c/qingsong/hall?lang=zh')).text())
      .to.include('提议 您想办的事')
      .and.include('支持 号码')
      .and.not.match(/>投 □|按1/);
    now = new Date(PROPOSES.getTime() + 18 * DAY);
    await look('qingsong', 'publish');
    const published = await (await web.get('/c/qingsong/hall?lang=zh')).text();
    expect(published)
      .to.include('异议 号码 您的话')
      .and.include('社区花园')
      .and.not.match(/投 □|按1/);
    now = new Date(VOTES.getTime() + 2 * DAY);
    expect(await (await web.get('/c/qingsong/hall?lang=zh')).text(), 'as many boxes as one may choose').to.include('投 □ □ □<');
  });

  it('says how to vote, for what, how many have and how long still; no count by project', async () => {
    await castAll(world, here);
    now = new Date(now.getTime() + DAY);
    await look('qingsong', 'open');
    await look('many', 'many');
    const text = await (await web.get('/c/qingsong/hall')).text();
    expect(text).to.include(`220位居民里，${VOTERS}位投了票`).and.to.include('11天12小时').and.to.include('社区花园');
    for (const votes of Object.values(VOTES_FOR)) expect(text).not.to.match(new RegExp(`\\b${votes}票`));
    expect(await (await web.get('/c/qingsong/hall?lang=en')).text()).to.include('11 d 12 h left');
    expect(text, 'without scripts it is loaded again').to.match(/<noscript><meta http-equiv="refresh"/);
  });

  it('shows more projects than fit in turn, each as long', async () => {
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      now = new Date(now.getTime() + 10_000);
      seen.push(...[...(await (await web.get('/c/many/hall')).text()).matchAll(/<li><b>(\d+)</g)].map(([, number = '']) => number));
    }
    expect(seen).to.have.length(17);
    expect(new Set(seen).size).to.equal(17);
  });

  it('is renewed by itself, part by part, and says if it cannot be', async () => {
    const { page } = await open('about:blank');
    await page.clock.install();
    await page.goto(`${web.url}/c/qingsong/hall`);
    await page.locator('.ways').evaluate((part) => part.setAttribute('data-mark', 'the same'));
    await castBallot(world, { picks: [1] }, here.act(200, { at: now }));
    now = new Date(now.getTime() + 20_000);
    const told = page.getByText(`220位居民里，${VOTERS + 1}位投了票`);
    for (let turns = 0; turns < 5 && !(await told.isVisible()); turns += 1) {
      const answered = page.waitForResponse(/hall$/);
      await page.clock.fastForward(10_000);
      await (await answered).finished();
      now = new Date(now.getTime() + 2_000);
    }
    await told.waitFor();
    expect(await page.locator('.ways').getAttribute('data-mark')).to.equal('the same');
    await page.context().setOffline(true);
    for (let turns = 0; turns < 3; turns += 1) {
      const failed = page.waitForEvent('requestfailed');
      await page.clock.fastForward(10_000);
      await failed;
    }
    await page.getByText('现在连不上').waitFor();
    expect(await told.isVisible()).to.equal(true);
  });

  it('says after the close that it is being counted, and then the result, a bar for each project', async () => {
    now = new Date(ENDS.getTime() + 1_000);
    const counting = await (await web.get('/c/qingsong/hall')).text();
    expect(counting).to.include('投完了，正在数票').and.not.to.include('class="bars"');
    now = new Date(ENDS.getTime() + 10_000);
    await seal(world);
    now = new Date(ENDS.getTime() + DAY);
    let text = counting;
    while (text.includes('正在数票')) {
      now = new Date(now.getTime() + 2_000); // the screen waits for the count only so long, and is kept for a second
      text = await (await web.get('/c/qingsong/hall')).text();
    }
    await look('qingsong', 'result');
    expect(
      [...text.matchAll(/<li(?: class="won")?><b>(\d)<.*?<strong>(\d+)票<\/strong> <em>(.*?)<\/em>/g)].map(([, ...found]) => found),
    ).to.deep.equal([
      ['3', '99', '选上'],
      ['7', '75', '选上'],
      ['1', '53', ''],
      ['2', '29', ''],
    ]);
  });
});
