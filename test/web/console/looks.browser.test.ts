import { expect } from 'chai';
import type { BrowserContext } from 'playwright-core';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { operator, type StaffRole } from '../../../src/fund/people/actor.ts';
import { Broadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { expectReadable } from '../../support/readable.ts';
import { addStaff } from '../../support/staff.ts';
import { town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf } from './office.ts';
import { OPENS, wholeTown } from './wholeTown.ts';

type Who = StaffRole | 'nobody';

/** What is read where two towns are, by whom; OWN is `/console/SLUG`, OPEN `/c/SLUG`, NOW and BEFORE are cycles. */
const PAGES: readonly (readonly [who: Who, paths: string])[] = [
  [
    'cadre',
    `OWN OWN/proposals OWN/proposals?view=unsorted OWN/proposals/2 OWN/proposals/6 OWN/proposals/round OWN/proposals/opinions OWN/proposals/new OWN/places
     OWN/people OWN/people/RESIDENT OWN/people/new OWN/people/import OWN/people/locks OWN/people/cards OWN/people/staff OWN/requests OWN/requests/1 OWN/find?q=路灯 OWN/group-texts
     OWN/inbox OWN/inbox/2 OWN/inbox/6 OWN/recordings OWN/recordings/SPOKEN OWN/messages OWN/messages/new OWN/messages/SENT OWN/messages/SENT/each`,
  ],
  [
    'cadre',
    `OWN/meetings OWN/meetings/NOW/1 OWN/meetings/NOW/2 OWN/publication OWN/hall OWN/tables OWN/tables/1 OWN/tables/2 OWN/tables/2/close
     OWN/slips OWN/slips/1 OWN/slips/2 OWN/assisted OWN/compare OWN/kiosk OWN/ballot OWN/ballot/project?at=3 OWN/works?cycle=BEFORE OWN/works/BEFORE/3 OWN/works/BEFORE/4 OWN/works/BEFORE/5 OWN/works/BEFORE/7
     OWN/account?cycle=BEFORE OWN/calendar OWN/calendar/new?from=NOW OWN/turnout OWN/month OWN/print OWN/log OWN/second OWN/second/1 /console/devices OWN/nothing`,
  ],
  ['supervisor', 'OWN OWN/second/2 OWN/second/6 OWN/tables OWN/tables/3'],
  ['council', 'OWN/slips/3'],
  ['helper', 'OWN/tables/2'],
  ['implementer', 'OWN/works/BEFORE/3'],
  ['office', '/console OWN OWN/slips'],
  [
    'nobody',
    '/console/help /console/sign-in /console/sign-in/digits /console/link/used OPEN OPEN/proposals OPEN/proposals/2 OPEN/log OPEN/meetings OPEN/report OPEN/poster OPEN/works/3?cycle=BEFORE',
  ],
];

describe('every page of a community that has everything', function () {
  this.timeout(600_000);
  const { world: real } = useDatabase('looks');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  const open = useBrowser();
  let web: Served;
  let places: Readonly<Record<string, string>>;

  before(async () => {
    const { here, before } = await wholeTown(
      world,
      (moment) => {
        now = moment;
      },
      [[[1, 2], 30]],
    );
    const other = await town(world);
    await addStaff(world)(other.community, { name: '办事处', phone: phoneOf('office'), role: 'office' }, operator('李姐'));
    const sent = await collection(Broadcast).findOne({ community: here.community });
    places = {
      ...{ OWN: `/console/${here.community}`, OPEN: `/c/${here.community}`, NOW: here.cycle, BEFORE: before },
      ...{ RESIDENT: here.residents[0] ?? '', SENT: sent?._id ?? '', SPOKEN: recordingId(world.vault, 'REq') },
    };
    web = await serve(world, { publicUrl: 'http://localhost' });
  });
  after(() => web.close());

  for (const [who, paths] of PAGES)
    it(`can be read by everybody, light and dark, on a phone and on a desk: what ${who} reads, from ${paths.split(/\s/)[0]} on`, async () => {
      const prepare = who === 'nobody' ? signing : inSession(web.url, await cookieOf(world, phoneOf(who)));
      const { page, problems } = await open(`${web.url}/assets/none`, {}, prepare);
      await ran(page.context());
      for (const path of paths.split(/\s+/)) {
        const address = path.replaceAll(/[A-Z]{3,}/g, (place) => places[place] ?? place);
        for (const [lang, colorScheme] of [
          ['zh', 'light'],
          ['en', 'dark'],
        ] as const) {
          const before = problems.length;
          await page.emulateMedia({ colorScheme });
          const answer = await page.goto(`${web.url}${address}${address.includes('?') ? '&' : '?'}lang=${lang}`);
          await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
          await expectReadable(page, `whole ${who} ${path} ${lang}`);
          expect(
            await page.evaluate('[document.querySelectorAll("[onerror], [src=x]").length, document.documentElement.dataset.ran]'),
            path,
          ).to.deep.equal([0, undefined]);
          expect(
            problems.slice(before).filter((problem) => answer?.status() !== 404 || !problem.includes('404')),
            `${who} ${path} ${lang}`,
          ).to.deep.equal([]);
        }
      }
      await page.context().close();
    });

  /** A window in which a phone number was typed, so that its digits are asked for. */
  async function signing(context: BrowserContext): Promise<void> {
    await context.request.post(`${web.url}/console/sign-in`, { form: { phone: '13900000001' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
  }

  /** What somebody wrote leaves a mark if it runs. */
  async function ran(context: BrowserContext): Promise<void> {
    await context.addInitScript('globalThis.xss = () => { document.documentElement.dataset.ran = "yes"; }');
  }
});
