import { expect } from 'chai';
import { decryptSecret, Entry, sealDue } from '../../../src/fund/ballots/index.ts';
import { enterRest } from '../../../src/fund/paper/index.ts';
import { operator, STAFF_ROLES } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { DOCUMENTS } from '../../../src/web/documents.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { addStaff } from '../../support/staff.ts';
import { openKiosk } from '../../support/tables.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { browse, cookieOf, phoneOf } from './office.ts';
import { CLOSES, OPENS, wholeTown } from './wholeTown.ts';
import { type Looked, looked } from './wrongIn.ts';

/** The picks, and how many ballots have each; three slips of paper and one that is entered beside its voter say 1. The count of each project is a number that appears nowhere else. */
const BALLOTS: readonly (readonly [picks: readonly number[], times: number])[] = [
  [[1, 2, 3], 60],
  [[1, 2], 37],
  [[1, 3], 40],
  [[2, 3], 52],
  [[3], 11],
];
const MANY = '+8613800000188';
/** Addresses that end a session or begin one, the guide's pictures, and those of other hosts are not followed. */
const NOT_FOLLOWED = /^\/(console\/(sign-out|sign-in|help\/pictures)|simulator)/;
/** So many pages that differ only in what they are about: one resident or another, one proposal or another. */
const MOST_ALIKE = 3;
/** What is printed before and after the close alike. */
const SAME_AFTERWARDS: ReadonlySet<string> = new Set(['brochure', 'poster']);
/** What is not printed, and why is said on a page: the typeface lacks a character, slips are not drawn yet, or two persons have not released it. */
const LACKING = /minutes\.pdf$|document=(?:compare|result)/;
/** What is open to everybody knows no sessions: one who is signed in reads it, and one who is not. */
const READ_WHAT_IS_OPEN = new Set(['nobody', 'cadre']);
/** More than there are pages; a crawl that finds more goes round in circles. */
const MOST_PAGES = 700;
/** Opens each file that is written apart. Others open one PDF of a kind, and read a table's columns in the .csv alone, as everybody does after the close. */
const OPENS_ALL = 'cadre';

describe('every page that links lead to, before the close', function () {
  this.timeout(900_000);
  const { world: real } = useDatabase('crawl');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  let here: Town;
  let lastYears: string;
  let elsewhere: Town;
  const web = useServed(world, { publicUrl: 'http://example.org' });
  const found = new Map<string, readonly Looked[]>();
  const crawlers = ['nobody', ...STAFF_ROLES, 'many'] as const;

  before(async () => {
    const whole = await wholeTown(
      world,
      (moment) => {
        now = moment;
      },
      BALLOTS,
    );
    here = whole.here;
    lastYears = whole.before;
    elsewhere = await town(world);
    for (const [community, role] of [
      [here.community, 'cadre'],
      [elsewhere.community, 'supervisor'],
    ] as const)
      await addStaff(world)(community, { name: '赵敏', phone: MANY, role }, operator('李姐'));
    for (const who of crawlers) found.set(who, await crawl(who));
    found.set('tablet', await atTablet());
  });

  const cookieFor = (who: string) =>
    who === 'nobody' ? undefined : cookieOf(world, who === 'many' ? MANY : phoneOf(STAFF_ROLES.find((role) => role === who) ?? 'cadre'));

  /** Follows every link of every page, from the first pages of the console, the public pages and the API. */
  async function crawl(who: string): Promise<Looked[]> {
    const { get } = browse(() => web, await cookieFor(who));
    const cycles = [here.cycle, lastYears];
    const ofCycle = [
      'ballot',
      'ledger',
      'results',
      'ballots',
      'proposals',
      'publication',
      'meetings',
      'paper',
      'slips',
      'works',
      'works.csv',
      'account',
      'account.csv',
    ];
    const open = [
      ...['/', ...['', '/log', '/feed.atom', '/hall', '/poster', '/report', '/meetings', '/proposals'].map((page) => `/c/${here.community}${page}`)],
      ...['/api/communities', `/api/cycles/current?community=${here.community}`],
      ...cycles.flatMap((cycle) => ofCycle.map((file) => `/api/cycles/${cycle}/${file}`)),
    ];
    const waiting = [
      ...['/console', `/console/${here.community}`],
      ...(READ_WHAT_IS_OPEN.has(who) ? open : []),
      ...(who === 'cadre'
        ? DOCUMENTS.filter((name) => now < CLOSES || !SAME_AFTERWARDS.has(name)).map(
            (name) => `/console/${here.community}/print/file?document=${name}&in=zh-CN&same=1`,
          )
        : []),
    ];
    const seen = new Set(waiting);
    const tables = new Set<string>();
    const alike = new Map<string, number>();
    const pages: Looked[] = [];
    for (const path of waiting) {
      const page = await looked(path, await unhurried(() => get(path)));
      pages.push(page);
      const leads = page.headers.get('location');
      const links = page.type === 'text/html' ? [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link) : [];
      for (const link of [...(leads ? [leads] : []), ...links]) {
        const next = pathOf(link, path);
        if (next === undefined || seen.has(next) || NOT_FOLLOWED.test(next)) continue;
        if (!next.startsWith('/console') && !READ_WHAT_IS_OPEN.has(who)) continue;
        seen.add(next);
        const [table = ''] = next.split('?');
        if (table.endsWith('.xlsx') && (tables.has(table) || who !== OPENS_ALL || now >= CLOSES)) continue;
        tables.add(table);
        const kind = kindOf(next);
        alike.set(kind, (alike.get(kind) ?? 0) + 1);
        const most = table.endsWith('.pdf') && who !== OPENS_ALL ? 1 : MOST_ALIKE;
        if ((alike.get(kind) ?? 0) > most) continue;
        waiting.push(next);
      }
      expect(waiting.length, 'pages').to.be.below(MOST_PAGES);
    }
    return pages;
  }

  /** What is drawn apart is put off where the machine is busy. */
  async function unhurried(ask: () => Promise<Response>): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask();
      if (answer.status !== 503 || tries === 5) return answer;
    }
  }

  /** A vote on a hall's tablet, each page of it. */
  async function atTablet(): Promise<Looked[]> {
    const actor = operator('李姐');
    const token = await openKiosk(world, { community: here.community, phone: 'nobody', device: 'Firefox', actor });
    const { get, post } = browse(() => web, `kiosk=${here.community}.${token}`);
    const own = `/console/${here.community}/kiosk`;
    const pages = [await looked(own, await get(own))];
    const step = async (name: string, form: Record<string, string | readonly string[]>) => {
      const page = await looked(`${own}/${name}`, await post(`${own}/${name}`, form));
      pages.push(page);
      return /name="voter" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    };
    const shown = await step('card', { card: card(510) });
    const read = await step('picks', { voter: shown, pick: ['1', '2'] });
    await step('again', { voter: read, pick: ['1', '2'] });
    return pages;
  }

  /** The path of a link to our own host, without the language and the place in the page; undefined if it leads to another host, or to no page. */
  function pathOf(link: string, from: string): string | undefined {
    const url = new URL(link.replaceAll('&amp;', '&'), web.url + from);
    if (url.origin !== web.url || url.pathname.startsWith('/assets/')) return undefined;
    for (const name of ['lang', 'tick', 'sort', 'all', 'done']) url.searchParams.delete(name);
    return url.pathname + url.search;
  }

  /** An address without what it is about; a filter of its own counts, several of them together do not. */
  function kindOf(path: string): string {
    const { pathname, searchParams } = new URL(path, web.url);
    const asked = [...searchParams];
    const query = asked.map(([name, value]) => (asked.length === 1 && /^[a-z-]+$/i.test(value) ? `${name}=${value}` : name)).toSorted();
    const kind = pathname.replaceAll(/\/(?:\d+|[\w-]{43}|[0-9a-f]{12}(?:[0-9a-f]{12})?)(?=\/|$)/g, '/:');
    return kind === pathname ? [kind, ...query].join(' ') : kind;
  }

  const each = (check: (page: Looked, who: string) => void) => {
    for (const [who, pages] of found) for (const page of pages) check(page, who);
  };

  it('is found: the tabs of those who work, their exports, the public pages, the API', () => {
    const paths = (who: string) => found.get(who)?.map(({ path }) => path) ?? [];
    for (const page of ['', '/requests', '/requests/1', '/inbox', '/turnout', '/turnout.csv', '/log', '/log.csv'])
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
        if (path.startsWith(`/console/${here.community}/`) && who !== 'nobody' && !LACKING.test(path))
          expect(status, `${who} ${path}`).to.be.oneOf([200, 303]);
  });

  it('runs nothing of what anybody wrote, asks nothing of other hosts, and is kept by nobody on the way', () => {
    const wrong: string[] = [];
    each((page, who) => wrong.push(...page.wrong.map((what) => `${who} ${page.path}: ${what}`)));
    expect(wrong).to.deep.equal([]);
    expect(found.get('cadre')?.filter(({ text }) => text.includes('&lt;img src=x onerror=xss()')).length, 'pages that say it').to.be.above(40);
  });

  it('tells no count by project', async () => {
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }, { promoteBuffers: true }).toArray();
    const picked = entries.flatMap((entry) => decryptSecret(world.vault, entry).picks ?? []);
    const counts = [1, 2, 3].map((project) => picked.filter((pick) => pick === project).length);
    expect(counts).to.deep.equal([141, 149, 163]);
    each(({ path, text }, who) => {
      const plain = plainOf(text);
      for (const count of counts) expect(new RegExp(`(?<![\\d.])${count}(?![\\d.])`).test(plain), `${count} for ${who} at ${path}`).to.equal(false);
    });
  });

  it('holds no ballot, no receipt, no pseudonym, no commitment’s opening', async () => {
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }).toArray();
    const secrets = entries.flatMap(({ receipt, voter }) => [receipt ?? '', voter ?? '']).filter((secret) => secret !== '');
    expect(secrets).to.have.length(408);
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

  it('says of no ballot whose it is after the close, either', async () => {
    const entries = await collection(Entry).find({ '_id.cycle': here.cycle }).toArray();
    const secrets = entries.flatMap(({ receipt, voter }) => [receipt, voter]).filter((secret) => secret !== undefined);
    const phones = here.phones.map((phone) => phone.slice(3));
    now = new Date(CLOSES.getTime() + 3 * DAY_MS);
    await sealDue(world, enterRest(world))();
    for (const who of ['nobody', 'supervisor', 'cadre'] as const) {
      const pages = await crawl(who);
      expect(pages.filter(({ status }) => status >= 500).map(({ path }) => path)).to.deep.equal([]);
      expect(pages.flatMap(({ path, wrong }) => wrong.map((what) => `${who} ${path}: ${what}`))).to.deep.equal([]);
      for (const { path, text } of pages) {
        const told = path.startsWith('/console') ? secrets : [...phones, ...here.residents];
        expect(
          told.filter((secret) => text.includes(secret)),
          `${who} ${path}`,
        ).to.deep.equal([]);
      }
    }
    expect(await (await fetch(`${web.url}/api/cycles/${here.cycle}/ledger`)).text(), 'the ledger is there').to.include('"commitment"');
  });

  const pageOf = (path: string) => kindOf(path.replace(/\?.*/, '').replace('.xlsx', '.csv'));
  const isRead = ({ path, status }: Looked) => path.startsWith(`/console/${here.community}`) && status === 200;
});

/** The text of a page that is compared: without its addresses, pictures and moments, which may contain any number. */
function plainOf(text: string): string {
  return text
    .replaceAll(/<(?:path|rect|svg|link|script)[^>]*>/g, ' ')
    .replaceAll(/(?:href|src|action|datetime|id|for|value)="[^"]*"/g, ' ')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ' ')
    .replaceAll(/\b1\d\d \d{4} \d{4}\b/g, ' ') // a phone
    .replaceAll(/"seq":\d+/g, ' ')
    .replaceAll(/"(?:hash|previous|commitment|detail)":"[0-9a-f]+"/g, ' ')
    .replaceAll(/\b(?:[0-9a-f]{64}|[\w-]{43}|town-[0-9a-f]{8})\b/g, ' '); // hashes, ids and slugs are drawn
}
