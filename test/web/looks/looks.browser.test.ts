import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { keepTurnoutShares, sealDue } from '../../../src/fund/ballots/index.ts';
import type { World } from '../../../src/store/world.ts';
import { SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { otherThan } from '../../support/samePicture.ts';
import type { Town } from '../../support/town.ts';
import { cookieOf, inSession, phoneOf, staffAll } from '../console/office.ts';
import { carryOut, castAll, ENDS, neighbourhood, VOTES } from '../neighbourhood.ts';
import { useServed } from '../serve.ts';
import { type SpecimenPart, specimen } from './specimen.ts';

const KEPT = 'test/web/looks/kept';
const SPECIMEN: readonly SpecimenPart[] = ['type', 'room', 'colours', 'forms', 'lists', 'charts'];
/** Pages of the console, at the two widths and in the two lights, of each no more than a screen. */
const PAGES = ['', '/proposals', '/turnout', '/people', '/calendar', '/month?month=2026-12'] as const;

describe('the looks that a person has judged (docs/design.md)', () => {
  const { world: real } = useDatabase('kept');
  let now = VOTES;
  const world: World = { ...real, now: () => now };
  const open = useBrowser([], { fonts: 'printed' });
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });

  before(async () => {
    here = await neighbourhood(world, 'qingsong', 1);
    await staffAll(world, here.community);
    now = new Date(VOTES.getTime() + 1);
    await castAll(world, here);
    now = new Date(ENDS.getTime() + 11_000);
    await sealDue(world)();
    await keepTurnoutShares(world)(here.cycle);
    await carryOut(world, here, [5, 5, 4, 4, 3, 5, 5, 4, 5, 4, 5]);
  });

  /** What is another than expected, of a page or of the part of it with this id. */
  async function other(page: Page, name: string, id?: string): Promise<string[]> {
    await page.evaluate('document.fonts.ready');
    const picture = id === undefined ? await page.screenshot() : await page.locator(`#${id}`).screenshot();
    const problem = await otherThan(`${KEPT}/${name}.webp`, picture);
    return problem === undefined ? [] : [problem];
  }

  it('are those of what pages are made of', async () => {
    const page = await specimen();
    const wrong: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const opened = await open(`${web.url}/assets/none`, { colorScheme, viewport: { width: 720, height: 900 } });
      await opened.page.route('**/specimen', (route) => route.fulfill({ contentType: 'text/html', body: page }));
      await opened.page.goto(`${web.url}/specimen`);
      for (const part of SPECIMEN) wrong.push(...(await other(opened.page, `${part}-${colorScheme}`, part)));
      await opened.page.context().close();
    }
    expect(wrong).to.deep.equal([]);
  });

  for (const [size, colorScheme] of [
    ['phone', 'light'],
    ['desktop', 'dark'],
  ] as const)
    it(`are those of the console’s pages, ${size}, ${colorScheme}`, async () => {
      const prepare = inSession(web.url, await cookieOf(world, phoneOf('cadre')));
      const { page } = await open(`${web.url}/assets/none`, { colorScheme, viewport: SIZES[size] }, prepare);
      const wrong: string[] = [];
      for (const path of PAGES) {
        await page.goto(`${web.url}/console/${here.community}${path}`);
        wrong.push(...(await other(page, `${path.split('?')[0]?.slice(1).replaceAll('/', '-') || 'today'}-${size}`)));
      }
      expect(wrong).to.deep.equal([]);
    });
});
