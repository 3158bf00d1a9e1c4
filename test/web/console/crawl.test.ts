import { expect } from 'chai';
import { castBallot } from '../../../src/fund/ballots/cast/cast.ts';
import { Entry } from '../../../src/fund/ballots/ledger/entry.ts';
import { keepTurnoutShares } from '../../../src/fund/ballots/turnout/turnoutShares.ts';
import { writeInquiry } from '../../../src/fund/inquiries/writeInquiry.ts';
import { operator, STAFF_ROLES } from '../../../src/fund/people/actor.ts';
import { requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { recordProposal } from '../../../src/fund/proposals/recordProposal.ts';
import { addStaff } from '../../../src/fund/staff/changeStaff.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

/** The picks, and how many ballots have each. The count of each project is a number that appears nowhere else on a page: 137, 149 and 163, of 200 voters. */
const BALLOTS: readonly (readonly [picks: readonly number[], times: number])[] = [
  [[1, 2, 3], 60],
  [[1, 2], 37],
  [[1, 3], 40],
  [[2, 3], 52],
  [[3], 11],
];
const COUNTS = [1, 2, 3].map((project) => BALLOTS.filter(([picks]) => picks.includes(project)).reduce((sum, [, times]) => sum + times, 0));
const OPENS = new Date('2026-12-01T08:00:00+08:00');
const CLOSES = new Date('2026-12-11T20:00:00+08:00');
const STRANGER = '+8613900000009';
const MANY = '+8613800000188';
const LI = operator('李姐');
/** Addresses that end a session or begin one, and those of other hosts, are not followed. */
const NOT_FOLLOWED = /^\/(console\/(sign-out|sign-in)|simulator)/;
/** The page of one resident on the roster. These pages are all alike, and the first are enough. */
const PERSON = /\/people\/[\w-]{43}/;
const MOST_PERSONS = 3;
/** More than there are pages; a crawl that finds more goes round in circles. */
const MOST_PAGES = 600;

interface Page {
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

describe('every page that links lead to, before the close', function () {
  this.timeout(240_000);
  const { world: real } = useDatabase('crawl');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  let here: Town;
  let elsewhere: Town;
  let web: Served;
  const found = new Map<string, readonly Page[]>();
  const crawlers = ['nobody', ...STAFF_ROLES, 'many'] as const;

  before(async () => {
    const cycle = {
      choices: { min: 1, max: 3 },
      stages: [
        { stage: 'propose' as const, from: new Date(OPENS.getTime() - 30 * 86_400_000) },
        { stage: 'vote' as const, from: OPENS },
        { stage: 'implement' as const, from: CLOSES },
      ],
      projects: [1, 2, 3].map((number) => ({ number, title: `项目${number}`, cost: 10_000 })),
    };
    here = await town(world, { cycle });
    elsewhere = await town(world);
    const homes = [...Array<string>(300).fill('1栋'), ...Array<string>(222).fill('2栋'), ...Array<string>(8).fill('3栋')];
    const residents = await Promise.all(homes.map((building, n) => here.person(`K${1000 + n}`, { building, phone: `+86${13_700_001_000 + n}` })));
    const actOf = (n: number) => here.act(`+86${13_700_001_000 + n}`, { resident: residents[n] ?? 'nobody' });
    await staffAll(world, here.community);
    await addStaff(world)(here.community, { name: '赵敏', phone: MANY, role: 'cadre' }, LI);
    await addStaff(world)(elsewhere.community, { name: '赵敏', phone: MANY, role: 'supervisor' }, LI);
    await requestMembership(world)({ name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    await writeInquiry(world, here.notify)({ kind: 'question', text: '几点开门？' }, here.act(STRANGER));
    await recordProposal(world)({ text: '修路灯' }, actOf(0));
    now = new Date(OPENS.getTime() + 60_000);
    const all = BALLOTS.flatMap(([picks, times]) => Array.from({ length: times }, () => [...picks]));
    const cast = await Promise.all(all.map((picks, n) => castBallot(world)({ picks }, actOf(n))));
    expect(cast.filter((outcome) => !('receipt' in outcome))).to.deep.equal([]);
    now = new Date(OPENS.getTime() + 30 * 60 * 60 * 1_000);
    await keepTurnoutShares(world)(here.cycle);
    web = await serve(world, { publicUrl: 'http://example.org' });
    for (const who of crawlers) found.set(who, await crawl(who));
  });
  after(() => web.close());

  const cookieFor = (who: (typeof crawlers)[number]) => (who === 'nobody' ? undefined : cookieOf(world, who === 'many' ? MANY : phoneOf(who)));

  /** Follows every link of every page, from the first pages of the console, the public pages and the API. */
  async function crawl(who: (typeof crawlers)[number]): Promise<Page[]> {
    const { get } = browse(() => web, await cookieFor(who));
    const waiting = [
      ...['/', '/console', `/console/${here.community}`, `/c/${here.community}`, `/c/${here.community}/log`, `/c/${here.community}/feed.atom`],
      ...['/api/communities', `/api/cycles/current?community=${here.community}`],
      ...['ballot', 'ledger', 'results', 'ballots', 'proposals', 'publication'].map((file) => `/api/cycles/${here.cycle}/${file}`),
    ];
    const seen = new Set(waiting);
    const tables = new Set<string>();
    let persons = 0;
    const pages: Page[] = [];
    for (const path of waiting) {
      const answer = await get(path);
      const type = answer.headers.get('content-type') ?? '';
      const text = await answer.text();
      pages.push({ path, status: answer.status, text });
      const leads = answer.headers.get('location');
      const links = type.startsWith('text/html') ? [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link) : [];
      for (const link of [...(leads ? [leads] : []), ...links]) {
        const next = pathOf(link, path);
        if (next === undefined || seen.has(next) || NOT_FOLLOWED.test(next)) continue;
        seen.add(next);
        const [table = ''] = next.split('?');
        if (table.endsWith('.xlsx') && tables.has(table)) continue; // the same lines are in the page and in the .csv
        tables.add(table);
        if (PERSON.test(next)) persons += 1;
        if (PERSON.test(next) && persons > MOST_PERSONS) continue;
        waiting.push(next);
      }
      expect(waiting.length, 'pages').to.be.below(MOST_PAGES);
    }
    return pages;
  }

  /** The path of a link to our own host, without the language and the place in the page; undefined if it leads to another host, or to no page. */
  function pathOf(link: string, from: string): string | undefined {
    const url = new URL(link.replaceAll('&amp;', '&'), web.url + from);
    if (url.origin !== web.url || url.pathname.startsWith('/assets/')) return undefined;
    for (const name of ['lang', 'tick', 'sort', 'all', 'done']) url.searchParams.delete(name);
    return url.pathname + url.search;
  }

  const each = (check: (page: Page, who: string) => void) => {
    for (const [who, pages] of found) for (const page of pages) check(page, who);
  };

  it('is found: the tabs of those who work, their exports, the public pages, the API', () => {
    const paths = (who: string) => found.get(who)?.map(({ path }) => path) ?? [];
    for (const page of ['', '/requests', '/requests/1', '/inbox/1', '/turnout', '/turnout.csv', '/log', '/log.csv'])
      expect(
        paths('cadre').some((path) => path.split('?')[0] === `/console/${here.community}${page}`),
        page,
      ).to.equal(true);
    expect(paths('nobody')).to.include(`/c/${here.community}/log`);
    expect(paths('many')).to.include(`/console/${elsewhere.community}`);
  });

  it('is no error of ours, for nobody', () => {
    each(({ path, status }, who) => expect(status, `${who} ${path}`).to.be.below(500));
  });

  it('leads who is signed in to nothing that they may not read', () => {
    for (const who of crawlers)
      for (const { path, status } of found.get(who) ?? [])
        if (path.startsWith(`/console/${here.community}/`) && who !== 'nobody') expect(status, `${who} ${path}`).to.be.oneOf([200, 303]);
  });

  it('tells no count by project', () => {
    expect(COUNTS).to.deep.equal([137, 149, 163]);
    each(({ path, text }, who) => {
      const plain = plainOf(text);
      for (const count of COUNTS) expect(new RegExp(`(?<![\\d.])${count}(?![\\d.])`).test(plain), `${count} for ${who} at ${path}`).to.equal(false);
    });
  });

  it('holds no ballot, no receipt, no pseudonym, no commitment’s opening', async () => {
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }).toArray();
    const secrets = entries.flatMap(({ receipt, voter }) => [receipt ?? '', voter ?? '']).filter((secret) => secret !== '');
    expect(secrets).to.have.length(400);
    each(({ path, text }, who) => {
      expect(text, `${who} ${path}`).to.not.match(/"picks"|"salt"|"voter":/);
      expect(
        secrets.filter((secret) => text.includes(secret)),
        `${who} ${path}`,
      ).to.deep.equal([]);
    });
  });

  it('is 403 for a role that may not read it, though another may; 303 to sign in for nobody; 404 in another community', async () => {
    const ofConsole = [...new Set(STAFF_ROLES.flatMap((role) => (found.get(role) ?? []).filter(isRead).map(({ path }) => path)))];
    expect(ofConsole.length).to.be.above(8);
    for (const role of ['council', 'helper', 'implementer', 'office'] as const) {
      const { get } = browse(() => web, await cookieFor(role));
      const may = new Set((found.get(role) ?? []).filter(isRead).map(({ path }) => pageOf(path)));
      const leads = role === 'helper' || role === 'implementer' ? [`/console/${here.community}`] : []; // to the tables, to their works
      for (const path of ofConsole)
        if (!may.has(pageOf(path)))
          expect((await get(path)).status, `${role} ${path}`).to.be.oneOf(leads.includes(pageOf(path) ?? '') ? [303] : [403, 404]);
    }
    const nobody = browse(() => web);
    const cadre = browse(() => web, await cookieFor('cadre'));
    for (const path of ofConsole) {
      expect((await nobody.get(path)).status, path).to.equal(303);
      expect((await cadre.get(path.replace(here.community, elsewhere.community))).status, path).to.equal(404);
    }
  });

  const pageOf = (path: string) => path.split('?')[0];
  const isRead = ({ path, status }: Page) => path.startsWith(`/console/${here.community}`) && status === 200;
});

/** The text of a page that is compared: without its addresses, pictures and moments, which may contain any number. */
function plainOf(text: string): string {
  return text
    .replaceAll(/<(?:path|rect|svg|link|script)[^>]*>/g, ' ')
    .replaceAll(/(?:href|src|action|datetime|id|for|value)="[^"]*"/g, ' ')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ' ')
    .replaceAll(/\b1\d\d \d{4} \d{4}\b/g, ' ') // a phone
    .replaceAll(/"seq":\d+/g, ' ')
    .replaceAll(/"(?:hash|previous|commitment|detail)":"[0-9a-f]+"/g, ' ');
}
