import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { sealDue } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { enterRest } from '../../../src/fund/paper/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { Broadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { deadWithoutScripts, expectReadable, isTooWideAtTwice, missedByTab, withAxe } from '../../support/readable.ts';
import { addStaff } from '../../support/staff.ts';
import { town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { begun, IS_FILE, notReached } from './addresses.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';
import { CLOSES, OPENS, wholeTown } from './wholeTown.ts';

type Who = StaffRole | 'nobody';

/**
 * What is read where three towns are, by whom; OWN is `/console/SLUG` while its vote is open, EARLY of one whose list is published, EMPTY of one that has nothing,
 * OPEN `/c/SLUG`, NOW and BEFORE are cycles. MENU: whatever the menu of the page before leads to.
 */
const PAGES: readonly (readonly [who: Who, paths: string])[] = [
  [
    'cadre',
    `OWN OWN/proposals OWN/proposals?view=unsorted OWN/proposals/2 OWN/proposals/6 OWN/proposals/round OWN/proposals/opinions OWN/proposals/new OWN/places
     OWN/people OWN/people/RESIDENT OWN/people/new OWN/people/import OWN/people/locks OWN/people/cards OWN/people/staff OWN/requests OWN/requests/1 OWN/find?q=路灯 OWN/group-texts
     OWN/inbox OWN/inbox/2 OWN/inbox/6 OWN/recordings OWN/recordings/SPOKEN OWN/messages OWN/messages/new OWN/messages/SENT OWN/messages/SENT/each OWN/misses`,
  ],
  [
    'cadre',
    `OWN/meetings OWN/meetings/NOW/1 OWN/meetings/NOW/2 OWN/publication OWN/hall OWN/tables OWN/tables/1 OWN/tables/2 OWN/tables/2/close
     OWN/slips OWN/slips/1 OWN/slips/2 OWN/assisted OWN/compare OWN/kiosk OWN/ballot OWN/ballot/project?at=3 OWN/works?cycle=BEFORE OWN/works/BEFORE/3 OWN/works/BEFORE/4 OWN/works/BEFORE/5 OWN/works/BEFORE/7
     OWN/account?cycle=BEFORE OWN/calendar OWN/calendar/new?from=NOW OWN/turnout OWN/month OWN/print OWN/log OWN/second OWN/second/1 /console/devices OWN/nothing`,
  ],
  ['supervisor', 'OWN MENU OWN/second/2 OWN/second/6 OWN/tables/3'],
  ['council', 'OWN MENU OWN/slips/3'],
  ['helper', 'OWN MENU OWN/tables/2'],
  ['implementer', 'OWN MENU OWN/works/BEFORE/3'],
  ['office', '/console OWN MENU OWN/slips'],
  [
    'nobody',
    '/console/help /console/sign-in /console/sign-in/digits /console/link/used OPEN OPEN/proposals OPEN/proposals/2 OPEN/log OPEN/data OPEN/hall / /data OPEN/meetings OPEN/report OPEN/poster OPEN/works/3?cycle=BEFORE',
  ],
  ['cadre', 'EMPTY MENU EMPTY/calendar/new EMPTY/proposals/new EMPTY/people/import EMPTY/people/staff EMPTY/people/cards'],
  ['cadre', 'EARLY MENU EARLY/ballot/project EARLY/ballot/project?at=3 EARLY/proposals/opinions EARLY/proposals/2'],
  ['supervisor', 'EARLY MENU'],
];
const AFTERWARDS: typeof PAGES = [
  ['cadre', 'OWN MENU OWN/compare OWN/slips OWN/tables OWN/works/NOW/1 OWN/group-texts'],
  ['supervisor', 'OWN MENU OWN/compare'],
  ['nobody', 'OPEN OPEN/report'],
];

/** What is read both ways, and of what is seldom read one after the other. */
const BOTH = [
  ['zh', 'light'],
  ['en', 'dark'],
] as const;
const BY_TURNS = [...BOTH, ['zh', 'dark'], ['en', 'light']] as const;

/** Of a page's own content on a phone, below what stands above every page. Pixels. */
const BEGINS_AT = 140;

/** No pages: forms that only lead back, the answers to scripts, what a file or a link opens once. */
const NO_PAGE =
  /^\/(assets|api|log|healthz|readyz|metrics|robots|favicon)|\/kiosk\/|\/(events|mark|who|print\/file|feed\.atom|same|help\/pictures\/:name|pictures|documents|audio)\b|import\/:token|\.pdf$/;

describe('every page of a community that has everything', function () {
  this.timeout(900_000);
  const { world: real } = useDatabase('looks');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  const open = useBrowser();
  const read = new Set<string>();
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let places: Readonly<Record<string, string>>;

  before(async () => {
    const at = (moment: Date) => {
      now = moment;
    };
    const { here, before } = await wholeTown(world, at, [[[1, 2], 30]]);
    const days = (count: number) => new Date(now.getTime() + count * DAY_MS);
    const stages = [
      { stage: 'publish' as const, from: days(-1) },
      { stage: 'vote' as const, from: days(10) },
      { stage: 'implement' as const, from: days(20) },
    ];
    const early = await town(world, { residents: 3, cycle: { stages } });
    await staffAll(world, early.community);
    await begun(world, early);
    const empty = await town(world);
    await collection(Cycle).deleteOne({ _id: empty.cycle });
    await addStaff(world)(empty.community, { name: '王芳', phone: phoneOf('cadre'), role: 'cadre' }, operator('李姐'));
    await addStaff(world)(empty.community, { name: '办事处', phone: phoneOf('office'), role: 'office' }, operator('李姐'));
    const sent = await collection(Broadcast).findOne({ community: here.community });
    places = {
      ...{ OWN: `/console/${here.community}`, EARLY: `/console/${early.community}`, EMPTY: `/console/${empty.community}` },
      ...{ OPEN: `/c/${here.community}`, NOW: here.cycle, BEFORE: before },
      ...{ RESIDENT: here.residents[0] ?? '', SENT: sent?._id ?? '', SPOKEN: recordingId(world.vault, 'REq') },
    };
  });

  for (const [who, paths] of PAGES) it(nameOf(who, paths), () => lookAtAll(who, paths));

  describe('after the close', () => {
    before(async () => {
      now = new Date(CLOSES.getTime() + 3 * DAY_MS);
      await sealDue(world, enterRest(world))();
    });
    for (const [who, paths] of AFTERWARDS) it(nameOf(who, paths), () => lookAtAll(who, paths));
  });

  it('is looked at, or no page', () => {
    expect(notReached(web.app, [...read]).filter((address) => !IS_FILE.test(address) && !NO_PAGE.test(address))).to.deep.equal([]);
  });

  function nameOf(who: Who, paths: string): string {
    return `can be read by everybody, light and dark, on a phone and on a desk, at 200 %, by keys alone, without scripts: what ${who} reads, from ${paths.split(/\s/)[0]} on`;
  }

  async function lookAtAll(who: Who, paths: string): Promise<void> {
    const prepare = who === 'nobody' ? signing : inSession(web.url, await cookieOf(world, phoneOf(who)));
    const { page, problems } = await open(`${web.url}/assets/none`, {}, prepare);
    const plain = (await open(`${web.url}/assets/none`, { javaScriptEnabled: false }, prepare)).page;
    await ran(page.context());
    await withAxe(page.context());
    const wrong: string[] = [];
    for (const path of paths.split(/\s+/)) {
      const ways = path === 'MENU' ? await menuOf(page) : [path];
      for (const [index, way] of ways.entries()) {
        const address = way.replaceAll(/[A-Z]{3,}/g, (place) => places[place] ?? place);
        for (const [lang, colorScheme] of path === 'MENU' ? [BY_TURNS[index % 4] ?? BOTH[0]] : BOTH) {
          const before = problems.length;
          const tell = (found: readonly string[]) => wrong.push(...found.map((each) => `${who} ${way} ${lang}: ${each}`));
          await page.emulateMedia({ colorScheme });
          const answer = await page.goto(`${web.url}${address}${address.includes('?') ? '&' : '?'}lang=${lang}`);
          read.add(new URL(page.url()).pathname);
          if (lang === 'zh') tell((await missedByTab(page)).map((each) => `the keys miss ${each}`));
          await page.setViewportSize(SIZES.phone);
          const begins = await page.evaluate<number>("document.querySelector('.tabs ~ main .wide > *')?.getBoundingClientRect().top ?? 0");
          if (begins > BEGINS_AT) tell([`begins at ${begins} on a phone`]);
          await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
          await expectReadable(page, `whole ${who} ${way} ${lang}`, { wholly: lang === 'zh' ? 'phone' : 'desktop' }).catch((error: Error) =>
            tell([error.message]),
          );
          if (await isTooWideAtTwice(page)) tell(['it is too wide at 200 %']);
          const hostile = await page.evaluate<number>(
            'document.querySelectorAll("[onerror], [src=x]").length + (document.documentElement.dataset.ran ? 1 : 0)',
          );
          if (hostile > 0) tell(['what somebody wrote is there as markup']);
          tell(problems.slice(before).filter((problem) => answer?.status() !== 404 || !problem.includes('404')));
        }
        await plain.goto(`${web.url}${address}`);
        wrong.push(...(await deadWithoutScripts(plain)).map((each) => `${who} ${way} without scripts: ${each}`));
      }
    }
    await page.context().close();
    await plain.context().close();
    expect(wrong.join('\n')).to.equal('');
  }

  /** Where the menu of a page leads, without what it shows already. */
  async function menuOf(page: Page): Promise<string[]> {
    const [here, ...links] = await page.evaluate<string[]>(
      "[location.pathname, ...[...document.querySelectorAll('.tabs a')].map((link) => link.pathname)]",
    );
    return [...new Set(links)].filter((link) => link !== here);
  }

  /** A window in which a phone number was typed, so that its digits are asked for. */
  async function signing(context: BrowserContext): Promise<void> {
    await context.request.post(`${web.url}/console/sign-in`, { form: { phone: '13900000001' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
  }

  /** What somebody wrote leaves a mark if it runs. */
  async function ran(context: BrowserContext): Promise<void> {
    await context.addInitScript('globalThis.xss = () => { document.documentElement.dataset.ran = "yes"; }');
  }
});
