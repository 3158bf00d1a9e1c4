import { readFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import mongoose from 'mongoose';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { Account, AccountEntry, openAccount } from '../../../src/fund/accounts/index.ts';
import { recountAccount } from '../../../src/fund/accounts/readAccount.ts';
import { castBallot, Entry } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Meeting } from '../../../src/fund/meetings/index.ts';
import { Batch, Table } from '../../../src/fund/paper/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { encryptedProposal, Proposal } from '../../../src/fund/proposals/index.ts';
import { Rating } from '../../../src/fund/works/index.ts';
import { publishRating } from '../../../src/fund/works/ratings.ts';
import { Broadcast, markOfBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { printPdf } from '../../../src/print/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { root } from '../../../src/store/files.ts';
import { withMark } from '../../../src/store/recordMark.ts';
import { vault } from '../../../src/store/vault.ts';
import type { World } from '../../../src/store/world.ts';
import { textsAbout, yearReport } from '../../../src/web/documents.ts';
import { projectsOf } from '../../../src/web/public/cycleView.ts';
import { useDatabase } from '../../support/database.ts';
import { LOG } from '../../support/headsTown.ts';
import { expectApart, pictureOf, textsOf } from '../../support/pdf.ts';
import { SECRET_BYTES } from '../../support/secret.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { CLOSES, DAY, found, OPENS } from '../community.ts';
import { carryOut, castAll, ENDS, neighbourhood, PROPOSES, seal, VOTERS, VOTES, VOTES_FOR } from '../neighbourhood.ts';
import { serve, useServed } from '../serve.ts';

const PINES = '/c/qingsong?lang=zh';
const KB = 1_000;
/** Of the report: the council's meeting, the table, and how long answers took. */
const OF_TABLES = ['4人里3人', '通过1个，没通过0个', '菜市场门口', '核对过，没有问题', '一半在3天里'];

describe('the public pages', () => {
  const database = useDatabase('page');
  let now = PROPOSES;
  const world: World = { ...database.world, now: () => now };
  const web = useServed(world, { signer: LOG });
  let pines: Town;
  let late: Town;

  before(async () => {
    pines = await neighbourhood(world, 'qingsong', 1);
    late = await neighbourhood(world, 'late', 2);
  });

  const at = (moment: number) => {
    now = new Date(moment);
  };
  const page = async (path: string, headers: Record<string, string> = {}) => {
    const response = await web.get(path, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const text = async (path: string) => (await page(path)).text;
  /** The page with the result: it waits for the count only so long, and is kept for a second. */
  const counted = async (path: string) => {
    for (;;) {
      const shown = await text(path);
      if (!/正在数票|count is under way/i.test(shown)) return shown;
      at(now.getTime() + 2_000);
    }
  };

  it('say what happens and how to take part before the vote, and show every proposal with what became of it', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    const shown = await text(PINES);
    expect(shown)
      .to.include('正在收提议')
      .and.include('<span class="whole">12月1号早8点</span>开始投票')
      .and.include('href="sms:+862880000001?body=%E6%8F%90%E8%AE%AE%20"')
      .and.match(/收提议 .*\n<p><time[^>]*><span class="whole">[^<]*起<\/span>/)
      .and.not.match(/结束<\/h3>\s*<p><time[^>]*><span class="whole">[^<]*起/);
    expect(shown).to.include('三号院门口晚上太黑').and.include('成了7号项目').and.include('并进了3号项目').and.include('这次没有采纳');
    expect(shown).to.include('<b>孙志刚</b>').and.include('很多人还没回来').and.include('120,000元');
    expect(await text('/c/qingsong?lang=en'))
      .to.include('Proposals are open until')
      .and.include('became project 7')
      .and.include('<html lang="en">')
      .and.include('<span lang="zh-CN">青松社区</span>')
      .and.include('href="/console/qingsong"');
  });

  it('have a poster that asks for proposals before the projects are set', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    expect(await text('/c/qingsong/poster?lang=zh'))
      .to.include('提议 您想办的事')
      .and.not.include('<li>');
  });

  it('show the whole number to text where the carrier knows the community by an extension', async () => {
    at(PROPOSES.getTime() + 8 * DAY + 60_000);
    const shown = { textNumber: '01', shownNumber: '106901234501' };
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: shown });
    for (const path of [PINES, '/c/qingsong/hall?lang=zh', '/c/qingsong/poster?lang=zh', '/?lang=zh'])
      expect(await text(path), path)
        .to.include('106901234501')
        .and.include('028-8000 0001')
        .and.not.match(/>01<|sms:01|SMSTO:01/);
    await collection(Community).updateOne({ _id: 'qingsong' }, { $unset: { textNumber: '', shownNumber: '' } });
    at(PROPOSES.getTime() + 8 * DAY + 120_000);
  });

  it('show what was written to many, by whom and to whom, once it has begun; never what was cancelled', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    const written = (id: string, text: string, away: number, state: 'queued' | 'cancelled' = 'queued') => {
      const dueAt = new Date(now.getTime() + away * DAY);
      const broadcast = { _id: id, community: 'qingsong', text, to: 'building:3', by: '王芳', occasion: id, at: now, dueAt, state };
      return { ...broadcast, mark: markOfBroadcast(world.vault, broadcast) };
    };
    await collection(Broadcast).insertMany([
      written('b1', '明天<b>停水', -1),
      written('b2', '后天开会', 1),
      written('b3', '写错了', -1, 'cancelled'),
    ]);
    at(now.getTime() + 10_000);
    const shown = await text(PINES);
    expect(shown).to.match(/<b>王芳<\/b> · 发给3的住户<br>明天&lt;b&gt;停水/);
    expect(shown).not.to.include('后天开会').and.not.to.include('写错了');
  });

  it('have a feed of every step, of what was changed by hand, and of the count, that a reader can parse', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    const { headers, text: feed } = await page('/c/qingsong/feed.atom');
    expect(headers.get('content-type')).to.equal('application/atom+xml; charset=utf-8');
    expect(XMLValidator.validate(feed)).to.equal(true);
    const read = new XMLParser({ ignoreAttributes: false }).parse(feed).feed;
    expect(read['@_xmlns']).to.equal('http://www.w3.org/2005/Atom');
    expect([read.id, read.title, read.author.name]).to.deep.equal(['https://example.org/c/qingsong/feed.atom', '青松社区', '居委会']);
    const entries: { id: string; title: string; updated: string; link: Record<string, string> }[] = read.entry;
    expect(entries.slice(1).map(({ title }) => title)).to.deep.equal(['2026年社区保障资金 · 收提议', '2026年社区保障资金 · 开始宣传']);
    expect(feed).to.include('孙志刚').and.include('很多人还没回来');
    expect(new Set(entries.map(({ id }) => id)).size).to.equal(entries.length);
    expect(entries.every(({ id, updated, link }) => URL.canParse(id) && new Date(updated) <= now && URL.canParse(link['@_href'] ?? ''))).to.equal(
      true,
    );
    expect(entries.map(({ updated }) => updated)).to.deep.equal(
      entries
        .map(({ updated }) => updated)
        .toSorted()
        .reverse(),
    );
    expect(read.updated).to.equal(entries[0]?.updated);
    expect(await text(PINES)).to.include('type="application/atom+xml" href="/c/qingsong/feed.atom"');
    expect((await page('/c/nowhere/feed.atom')).status).to.equal(404);
  });

  it('show what people wrote as text, and ask no other host for anything', async () => {
    for (const path of ['/', PINES]) {
      const { text: whole, headers } = await page(path);
      const shown = whole.replace('<meta property="og:url" content="https://example.org', ''); // it is named there, and asked for nothing
      expect(shown).not.to.match(/https?:\/\/|@import|url\(|<script>|style="| on\w+="/);
      expect(headers.get('content-security-policy')).to.include("default-src 'none'").and.include("script-src 'self'").and.not.include('unsafe');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
    }
    expect(await text(PINES))
      .to.include('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; 垃圾桶 &amp; 盖子')
      .and.include('修路灯 &lt;b&gt;&amp;&lt;/b&gt;');
  });

  it('speak the language that a link or the browser asks for, else the community’s', async () => {
    const language = async (path: string, accepts?: string) =>
      /<html lang="([^"]+)"/.exec((await page(path, accepts ? { 'Accept-Language': accepts } : {})).text)?.[1];
    expect(await language('/c/qingsong')).to.equal('zh-CN');
    expect(await language('/c/qingsong', 'fr')).to.equal('zh-CN');
    expect(await language('/c/qingsong', 'en-GB,en;q=0.9')).to.equal('en');
    expect(await language(PINES, 'en')).to.equal('zh-CN');
    expect(await language('/?lang=en', 'zh')).to.equal('en');
  });

  it('never keep a page without asking, and send it again only where it has changed', async () => {
    const { headers } = await page(PINES);
    expect(headers.get('cache-control')).to.equal('no-cache');
    expect(headers.get('vary')).to.include('Accept-Language');
    const etag = headers.get('etag') ?? '';
    const again = () => web.get(PINES, { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } });
    expect((await again()).status).to.equal(304);
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: { 'person.name': '居委会办公室' } });
    at(now.getTime() + 4_000);
    expect((await again()).status).to.equal(200);
  });

  it('say where nothing is, and lead on', async () => {
    for (const [path, leads] of [
      ['/c/nowhere', 'href="/"'],
      ['/c/qingsong?cycle=none', 'href="/c/qingsong"'],
      ['/c/qingsong?cycle=late-2026', 'href="/c/qingsong"'],
    ] as const) {
      const { status, text: shown, headers } = await page(path);
      expect(status, path).to.equal(404);
      expect(headers.get('content-type')).to.match(/^text\/html/);
      expect(shown).to.include(leads);
    }
    expect((await page('/c/qingsong?before=x')).status).to.equal(400);
    expect((await page('/assets/none.js')).status).to.equal(404);
    const person = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for (const [path, leads] of [
      ['/nowhere', 'href="/"'],
      ['/c/qingsong/nowhere', 'href="/c/qingsong"'],
      ['/c/qingsong/works', 'href="/c/qingsong"'],
    ] as const) {
      const { status, text: shown, headers } = await page(path, person);
      expect([status, headers.get('content-type')], path).to.deep.equal([404, 'text/html; charset=utf-8']);
      expect(headers.get('content-security-policy')).to.include("default-src 'none'");
      expect(shown, path).to.include('这个网址上什么也没有').and.include(leads);
    }
    for (const [path, headers] of [
      ['/nowhere', { accept: 'application/json' }],
      ['/api/nowhere', person],
      ['/api/cycles/none/works', person],
    ] as const)
      expect(Object.keys(JSON.parse((await page(path, headers)).text)), path).to.deep.equal(['error']);
  });

  it('explain every address of what is public as data, for each year, and each of them is there', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    const patterns = [...(await text('/data?lang=zh')).matchAll(/<code>([^<]*)<\/code>|<a href="(\/(?:api|log)[^"]*)">/g)].map(
      ([, one, other]) => one ?? other,
    );
    const shown = await text('/c/qingsong/data?lang=zh');
    const addresses = [...shown.matchAll(/<li><a href="([^"]*)">/g)].map(([, address = '']) => address);
    expect(addresses).to.have.length(patterns.length - 1);
    const listed = await readFile(join(root, 'docs/contract.md'), 'utf8');
    for (const [, address = ''] of listed.matchAll(/^\| `(\/api\/[^`]*)` \|/gm))
      expect([...patterns, ...addresses].join('\n'), address).to.include(address);
    for (const address of addresses) {
      const answer = await page(address);
      const isLater =
        /"error":"(The ballot is|The vote|The seal is|The result|Nothing is|This cycle has no works|There was no paper|This is|The ledger|The count|The log has no tree)/.test(
          answer.text,
        );
      expect(answer.status === 200 || isLater, `${address} ${answer.status} ${answer.text.slice(0, 90)}`).to.equal(true);
    }
    expect(await text(PINES)).to.include('href="/c/qingsong/data?lang=zh"');
    expect((await page('/robots.txt')).text).to.include('Disallow: /console');
  });

  it('tell chats and searching programs what they are about, and come compressed to who can read that', async () => {
    at(VOTES.getTime() + DAY);
    const shown = await text(PINES);
    expect(shown)
      .to.include('<meta property="og:title" content="青松社区 · 2026年社区保障资金">')
      .and.include('<meta property="og:description" content="正在投票，投到12月15号晚8点。">')
      .and.include('<meta property="og:url" content="https://example.org/c/qingsong">');
    const { hostname, port } = new URL(web.url);
    const raw = (path: string, encoding: string) =>
      new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
        request({ hostname, port, path, headers: { 'accept-encoding': encoding } }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
        })
          .on('error', reject)
          .end();
      });
    const [zipped, plain] = [await raw(PINES, 'gzip'), await raw(PINES, 'identity')];
    expect([zipped.headers['content-encoding'], plain.headers['content-encoding']]).to.deep.equal(['gzip', undefined]);
    expect(gunzipSync(zipped.body).equals(plain.body)).to.equal(true);
    expect(zipped.headers.vary).to.include('Accept-Encoding');
    const style = /href="(\/assets\/page-[^"]*)"/.exec(shown)?.[1] ?? '';
    expect((await raw(style, 'gzip')).headers['content-encoding']).to.equal('gzip');
  });

  it('have a calendar that a phone can subscribe to', async () => {
    at(PROPOSES.getTime() + 8 * DAY);
    const { headers, text: calendar } = await page('/c/qingsong/calendar.ics');
    expect(headers.get('content-type')).to.equal('text/calendar; charset=utf-8');
    expect(calendar).to.include('SUMMARY:青松社区 投票').and.include('DTSTART:20261201T000000Z').and.include('DTEND:20261215T120000Z');
    expect((await page('/c/nowhere/calendar.ics')).status).to.equal(404);
  });

  it('have contents, a search and kinds where there are many projects, and stay small on the line', async () => {
    const projects = Array.from({ length: 40 }, (_, index) => ({
      number: index + 1,
      title: `${['三号院门口到菜市场一段的路面修补和排水沟清淤', '小广场东边放六件健身器材、地上铺软垫'][index % 2]}，第${index + 1}处`,
      category: ['基础设施', '文体', '环境'][index % 3] ?? '',
      cost: 20_000 + index,
      detail: '一栋和三栋没有电梯，每层楼梯一边装扶手，装完请住户来看，哪里不牢再补'.repeat(2),
      place: '三号院门口',
      due: '2027-05',
    }));
    const { community } = await town(world, { cycle: { projects, stages: [{ stage: 'publish', from: PROPOSES }] } });
    at(PROPOSES.getTime() + 10_000);
    const shown = await text(`/c/${community}?lang=zh`);
    expect(shown.match(/<a href="#p\d+">/g)).to.have.length(40);
    expect(shown.match(/<li id="p\d+">/g)).to.have.length(40);
    const style = await text(/href="(\/assets\/page-[^"]*)"/.exec(shown)?.[1] ?? '');
    expect(gzipSync(shown).length + gzipSync(style).length).to.be.below(60 * KB);
    const some = await text(`/c/${community}?lang=zh&category=${encodeURIComponent('文体')}&find=${encodeURIComponent('小广场')}`);
    expect(some.match(/<li id="p\d+">/g)).to.have.length(7);
    expect(some).to.include('找到7个').and.include('<option value="文体" selected>');
  });

  it('say how to call and to write in the chat beside the text, on every page where somebody may want to', async () => {
    at(VOTES.getTime() + DAY);
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: { 'person.name': '居委会办公室' } });
    const numbers = (page: string) => [...page.matchAll(/href="((?:sms|tel):[^"?]*)/g)].map(([, href]) => href);
    const withChat = await serve(world, { hasChat: () => true });
    try {
      for (const path of ['/?lang=zh', PINES, '/?lang=en', '/c/qingsong?lang=en']) {
        expect(numbers(await text(path)), path).to.include.members(['sms:+862880000001', 'tel:+862880000001']);
        expect(await text(path)).not.to.match(/微信|WeChat/);
        expect(await (await withChat.get(path)).text()).to.match(/微信|WeChat/);
      }
      expect(await (await withChat.get('/c/qingsong/poster?lang=zh')).text())
        .to.include('二维码向居委会办公室要')
        .and.not.include('<img');
      expect(await text('/c/qingsong/poster?lang=zh')).not.to.include('二维码');
    } finally {
      withChat.close();
    }
  });

  it('say who runs it and who watches, by how many they are and never by name, whence the money is, and what is kept how long', async () => {
    at(VOTES.getTime() + DAY + 10_000);
    await late.person('王监督', { role: 'supervisor' });
    await late.person('李会计', { role: 'supervisor', phone: '+8613800000031' });
    const staff = [
      { name: '李会计', phone: '+8613800000031', role: 'supervisor' },
      { name: '周主任', phone: '+8613800000032', role: 'supervisor' },
      { name: '钱帮忙', phone: '+8613800000033', role: 'helper' },
    ] as const;
    for (const one of staff) await addStaff(world)(late.community, one, operator('Li'));
    await collection(Community).updateOne(
      { _id: 'late' },
      { $set: { about: { money: '市里每年给的', notFor: '发补贴' }, keep: { recordings: 90 } } },
    );
    at(now.getTime() + 10_000);
    const shown = await text('/c/late?lang=zh');
    expect(shown).to.include('监督委员3位').and.include('市里每年给的').and.include('发补贴').and.include('留90天。').and.include('投完30天');
    for (const hidden of ['王监督', '李会计', '周主任', '钱帮忙', '议事会成员0']) expect(shown).not.to.include(hidden);
  });

  it('say where and when each project is built, and how it is decided, without a word of the past while voting is open', async () => {
    at(VOTES.getTime() + DAY + 30_000);
    const shown = await text(PINES);
    expect(shown).to.include('地点：小广场东边，<span class="whole">2027年5月建好</span>').and.include('怎么选</h3>').and.not.include('怎么选出来的');
    expect(shown.match(/class="where"/g)).to.have.length(3);
    expect(await text('/c/qingsong?lang=en'))
      .to.include('<span class="whole">Ready by May 2027</span>')
      .and.include('How it is decided')
      .and.not.include('How it was decided');
    const firsts = [];
    for (const minute of [0, 1, 2, 3]) {
      at(VOTES.getTime() + DAY + minute * 60_000);
      firsts.push(/class="sms">投 (\d+) \d+</.exec(await text(PINES))?.[1]);
    }
    expect(firsts.sort(), 'which project stands first in the example').to.deep.equal(['1', '2', '3', '7']);
  });

  it('have a poster with the number, the dates and all projects alike, in the ballot’s order, without a script and without a number as an example', async () => {
    at(VOTES.getTime() + DAY + 60_000);
    expect(await text(PINES)).to.include('href="/c/qingsong/poster?lang=zh"');
    for (const [language, write] of [
      ['zh', '投 □ □ □<'],
      ['en', 'V □ □ □<'],
    ] as const) {
      const { status, text: poster, headers } = await page(`/c/qingsong/poster?lang=${language}`);
      expect([status, headers.get('cache-control')]).to.deep.equal([200, 'no-cache']);
      expect(poster).to.include(write).and.include('028-8000 0001').and.include('example.org/c/qingsong').and.not.include('<script');
      expect(headers.get('content-security-policy')).to.include("default-src 'none'");
      const items = [...poster.matchAll(/<li>(.*)<\/li>/g)].map(([, item]) => item ?? '');
      expect(items.map((item) => /<b>(\d+)<\/b>/.exec(item)?.[1])).to.deep.equal(['1', '2', '3', '7']);
      expect(items.every((item) => /\d\d,000/.test(item))).to.equal(true);
      expect(poster).not.to.match(/[投V] \d/);
    }
    expect(await text('/c/qingsong/poster?lang=zh')).to.match(/12月1号早8点.*12月15号晚8点/);
    expect((await page('/c/nowhere/poster')).status).to.equal(404);
  });

  it('tell the turnout while voting is open, and no count by project nor of ballots before the count', async () => {
    at(VOTES.getTime() + DAY);
    await castAll(world, pines);
    const cast = () =>
      Promise.all(['/', PINES, '/c/qingsong?lang=en', '/c/qingsong?before=9&lang=zh', '/c/qingsong?cycle=qingsong-2026&lang=zh'].map(text));
    for (const moment of [now.getTime() + 10_000, ENDS.getTime() - 1, ENDS.getTime(), ENDS.getTime() + 9_999]) {
      at(moment);
      const shown = await cast();
      for (const one of shown) {
        const words = one.replace(/<section aria-labelledby="who">.*?<\/section>/s, '').replace(/<[^>]*>/g, ' '); // the days for which things are kept count no votes
        for (const votes of Object.values(VOTES_FOR)) expect(words).not.to.match(new RegExp(`(?<![\\d,:])${votes}(?![\\d,:])`));
        expect(one).not.to.include('选上<').and.not.include('class="results"');
      }
      if (moment < ENDS.getTime()) expect(shown[1]).to.include(`220位居民里${VOTERS}位`).and.include('正在投票').and.include('修路灯');
      else expect(shown[1]).to.include('正在数票');
    }
  });

  it('tell the result once it is counted: votes, winners, spending, rule and lot, and how to redo it', async () => {
    at(ENDS.getTime() + 10_000);
    await seal(world);
    at(ENDS.getTime() + 15_000);
    const shown = await counted(PINES);
    expect(shown).to.include('选上2个项目，一共花108,000元').and.include('还剩12,000元').and.include(`220位居民里，${VOTERS}位投了票`);
    expect(shown).to.match(/class="won"><th scope="row"><b>3<\/b> 社区花园 <small>60,000元<\/small><\/th><td class="votes"><span>99</);
    expect(shown).to.match(/<tr><th scope="row"><b>2<\/b> 健身角 .*<span>29</);
    expect(shown)
      .to.include('怎么选出来的')
      .and.include('抽到的先后：7、2、1、3')

      .and.include('至少要有5票');
    expect(await text('/api/cycles/qingsong-2026/results.csv')).to.match(/^3,社区花园,Community garden,60000,99,1\r?$/m);
    expect(await text('/api/cycles/qingsong-2026/turnout.csv'))
      .to.match(/^residents,220\r?$/m)
      .and.match(new RegExp(`^sms,${VOTERS}\\r?$`, 'm'));
    for (const file of ['ballot', 'ledger', 'ballots', 'results']) expect(shown).to.include(`href="/api/cycles/qingsong-2026/${file}"`);
    expect(shown).to.include('npm run verify -- qingsong-2026').and.include('重新数一遍');
  });

  it('go on from the result to the rating of what was built: steps by days, pictures, before beside after, no names, no rating of fewer than five', async () => {
    await carryOut(world, pines, [5, 5, 4, 4]);
    const granted = [60_000, 48_000].map((amount, index) => ({ work: [3, 7][index] ?? 0, amount }));
    const opening = {
      cycle: pines.cycle,
      community: pines.community,
      currency: 'CNY',
      budget: 120_000,
      granted,
      day: '2026-12-15',
      by: 'Yisheng',
      at: ENDS,
    };
    await mongoose.connection.withSession((session) => session.withTransaction(() => openAccount(world.vault, opening, session)));
    at(ENDS.getTime() + 12 * DAY);
    const shown = await text(PINES);
    expect(shown).to.include('选上的办到哪了').and.include('验收过了').and.include('在找谁来办').and.include('/c/qingsong/works/3');
    const story = await text('/c/qingsong/works/3?lang=zh');
    const line = ['投票选上了3号项目，99票', '签了合同', '动工了', '清出了空地', '花都种下去了', '验收看出问题，要改', '验收通过'];
    expect(line.map((said) => story.indexOf(said))).to.satisfy((places: number[]) => places.every((place, n) => place > (places[n - 1] ?? 0)));
    expect(story).to.match(/<li class="present" aria-current="step"><b>验收<\/b> <time[^>]*>12月24日/);
    const bars = [...shown.matchAll(/<li><(?:b|a [^>]*)>([^<]*)<\/(?:b|a)> <span>([^<]*)<\/span><svg class="bar"[^>]*>(.*?)<\/svg>/g)];
    expect(bars.map(([, name, said]) => `${name} ${said}`.replaceAll('\u00a0', ' '))).to.deep.equal([
      '一共的钱 120,000元',
      '给了项目 108,000元',
      '签了合同 0元',
      '付出去了 0元',
      '还没花 120,000元',
      '3 社区花园 给了60,000元，合同0元，付了0元，还剩60,000元',
      '7 修路灯 &lt;b&gt;&amp;&lt;/b&gt; 给了48,000元，合同0元，付了0元，还剩48,000元',
    ]);
    expect(
      bars.map(([, , , drawn]) => drawn?.match(/width="([\d.]+)"/)?.[1]),
      'shares',
    ).to.deep.equal(['100', '90', '0', '0', '100', '100', '80']);
    expect(story.match(/<div class="compare">.*?<\/div><\/div>/s)?.[0].match(/<img /g)).to.have.length(2);
    for (const one of [shown, story]) expect(one).not.to.match(/周敏|13800001234|打了分/);
    const works = await web.json<{ number: number; rating: object | null }[]>('/api/cycles/qingsong-2026/works');
    expect(works.map(({ number, rating }) => [number, rating])).to.deep.equal([
      [3, null],
      [7, null],
    ]);
    expect(await text('/api/cycles/qingsong-2026/works.csv')).to.match(/^3,社区花园,Community garden,accepted,.*,,\r?$/m);
    expect(await text('/c/qingsong/report?lang=zh'))
      .to.include('不到5人评')
      .and.not.include('分（');
    const rated = { _id: { cycle: pines.cycle, number: 3, by: 'fifth' }, community: pines.community, stars: 3, key: 'fifth' };
    await collection(Rating).insertOne(withMark(world.vault, 'ratings', rated));
    await publishRating(world, { cycle: pines.cycle, number: 3 });
    expect(await text('/c/qingsong/works/3?lang=en'))
      .to.include('5 residents rated it: 4.2 of 5 on average')
      .and.include('Before');
    expect(await text('/c/qingsong/works/7?lang=zh'))
      .to.include('在找谁来办')
      .and.not.include('class="compare"');
    for (const nothing of ['1', '99', 'x']) expect((await page(`/c/qingsong/works/${nothing}`)).status).to.equal(404);
    const feed = await text('/c/qingsong/feed.atom');
    expect(feed).to.include('3 社区花园: 验收通过').and.include('/c/qingsong/works/3?cycle=qingsong-2026');
    expect(XMLValidator.validate(feed)).to.equal(true);
  });

  it('in English call projects and the community by their English names where there are some, and mark Chinese ones as Chinese', async () => {
    for (const path of ['/c/qingsong', '/c/qingsong/works/3', '/c/qingsong/hall', '/c/qingsong/report']) {
      const [en, zh] = [await counted(`${path}?lang=en`), await counted(`${path}?lang=zh`)];
      expect([en.includes('Community garden'), en.includes('社区花园')], path).to.deep.equal([true, false]);
      expect([zh.includes('Community garden'), zh.includes('社区花园')], path).to.deep.equal([false, true]);
    }
    const shown = await counted('/c/qingsong?lang=en');
    expect(shown).to.include('<b>3</b> Community garden').and.include('<b>1</b> <span lang="zh-CN">楼道装扶手</span>');
    const { projects } = await web.json<{ projects: { number: number; titleEn?: string }[] }>('/api/cycles/current?community=qingsong');
    expect(projects.map(({ titleEn }) => titleEn)).to.deep.equal([undefined, undefined, 'Community garden', undefined]);
    await collection(Community).updateOne(
      { _id: 'late' },
      { $set: { nameEn: 'Green Pines', 'person.nameEn': 'The office', about: { moneyEn: 'The street' } } },
    );
    at(now.getTime() + 5_000);
    expect(await text('/c/late/poster?lang=en'))
      .to.include('Green Pines ·')
      .and.include('The office <a href="tel:')
      .and.not.include('青松社区');
    expect(await text('/?lang=en')).to.include('<strong>Green Pines</strong>');
    expect(await text('/c/late/poster?lang=zh')).to.not.include('Green Pines');
  });

  it('have the year’s report as a page, with the sums of the account and of the ledger, the same as on paper', async () => {
    const payment = { community: pines.community, work: 3, kind: 'paid' as const, amount: 31_234, day: '2026-12-20', by: '周敏', at: ENDS };
    await collection(AccountEntry).insertOne({ _id: { cycle: pines.cycle, entry: 3 }, ...payment });
    await collection(Account).updateOne({ _id: pines.cycle, 'works.work': 3 }, { $set: { 'works.$.paid': 31_234 }, $inc: { entries: 1 } });
    const [held, stood] = ['2026-11-22T15:00+08:00', '2026-12-05T09:00+08:00'].map((time) => new Date(time));
    const roll = [true, true, true, false].map((isThere, n) => ({ id: `c${n}`, name: '周敏', isThere }));
    const items = [{ proposal: 1, advice: 'yes' as const, for: 2, against: 1, abstained: 0, decision: 'recommended' as const }];
    const minutes = { community: pines.community, place: '活动室', items, roll, signatures: [], addenda: [], by: '周敏', revision: 1 };
    await collection(Meeting).insertOne({
      _id: { cycle: pines.cycle, number: 1 },
      ...minutes,
      at: held ?? now,
      final: { at: held ?? now, hash: '' },
    });
    const hand = { phone: '1', name: '周敏' };
    await collection(Table).insertOne({
      ...{ _id: { cycle: pines.cycle, number: 1 }, community: pines.community, place: '菜市场门口', marked: 12, marks: 12, hands: [], mark: '' },
      ...{ opened: { at: stood ?? now, received: 100, by: [hand] }, validated: { at: stood ?? now, by: hand } },
      closed: { at: stood ?? now, handedOut: 12, spoiled: 0, left: 88, by: [hand] },
    });
    const answer = { state: 'considered' as const, by: '周敏', at: new Date(PROPOSES.getTime() + 3 * DAY) };
    await collection(Proposal).updateOne({ _id: { cycle: pines.cycle, number: 1 } }, { $set: { history: [answer] } });
    const { works: sums } = await recountAccount(pines.cycle);
    const total = (kind: 'granted' | 'paid') => sums.reduce((sum, each) => sum + each[kind], 0);
    const ballots = await collection(Entry).countDocuments({ '_id.cycle': pines.cycle, receipt: { $exists: true } });
    at(ENDS.getTime() + 13 * DAY);
    const accepted = {
      community: pines.community,
      table: 1,
      at: ENDS,
      keyed: [],
      accepted: [],
      state: 'accepted' as const,
      outcomes: { counted: 2 },
    };
    await collection(Batch).insertOne({ _id: { cycle: pines.cycle, number: 1 }, revision: 1, mark: '', ...accepted });
    expect(await counted('/c/qingsong?lang=zh'), 'why the result has fewer on paper')
      .to.include('有2张的人后来又投过')
      .and.include('纸票是0张');
    const shown = await text('/c/qingsong/report?lang=zh');
    const here = await Community.findById('qingsong').orFail().lean();
    const about = { ...textsAbout(world, await loadCatalogue(), here, 'zh-CN'), cycle: await Cycle.findById(pines.cycle).orFail().lean() };
    const pdf = await printPdf(await yearReport(world, { ...about, projects: projectsOf(about.cycle) }), false);
    const pages = await textsOf(pdf);
    for (const texts of pages) expectApart(texts, 595.4, 842);
    const drawn = await pictureOf(pdf, 0);
    for (const each of pages[0] ?? []) expect(drawn.ink(each), `${each.text} is drawn`).to.be.above(0.01);
    const printed = pages
      .flat()
      .map(({ text: said }) => said)
      .join('')
      .replace(/\s/g, '');
    for (const amount of [total('granted'), total('paid'), total('granted') - total('paid')]) {
      const said = `${amount.toLocaleString('en')}元`;
      expect(shown.replaceAll('\u00a0', ' ')).to.include(said);
      expect(printed).to.include(said);
    }
    expect(shown.replaceAll(/ data-head="[^"]*"/g, '')).to.match(
      new RegExp(`<td>短信</td><td class="amount"><a href="[^"]*/turnout.csv">${ballots}</a></td>`),
    );
    for (const said of [`${VOTERS}位投了票`, '4.2分（5人）', '不到5人评', '后面那块空地长满草', '验收过了', ...OF_TABLES]) {
      expect(shown).to.include(said);
      expect(printed).to.include(said.replace(/\s/g, ''));
    }
  });

  it('publish no result of a ledger that was tampered with', async () => {
    await Entry.updateOne({ _id: { cycle: 'late-2026', seq: 1 } }, { $set: { hash: '0'.repeat(64) } });
    const shown = await counted('/c/late?lang=zh');
    expect(shown).to.include('投票底册对不上').and.include('重新数一遍').and.not.include('class="results"');
  });

  it('keep an earlier year’s page', async () => {
    const { _id, ...rest } = await Cycle.findById('qingsong-2026').orFail().lean();
    const { frozen: _, sealedAt: __, ...next } = rest;
    await Cycle.create({
      ...next,
      _id: 'qingsong-2027',
      title: '2027年',
      moves: [],
      stages: [{ stage: 'propose', from: new Date(ENDS.getTime() + 20 * DAY) }],
    });
    at(ENDS.getTime() + 21 * DAY);
    expect(await text(PINES))
      .to.include('2027年')
      .and.include(`/c/qingsong?cycle=${_id}&amp;lang=zh`);
    expect(await text(`/c/qingsong?cycle=${_id}&lang=zh`))
      .to.include('这是以前的一年')
      .and.include('选上2个项目');
  });

  it('stay small with 200 projects and 2,000 proposals, and lead to every one of them', async () => {
    const { residents } = await found(world, 'large', 3, 1);
    const projects = Array.from({ length: 200 }, (_, index) => ({
      number: index + 1,
      title: `三号院第${index + 1}号楼修楼道扶手`,
      category: '基础设施',
      cost: 20_000 + index,
      detail: '1栋和3栋没有电梯，每层楼梯一边装扶手，一共十二层',
    }));
    await Cycle.updateOne({ _id: 'large-2027' }, { $set: { projects, lot: projects.map(({ number }) => number) } });
    const long = '小广场下雨就积水，能不能修一修,'.repeat(18);
    await Proposal.insertMany(
      Array.from({ length: 2_000 }, (_, index) => ({
        _id: { cycle: 'large-2027', number: index + 1 },
        community: 'large',
        at: new Date(OPENS.getTime() - 2 * DAY),
        origin: 'sms' as const,
        channel: 'sms',
        text: encryptedProposal(
          vault(SECRET_BYTES),
          { cycle: 'large-2027', number: index + 1 },
          index < 1000 ? long : `小广场下雨就积水，能不能修一修 ${index + 1}`,
        ),
        state: 'received',
        public: true,
        by: residents[0] ?? '',
        slot: `large ${index}`,
        key: `large ${index}`,
        history: [],
      })),
    );
    at(OPENS.getTime() + DAY);
    const first = await text('/c/large?lang=zh');
    expect(Buffer.byteLength(first)).to.be.below(100 * KB);
    expect(first.match(/class="state/g)).to.have.length(30);
    let next: string | undefined = '/c/large/proposals?lang=zh';
    expect(first).to.include(`href="${next}"`);
    let seen = 0;
    while (next) {
      const one: string = await text(next);
      expect(Buffer.byteLength(one)).to.be.below(100 * KB);
      seen += one.match(/class="state/g)?.length ?? 0;
      next = /rel="next" href="([^"]+)"/.exec(one)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).to.equal(2_000);

    at(CLOSES.getTime() + 10_000);
    await seal(world);
    at(CLOSES.getTime() + 15_000);
    const shown = await counted('/c/large?lang=en');
    expect(shown.match(/<th scope="row">/g)).to.have.length(200);
    expect(Buffer.byteLength(shown)).to.be.below(100 * KB);
  });

  it('list the first hundred of many communities, find one by name, and lead to the others', async () => {
    for (let number = 10; number < 120; number++) await found(world, `more-${number}`, number, 0, { name: `第${number}社区` });
    at(now.getTime() + 10_000);
    const shown = await text('/?lang=zh');
    expect(shown.match(/<li><a href="\/c\//g)).to.have.length(100);
    expect(shown).to.include('共114个社区，这里是其中100个');
    const next = /class="more" href="([^"]*)"/.exec(shown)?.[1] ?? '';
    expect((await text(next.replaceAll('&amp;', '&'))).match(/<li><a href="\/c\//g)).to.have.length(14);
    expect((await text('/?find=%E7%AC%AC117&lang=zh')).match(/<li><a href="\/c\//g)).to.have.length(1);
    expect(await text('/?find=.*%22%3E%3Cb%3E&lang=zh'))
      .to.include('没找到')
      .and.include('value=".*&quot;&gt;&lt;b&gt;"');
  });

  it('say while slips are keyed until when, and tell neither result nor the ledger’s lines', async () => {
    const until = new Date(ENDS.getTime() + 16 * 3_600_000);
    const stages = [
      { stage: 'vote' as const, from: VOTES },
      { stage: 'implement' as const, from: ENDS },
    ];
    at(ENDS.getTime() - DAY);
    const { cycle, community, act } = await town(world, { residents: 1, cycle: { stages, paper: { until } } });
    await castBallot(world, { picks: [3] }, act(0));
    at(ENDS.getTime() + 30 * 60_000);
    const shown = await text(`/c/${community}?lang=zh`);
    expect(shown)
      .to.match(/投票已经结束，纸票还没录完，<span class="whole">(12月)?16号中午12点<\/span>以后公布结果/)
      .and.include('之后公布结果')
      .and.not.include('<button type="button" hidden>');
    expect(await text(`/c/${community}/hall?lang=zh`)).to.include('纸票还没录完');
    const answer = await page(`/api/cycles/${cycle}/results`);
    expect([answer.status, answer.text]).to.deep.equal([
      409,
      JSON.stringify({
        error: `The vote is over, and slips of paper are being keyed until ${until.toISOString()}; results come ten seconds after that.`,
      }),
    ]);
    expect((await page(`/api/cycles/${cycle}/ledger`)).text, 'what comes in now is on paper').to.equal('');
    expect(JSON.parse(await text(`/api/cycles/current?community=${community}`))).to.include({ slipsUntil: until.toISOString(), ballots: null });
  });
});
