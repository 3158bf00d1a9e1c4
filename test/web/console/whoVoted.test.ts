import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { castBallot, renewVoterCounts, turnout } from '../../../src/fund/ballots/index.ts';
import { operator, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import { queueDue } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { askReminders } from '../../../src/outreach/calendar/nudge.ts';
import { readSituation } from '../../../src/outreach/readSituation.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { createBroadcast } from '../../support/broadcasts.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { runScript } from '../../support/runScript.ts';
import { startService } from '../../support/service.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { notReached } from './addresses.ts';
import { browse, cookieOf, phoneOf } from './office.ts';
import { OPENS, wholeTown } from './wholeTown.ts';
import { looked } from './wrongIn.ts';

/** Together with four on paper: so that two more do not fill the tens. */
const VOTERS = 40;
/** Who votes: nobody else of the house does, and they never wrote before. */
const SHE = 450;
const NOT_FOLLOWED = /^\/(console\/(sign-out|sign-in|help|kiosk)|simulator)|\/(pictures|recordings|audio|print\/file|documents)\b|\.xlsx/;
const OF_CYCLE = ['ballot', 'ledger', 'results', 'ballots', 'proposals', 'publication', 'meetings', 'paper', 'slips', 'works', 'account'];
/** So many pages that differ only in what they are about. */
const MOST_ALIKE = 2;
/** Where the number of voters is public: the contract gives it, of all together, and nothing else that a vote changes. */
const PUBLIC_NUMBER = /^\/(?:$|c\/[^/?]+(?:\/hall|\/report)?(?:\?cycle=[^&]+)?$|api\/cycles\/current)/;

/** What one person's vote shows, whoever looks, wherever, however often: nothing but the public number of voters. */
/** One's own receipt; what is the same for everybody; forms that only lead back, streams, and what a file or a link opens once; what is looked at in the metrics' own test. */
const NOT_LOOKED_AT = [
  ...['/api/receipts/:code', '/assets/:name', '/readyz', '/metrics', '/console/link/:token', '/console/:slug/people/import/:token'],
  ...['again', 'card', 'cast', 'leave', 'picks'].map((form) => `/console/:slug/kiosk/${form}`),
  ...['ballot/project', 'messages/:id/events', 'tables/:number/mark', 'tables/:number/who'].map((form) => `/console/:slug/${form}`),
];

describe('who has voted', function () {
  this.timeout(900_000);
  const database = useDatabase('whoVoted');

  /** A look at everything: who saw what at which address. */
  type Look = Map<string, string>;
  const sessions = new Map<string, string>();

  it('is told by no page, export, search, preview or answer, as nobody and as each role', async () => {
    let now = OPENS;
    const world: World = { ...database.world, now: () => now };
    const { here, before } = await wholeTown(
      world,
      (moment) => {
        now = moment;
      },
      [[[1, 2, 3], VOTERS]],
    );
    await reminding(world, here, now);
    for (const who of STAFF_ROLES) await cookieFor(world, who);
    const addresses = new Map<string, readonly string[]>();
    const first = await look(world, here, addresses, before);
    expect(first.size, 'addresses').to.be.above(300);
    const counted = await turnout({ ...world })(here.cycle);
    expect(await castBallot(world, { picks: [2] }, here.act(SHE))).to.have.property('receipt');
    expect((await turnout({ ...world })(here.cycle)).voters).to.equal(counted.voters + 1);
    const second = await look(world, here, addresses);
    const told = different(first, second);
    expect(told.filter((each) => !PUBLIC_NUMBER.test(each.split(' ')[1] ?? ''))).to.deep.equal([]);
    for (const each of told) expect(publicNumberLess(first.get(each)), each).to.equal(publicNumberLess(second.get(each)));
  });

  it('is told by no command', async () => {
    const { world } = database;
    const here = await town(world, { residents: 40, community: { quiet: '00:00-00:00' }, cycle: votingNow(world) });
    for (let n = 0; n < 13; n += 1) await castBallot(world, { picks: [1] }, here.act(n));
    await reminding(world, here, world.now());
    const first = await commands(here);
    await castBallot(world, { picks: [2] }, here.act(20));
    expect(await commands(here)).to.deep.equal(first);
  });

  it('is told by no metric: each moves as by any other message', async () => {
    const service = await startService(database.world);
    const { sms, community } = service;
    const moves = async (from: string, body: string) => {
      const before = await measured(service.url);
      await sms.deliver({ from, to: community.phone, body });
      const after = await measured(service.url);
      return Object.entries(after).flatMap(([name, value]) => (value === before[name] ? [] : [[name, value - (before[name] ?? 0)]]));
    };
    try {
      await moves('+8613800000001', '项目');
      const other = await moves('+8613800000001', '项目');
      expect(other.map(([name]) => name)).to.include('yisheng_turns_total{channel="sms",outcome="answered"}');
      expect(await moves('+8613800000002', '投 3')).to.deep.equal(other);
    } finally {
      await service.stop();
    }
  });

  /** A message to those who have not voted, and one that is planned. */
  async function reminding(world: World, { community, cycle }: Town, now: Date): Promise<void> {
    for (const [name, dueAt] of [
      ['now', now],
      ['later', new Date(now.getTime() + DAY_MS / 48)],
    ] as const) {
      const given = { community, cycle, to: 'not-voted', text: `${name}还没投票的，来投票`, dueAt };
      await createBroadcast(world, { ...given, id: `${community}-${name}`, occasion: `broadcast|${community}|${name}` }, operator('Li'));
    }
    await queueDue(world, ['sms']);
  }

  /** From where everything is found that leads somewhere for somebody, and what only a form or a scan leads to. */
  function doors({ community, cycle, residents }: Town, before: string, who: string): string[] {
    const own = `/console/${community}`;
    const open = [
      ...['/', ...['', '/log', '/feed.atom', '/hall', '/poster', '/report', '/meetings', '/proposals'].map((page) => `/c/${community}${page}`)],
      ...['/api/communities', `/api/cycles/current?community=${community}`, '/healthz', '/robots.txt', `/c/${community}/works/1?cycle=${before}`],
      ...[cycle, before].flatMap((id) => OF_CYCLE.map((file) => `/api/cycles/${id}/${file}`)),
    ];
    const about = [
      ...[`people/${residents[SHE]}`, `people?q=K${1_000 + SHE}`, 'people.csv', 'turnout.csv', 'messages.csv', 'compare'].map(
        (page) => `${own}/${page}`,
      ),
      ...[
        '/console/overview.csv',
        `${own}/assisted?q=${card(SHE)}`,
        `${own}/tables/${cycle}/2?q=${card(SHE)}`,
        `${own}/messages/${community}-now/each.csv`,
      ],
      ...['now', 'later'].flatMap((name) => [`${own}/messages/${community}-${name}`, `${own}/messages/${community}-${name}/each`]),
    ];
    return who === 'nobody' ? [...open, ...about] : ['/console', own, ...about];
  }

  /**
   * What is at every address, in a world that has nothing in memory. The first look finds the addresses: it follows links from the doors on, `before` being
   * last year's cycle; later ones go to the same.
   */
  async function look(world: World, here: Town, addresses: Map<string, readonly string[]>, before?: string): Promise<Look> {
    const anew: World = { ...world };
    await renewVoterCounts(world, world.now());
    const web = await serve(anew, { publicUrl: 'http://example.org' });
    const seen: Look = new Map();
    try {
      for (const who of ['nobody', ...STAFF_ROLES]) {
        const { get, post } = browse(() => web, await cookieFor(world, who));
        const paths = [...(addresses.get(who) ?? doors(here, before ?? '', who))];
        const found = followed(who, paths, web);
        for (const path of paths) {
          const answer = await unhurried(() => get(path));
          const isPage = before !== undefined && answer.headers.get('content-type')?.startsWith('text/html');
          if (before !== undefined) found(path, answer.headers.get('location') ?? '', isPage ? await answer.clone().text() : '');
          seen.set(`${who} ${path}`, await shown(web, path, answer));
        }
        addresses.set(who, paths);
        for (const to of ['all', 'building:2栋', 'not-voted'])
          for (const text of ['来投票', '{name}来投票']) {
            const path = `/console/${here.community}/messages/check`;
            seen.set(`${who} ${path} ${to} ${text}`, await shown(web, path, await post(path, { to, text, at: '' })));
          }
      }
      const reached = notReached(web.app, [...addresses.values()].flat()).filter((address) => !NOT_FOLLOWED.test(address));
      expect(reached, 'pages that nobody looks at here').to.have.members(NOT_LOOKED_AT);
      const act = { ...here.act(0), at: world.now() };
      seen.set('cadre 情况', JSON.stringify(await readSituation(anew, {}, act)));
    } finally {
      web.close();
    }
    return seen;
  }

  /** Adds to the paths where a page leads, a few of each kind. */
  function followed(who: string, paths: string[], web: Served): (path: string, location: string, text: string) => void {
    const known = new Set(paths);
    const alike = new Map<string, number>();
    return (path, location, text) => {
      for (const link of [location, ...[...text.matchAll(/(?:href|src|formaction)="([^"]+)"/g)].map(([, link = '']) => link)]) {
        const url = new URL(link.replaceAll('&amp;', '&'), web.url + path);
        for (const name of ['lang', 'tick', 'sort', 'all', 'done']) url.searchParams.delete(name);
        const next = url.pathname + url.search;
        if (url.origin !== web.url || link === '' || known.has(next) || NOT_FOLLOWED.test(next) || next.startsWith('/assets/')) continue;
        if (who !== 'nobody' && !next.startsWith('/console')) continue;
        const kind = next.replaceAll(/(?<=[/=])(?:\d+|\d{4}-\d\d|[\w-]{43}|[0-9a-f]{12,24})(?=[/?&]|$)/g, ':').replaceAll(/(?:&past=:)+/g, '');
        alike.set(kind, (alike.get(kind) ?? 0) + 1);
        if (kind !== next && (alike.get(kind) ?? 0) > MOST_ALIKE) continue;
        known.add(next);
        paths.push(next);
      }
    };
  }

  /** One session each: the list of devices shows them. */
  async function cookieFor(world: World, who: string): Promise<string | undefined> {
    const role = STAFF_ROLES.find((each): each is StaffRole => each === who);
    const cookie = role && (sessions.get(who) ?? (await cookieOf(world, phoneOf(role))));
    if (cookie) sessions.set(who, cookie);
    return cookie;
  }

  /** An answer without what is drawn anew each time. */
  async function shown(web: Served, path: string, answer: Response): Promise<string> {
    const { status, text } = await looked(path, answer);
    // what came at the same moment stands on Today in any order
    const ordered = text.replaceAll(/<ul class="tasks">.*?<\/ul>/gs, (tasks) =>
      tasks
        .split(/<li>|<\/ul>/)
        .toSorted()
        .join('\n'),
    );
    const plain = ordered.replaceAll(web.url, '').replaceAll(/(name="(?:key|id|fresh)" value)="[^"]*"/g, '$1');
    return `${status} ${answer.headers.get('location') ?? ''}\n${plain}`;
  }

  /** Readers wait for their turn where the machine is busy. */
  async function unhurried(ask: () => Promise<Response>): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask();
      if (answer.status !== 503 || tries === 5) return answer;
    }
  }

  function different(one: Look, other: Look): string[] {
    return [...one].flatMap(([where, text]) => (text === other.get(where) ? [] : [where]));
  }

  /** Without the public number of voters, its share and its bar. */
  function publicNumberLess(text = ''): string {
    return text.replaceAll(/"voters":\d+|(?<=居民(?:里，?|，))\d+(?=位)|占[\d.]+%/g, '').replaceAll(/<rect width="[\d.]+"/g, '<rect');
  }

  /** What is printed for the operator, who sees no more than anybody. */
  async function commands({ community, cycle }: Town): Promise<unknown[]> {
    const told: unknown[] = [];
    const run = async (script: string, ...args: string[]) => {
      const { status, out, err } = await runScript(database.uri(), script, ...args);
      const said = out.replace(/(?<=It goes out from )[\d-]+ [\d:]+/, 'now'); // the minute may end between two looks
      told.push([script, args[0], status, said, err.replaceAll(/\r[^\n]*/g, '')]);
    };
    const draft = ['--community', community, '--text', '来投票', '--by', 'Li', '--dry-run'];
    for (const to of ['all', 'not-voted']) await run('broadcast', ...draft, '--to', to);
    for (const more of [[], ['--json']]) await run('broadcast', '--community', community, '--list', ...more);
    await run('cycle', 'list');
    await run('cycle', 'show', cycle);
    await run('residents', 'list', community);
    await run('inbox', 'list', community);
    await run('staff', 'list', community);
    await run('tally', cycle);
    await run('audit', cycle, '--out', join(tmpdir(), 'never'));
    const folder = await mkdtemp(join(tmpdir(), 'exported-'));
    try {
      await run('community', 'export', community, folder);
      told.pop(); // it names the folder
      for (const file of (await readdir(folder)).toSorted()) told.push([file, await readFile(join(folder, file), 'utf8').catch(() => 'a folder')]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const asked = { ...here(community), beginWrite: () => {} };
    const nudged = await askReminders({ ...database.world }, operator('Li'), asked);
    told.push('notVoted' in nudged ? nudged.notVoted : nudged, await readSituation({ ...database.world }, {}, asked));
    return told;
  }

  function here(community: string) {
    return { community, key: `nudge ${Math.random()}`, at: database.world.now() };
  }

  /** Every count, without how long anything took and how the process is. */
  async function measured(url: string): Promise<Record<string, number>> {
    const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
    const counts = lines.filter(
      (line) => line.startsWith('yisheng_') && !/_(?:bucket|sum)[{ ]|^yisheng_(?:process|nodejs|database|outbox)|route="\/metrics"/.test(line),
    );
    return Object.fromEntries(counts.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
  }
});
