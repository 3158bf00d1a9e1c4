import { expect } from 'chai';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { type StartedDemo, startDemo } from '../startDemo.ts';

describe('the clock on the simulator’s page', () => {
  const { world } = useDatabase('clockBar');
  const open = useBrowser();
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo({ ...world });
  });
  after(() => demo.stop());

  const opened = async (query = '') => {
    const { page, problems } = await open(`${demo.url}/simulator${query}`, { reducedMotion: 'reduce' });
    await page.locator('.clock time:not(:empty)').waitFor();
    return { page, problems };
  };

  it('goes to the next thing that happens, whose texts the phones get; another window shows the same time', async () => {
    const [{ page, problems }, { page: other }] = [await opened(), await opened('?lang=en')];
    await page.locator('#single .tries button', { hasText: '投 3 7' }).click();
    await page.locator('#single .answer').waitFor();
    expect(await page.locator('.clock .next').textContent()).to.match(/^接着是.*20:00：提醒没投的人$/);
    await page.locator('.clock .leap').click();
    await page.locator('#shared .started', { hasText: '您还没投' }).waitFor();
    await other.locator('#english .started', { hasText: 'you have not voted yet' }).waitFor();
    expect(await page.locator('#single .started').count(), 'to who has voted').to.equal(0);
    const shown = await page.locator('.clock time').getAttribute('datetime');
    await other.locator(`.clock time[datetime^="${shown?.slice(0, 13)}"]`).waitFor();
    expect(problems).to.deep.equal([]);
    for (const window of [page, other]) await window.context().close();
  });

  it('plays the round to its end, where nothing more can be gone to; a move that fails is told', async () => {
    const { page } = await opened();
    await page.route('**/simulator/clock', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()), { times: 1 });
    await page.locator('.clock [data-hours="24"]').click();
    await page.locator('.clock .problem', { hasText: '再试一次' }).waitFor();

    await page.clock.install(); // the page waits some seconds between two steps
    await page.locator('.clock .play').click();
    await page.locator('.clock .play', { hasText: '停下' }).waitFor();
    while ((await page.locator('.clock .next', { hasText: '没有别的事了' }).count()) === 0) await page.clock.runFor(1_000);
    await page.locator('#entries li', { hasText: '投票底册封存' }).waitFor({ timeout: 20_000 });
    await page.clock.runFor(5_000);
    await page.locator('.clock .play:disabled', { hasText: '一步步走完' }).waitFor();
    expect(await page.locator('.clock .leap').isDisabled()).to.equal(true);
    expect(await wcagProblems(page)).to.deep.equal([]);
  });
});
