import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { expect } from 'chai';
import { FileBox } from 'file-box';
import { banner } from '../../../src/demo/simulator/view.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import type { World } from '../../../src/store/world.ts';
import { type Opened, SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { begunWrong, tornWords } from '../../support/readable.ts';
import type { Town } from '../../support/town.ts';
import { DAY } from '../community.ts';
import { carryOut, castAll, ENDS, neighbourhood, PROPOSES, seal, VOTERS, VOTES } from '../neighbourhood.ts';
import { type Served, serve } from '../serve.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Every public page, at what moments it is looked at, and of which towns: SLUG stands for one. */
const PAGES: readonly (readonly [name: string, path: string, moments: string, towns?: string])[] = [
  ['home', '/', 'proposing voting'],
  ['page', '/c/SLUG', 'proposing published voting counting counted', 'qingsong forty'],
  ['poster', '/c/SLUG/poster', 'proposing published voting counted', 'qingsong forty'],
  ['hall', '/c/SLUG/hall', 'proposing published voting counting counted', 'qingsong forty'],
  ['report', '/c/SLUG/report', 'proposing voting counted', 'qingsong forty'],
  ['proposals', '/c/SLUG/proposals', 'proposing counted', 'qingsong'],
  ['proposal', '/c/SLUG/proposals/1', 'proposing counted', 'qingsong'],
  ['works', '/c/SLUG/works/3', 'counted', 'qingsong'],
  ['log', '/c/SLUG/log', 'voting counted', 'qingsong'],
  ['meetings', '/c/SLUG/meetings', 'voting', 'qingsong'],
  ['data', '/c/SLUG/data', 'proposing counted', 'qingsong'],
  ['all data', '/data', 'proposing'],
  ['unknown', '/c/nowhere', 'proposing'],
  ['unknown below', '/c/SLUG/nothing', 'proposing', 'qingsong'],
];
/** Each is looked at in both languages in each of these ways. */
const WAYS = [
  { size: 'phone', colorScheme: 'light', isTwice: false },
  { size: 'phone', colorScheme: 'dark', isTwice: true },
  { size: 'desktop', colorScheme: 'dark', isTwice: false },
  { size: 'desktop', colorScheme: 'light', isTwice: true },
] as const;

describe('the public pages in a browser', function () {
  this.timeout(900_000); // some forty pages, each looked at in eight ways
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
      hasChat: () => true,
      chatCode: () => FileBox.fromQRCode('http://weixin.qq.com/q/02abc').toBuffer(),
    });
    towns = [
      await neighbourhood(world, 'qingsong', 1, 'public', 8),
      await neighbourhood(world, 'guarded', 2, 'supervisors'),
      await neighbourhood(world, 'forty', 3, 'public', 40),
    ];
  });
  after(() => web.close());

  const at = (moment: number) => {
    now = new Date(moment);
  };

  /** Looks at every page of this moment, in every way. */
  async function look(moment: string): Promise<void> {
    for (const locale of ['zh-CN', 'en']) {
      const visit = await open(`${web.url}/assets/none`, { locale, bypassCSP: true });
      for (const [name, path, moments, of = ''] of PAGES) {
        if (!moments.split(' ').includes(moment)) continue;
        for (const slug of of.split(' ')) await lookAt(visit, path.replace('SLUG', slug), `${name} ${slug} ${moment} ${locale}`);
      }
      await visit.page.context().close();
    }
  }

  async function lookAt(visit: Opened, path: string, name: string): Promise<void> {
    const { page, problems, asked } = visit;
    const before = [problems.length, asked.length];
    const answer = await page.goto(web.url + path);
    for (const { size, colorScheme, isTwice } of WAYS) {
      const what = `${name} ${size}${isTwice ? ' twice' : ''}`;
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(`document.documentElement.style.fontSize = ${isTwice ? "'225%'" : "''"}`);
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${what.replaceAll(' ', '-')}.png`), fullPage: true });
      await fits(visit, what);
      if (!isTwice) expect(await tornWords(page), what).to.deep.equal([]);
      expect(await begunWrong(page), what).to.deep.equal([]);
      if (size === 'phone' && !isTwice && (await page.locator('.do').count()) > 0) {
        const ways = await page.locator('.do').boundingBox();
        const above = (await page.locator('.demo').boundingBox())?.height ?? 0; // which no real page has
        expect((ways?.y ?? 0) + (ways?.height ?? 0) - above, `${what}: what can I do now`).to.be.at.most(400);
      }
      expect(await wrongByAxe(visit), what).to.deep.equal([]);
    }
    expect(strayed({ asked: asked.slice(before[1]) }), name).to.deep.equal([]);
    expect(
      problems.slice(before[0]).filter((problem) => answer?.status() !== 404 || !problem.includes('404')),
      name,
    ).to.deep.equal([]);
  }

  /** Addresses of other hosts that a page asked for. */
  function strayed({ asked }: Pick<Opened, 'asked'>): string[] {
    return asked.filter((url) => !url.startsWith(`${web.url}/`) && !url.startsWith('data:'));
  }

  async function fits({ page }: Opened, what: string): Promise<void> {
    const wide = await page.evaluate<string[]>(
      `[document.documentElement, ...document.querySelectorAll('.scrolls')].filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.tagName)`,
    );
    expect(wide, `${what} scrolls sideways`).to.deep.equal([]);
  }

  async function wrongByAxe({ page }: Opened): Promise<string[]> {
    if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
    return page.evaluate<string[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(WCAG)}, resultTypes: ['violations'], preload: false }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
    );
  }

  it('while proposals are collected', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    await look('proposing');
  });

  it('while the list is published', async () => {
    at(PROPOSES.getTime() + 18 * DAY);
    await look('published');
  });

  it('while voting is open', async () => {
    at(VOTES.getTime() + 2 * DAY);
    for (const each of towns) await castAll(world, each);
    await Resident.create({ _id: 'new', community: 'qingsong', role: 'resident', linkedContacts: [], addedAt: new Date(now.getTime() + 1000) });
    at(VOTES.getTime() + 3 * DAY);
    await look('voting');
  });

  it('while the count is under way', async () => {
    at(ENDS.getTime() + 1_000);
    await look('counting');
  });

  it('with the result, and what became of it', async () => {
    at(ENDS.getTime() + 10_000);
    await seal(world);
    at(ENDS.getTime() + DAY);
    for (const each of towns) if (each.community !== 'guarded') await carryOut(world, each, [5, 5, 4, 4, 3]);
    at(ENDS.getTime() + 12 * DAY);
    for (const { community } of towns) while ((await (await web.get(`/c/${community}`)).text()).includes('正在数票')) at(now.getTime() + 2_000);
    await look('counted');
  });

  it('prints the poster with ten projects on one sheet, A4 and A3, in both languages, with the number in the biggest type', async () => {
    at(VOTES.getTime() + 3 * DAY + 60_000);
    for (const lang of ['zh', 'en']) {
      const visit = await open(`${web.url}/c/qingsong/poster?lang=${lang}`, { javaScriptEnabled: false });
      await visit.page.evaluate(`(() => {
        const list = document.querySelector('.projects');
        for (const item of [...list.children].slice(0, 10 - list.children.length)) list.append(item.cloneNode(true));
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
    });

    it('says what it can and cannot check where single ballots are for supervisors', async () => {
      const { text } = await pressed('guarded');
      expect(text).to.include('都对得上').and.include('这里数不了');
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
        const { text } = await pressed('qingsong', { file, with: change });
        expect(text).to.include('对不上').and.include(where).and.not.include('都对得上');
      });
    }
  });
});
