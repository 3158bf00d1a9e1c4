import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { expect } from 'chai';
import { FileBox } from 'file-box';
import { banner } from '../../../src/demo/simulator/view.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { Resident } from '../../../src/fund/people/resident.ts';
import type { World } from '../../../src/store/world.ts';
import { type Opened, SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { tornWords } from '../../support/readable.ts';
import type { Town } from '../../support/town.ts';
import { DAY } from '../community.ts';
import { carryOut, castAll, ENDS, neighbourhood, PROPOSES, seal, VOTERS, VOTES } from '../neighbourhood.ts';
import { type Served, serve } from '../serve.ts';

const NOWHERE = '/c/nowhere';
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

describe('the public pages in a browser', function () {
  this.timeout(600_000); // some ninety pages, each looked at in six ways
  const database = useDatabase('pages');
  const open = useBrowser();
  let now = PROPOSES;
  let world: World;
  let web: Served;
  let towns: readonly Town[];

  before(async () => {
    world = { ...database.world, now: () => now };
    web = await serve(world, {
      banner: banner(await loadCatalogue()),
      chatCode: () => FileBox.fromQRCode('http://weixin.qq.com/q/02abc').toBuffer(),
    });
    towns = [await neighbourhood(world, 'qingsong', 1), await neighbourhood(world, 'guarded', 2, 'supervisors')];
  });
  after(() => web.close());

  const at = (moment: number) => {
    now = new Date(moment);
  };

  /** Looks at a page at both sizes, light and dark, in both languages. */
  async function look(path: string, name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const locale of colorScheme === 'light' ? ['zh-CN', 'en'] : ['zh-CN']) {
          const what = `${name} ${size} ${colorScheme} ${locale}`;
          const visit = await open(web.url + path, { viewport, colorScheme, locale, bypassCSP: true });
          if (SHOTS) await visit.page.screenshot({ path: join(SHOTS, `${what.replaceAll(' ', '-')}.png`), fullPage: true });
          await fits(visit, what);
          expect(await tornWords(visit.page), what).to.deep.equal([]);
          if (size === 'phone' && (await visit.page.locator('.do').count()) > 0) {
            const ways = await visit.page.locator('.do').boundingBox();
            const above = (await visit.page.locator('.demo').boundingBox())?.height ?? 0; // which no real page has
            expect((ways?.y ?? 0) + (ways?.height ?? 0) - above, `${what}: what can I do now`).to.be.at.most(400);
          }
          expect(await wrongByAxe(visit), what).to.deep.equal([]);
          expect(strayed(visit), what).to.deep.equal([]);
          expect(
            visit.problems.filter((problem) => path !== NOWHERE || !problem.includes('404')),
            what,
          ).to.deep.equal([]);
          await visit.page.context().close();
        }
      }
    }
  }

  /** Addresses of other hosts that a page asked for. */
  function strayed({ asked }: Opened): string[] {
    return asked.filter((url) => !url.startsWith(`${web.url}/`) && !url.startsWith('data:'));
  }

  async function fits({ page }: Opened, what: string): Promise<void> {
    const wide = await page.evaluate<string[]>(
      `[document.documentElement, ...document.querySelectorAll('.scrolls')].filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.tagName)`,
    );
    expect(wide, `${what} scrolls sideways`).to.deep.equal([]);
  }

  async function wrongByAxe({ page }: Opened): Promise<string[]> {
    await page.evaluate(axe.source);
    return page.evaluate<string[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(WCAG)} }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
    );
  }

  it('before the vote', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    await look('/', 'home');
    await look('/c/qingsong', 'before');
    at(PROPOSES.getTime() + 18 * DAY);
    await look('/c/qingsong', 'published');
    await look(NOWHERE, 'unknown');
    await look('/c/qingsong/data', 'data');
    await look('/c/qingsong/poster', 'poster-published');
  });

  it('during the vote', async () => {
    at(VOTES.getTime() + 2 * DAY);
    for (const each of towns) await castAll(world, each);
    await Resident.create({ _id: 'new', community: 'qingsong', role: 'resident', linkedContacts: [], addedAt: new Date(now.getTime() + 1000) });
    at(VOTES.getTime() + 3 * DAY);
    await look('/c/qingsong', 'during');
    await look('/', 'home-during');
    await look('/c/qingsong/poster', 'poster');
  });

  it('after the vote', async () => {
    at(ENDS.getTime() + 1_000);
    await look('/c/qingsong', 'counting');
    at(ENDS.getTime() + 10_000);
    await seal(world);
    at(ENDS.getTime() + DAY);
    const [pines] = towns;
    if (pines) await carryOut(world, pines, [5, 5, 4, 4, 3]);
    at(ENDS.getTime() + 12 * DAY);
    while ((await (await web.get('/c/qingsong')).text()).includes('正在数票')) at(now.getTime() + 2_000);
    await look('/c/qingsong', 'after');
    await look('/c/qingsong/works/3', 'work');
    await look('/c/qingsong/report', 'report');
  });

  it('prints the poster with ten projects on one sheet, A4 and A3, in both languages, with the number in the biggest type', async () => {
    at(VOTES.getTime() + 3 * DAY + 60_000);
    for (const lang of ['zh', 'en']) {
      const visit = await open(`${web.url}/c/qingsong/poster?lang=${lang}`, { javaScriptEnabled: false });
      await visit.page.evaluate(`(() => {
        const list = document.querySelector('.projects');
        for (const item of [...list.children, ...list.children].slice(0, 6)) list.append(item.cloneNode(true));
      })()`);
      for (const format of ['A4', 'A3']) {
        const pdf = await visit.page.pdf({ format, printBackground: false });
        if (SHOTS) await writeFile(join(SHOTS, `poster-${lang}-${format}.pdf`), pdf);
        if (SHOTS && format === 'A4') {
          await visit.page.setViewportSize({ width: 699, height: 988 });
          await visit.page.emulateMedia({ media: 'print', colorScheme: 'light' });
          await visit.page.screenshot({ path: join(SHOTS, `poster-${lang}-A4.png`), fullPage: true });
        }
        expect(pdf.toString('latin1').match(/\/Type \/Page\b/g), `${lang} ${format}`).to.have.length(1);
      }
      await visit.page.context().close();
    }
  });

  it('prints without what only a screen needs', async () => {
    const visit = await open(`${web.url}/c/qingsong`, { viewport: { width: 794, height: 1123 }, bypassCSP: true });
    await visit.page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await fits(visit, 'printed');
    expect(await visit.page.getByRole('button').count()).to.equal(0);
    if (SHOTS) await visit.page.screenshot({ path: join(SHOTS, 'printed.png'), fullPage: true });
    await visit.page.context().close();
  });

  it('reads at twice the text size', async () => {
    for (const path of ['', '/report', '/data', '/works/3', '/proposals', '/log']) {
      const visit = await open(`${web.url}/c/qingsong${path}`, { viewport: SIZES.phone, bypassCSP: true });
      await visit.page.addStyleTag({ content: 'html { font-size: 225% !important }' });
      await fits(visit, `twice the size ${path}`);
      if (SHOTS) await visit.page.screenshot({ path: join(SHOTS, `twice${path.replaceAll('/', '-')}.png`), fullPage: true });
      await visit.page.context().close();
    }
  });

  describe('the check in the browser', () => {
    /** Presses the button and gives what it found. */
    async function pressed(slug: string, change?: { file: string; with: (text: string) => string }): Promise<{ text: string; visit: Opened }> {
      const visit = await open(`${web.url}/c/${slug}`, { viewport: SIZES.phone }, async (context) => {
        if (!change) return;
        await context.route(`**/api/cycles/*/${change.file}`, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, body: change.with(await response.text()) });
        });
      });
      const { page } = visit;
      await page.getByRole('button', { name: '重新数一遍' }).click();
      await page.locator('.found p').first().waitFor();
      const text = (await page.locator('.found').textContent()) ?? '';
      if (SHOTS) await page.locator('#recounting').screenshot({ path: join(SHOTS, `recount-${slug}-${change?.file ?? 'sound'}.png`) });
      return { text, visit };
    }

    it('finds a sound count to be one, under the page’s own policy', async () => {
      const { text, visit } = await pressed('qingsong');
      expect(text)
        .to.include('都对得上')
        .and.include(`投票底册${VOTERS + 1}条`)
        .and.include(`${VOTERS}张选票`);
      expect(text).to.match(/3 社区花园99选上/);
      expect(strayed(visit)).to.deep.equal([]);
      expect(visit.problems).to.deep.equal([]);
      await visit.page.context().close();
    });

    it('says what it can and cannot check where single ballots are for supervisors', async () => {
      const { text, visit } = await pressed('guarded');
      expect(text).to.include('都对得上').and.include('这里数不了');
      await visit.page.context().close();
    });

    for (const { what, file, where, change } of [
      {
        what: 'an entry that was changed',
        file: 'ledger',
        where: 'ledger.ndjson，第57行',
        change: (text: string) => text.replace(/("seq":57,.*"commitment":")(.)/, (_, start, digit) => start + (digit === '0' ? '1' : '0')),
      },
      {
        what: 'a ledger cut short',
        file: 'ledger',
        where: `ledger.ndjson，第${VOTERS + 1}行`,
        change: (text: string) => text.replace(/[^\n]*\n$/, ''),
      },
      { what: 'a stuffed ballot', file: 'ballots', where: 'results.json，第', change: (text: string) => `${text}[3]\n` },
      { what: 'no JSON', file: 'ballots', where: 'ballots.ndjson，第1行', change: (text: string) => `<html>${text}` },
      { what: 'another winner', file: 'results', where: 'results.json，第', change: (text: string) => text.replace('"winners":[3', '"winners":[2') },
      { what: 'another cost', file: 'ballot', where: 'ballot.json，第1行', change: (text: string) => text.replace('"cost":48000', '"cost":4800') },
    ]) {
      it(`tells ${what}, by file and line`, async () => {
        const { text, visit } = await pressed('qingsong', { file, with: change });
        expect(text).to.include('对不上').and.include(where).and.not.include('都对得上');
        await visit.page.context().close();
      });
    }
  });
});
