import { expect } from 'chai';
import type { Actor } from '../../../src/fund/people/index.ts';
import { encryptedProposal, Proposal, placesIn, recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { publish } from '../../support/meetings.ts';
import {
  draftOpinion,
  enterProposals,
  giveOpinions,
  hideProposal,
  mergeProposals,
  type OpinionGiven,
  setProposalState,
  takeApart,
  takeOpinionBack,
} from '../../support/proposals.ts';
import { wcagProblems } from '../../support/readable.ts';
import { type Town, town } from '../../support/town.ts';
import { DAY } from '../community.ts';
import { castAll, ENDS, neighbourhood, seal } from '../neighbourhood.ts';
import { useServed } from '../serve.ts';

const STRANGER = '+8613900000009';
const TEXTS = [
  '三号院门口晚上太黑，装一盏灯',
  '2栋楼道没有扶手',
  '<img src=x onerror=alert(1)> 3号院种花 & "草"',
  '打我电话13800001234，2幢电梯坏了',
  '三号院路灯太暗',
  '请把别人家的墙拆了',
  'a bench at building 2',
];

describe('the proposals, for everybody', () => {
  const database = useDatabase('story');
  const open = useBrowser();
  let now = new Date();
  const world: World = { ...database.world, now: () => now };
  const web = useServed(world);
  let here: Town;
  let cadre: Actor;

  const later = (days: number) => {
    now = new Date(now.getTime() + days * DAY);
  };
  const page = async (path = '', lang = 'zh') => {
    const response = await web.get(`/c/${here.community}/proposals${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
    return { status: response.status, text: await response.text() };
  };
  const numbers = async (query: string) => [...(await page(query)).text.matchAll(/<b>(\d+)<\/b>/g)].map(([, number]) => Number(number));
  const answer = async (number: number, opinion: OpinionGiven) => {
    await draftOpinion(world)({ cycle: here.cycle, number, opinion, seen: undefined, actor: cadre });
    await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [number], actor: cadre });
  };

  before(async () => {
    const from = (days: number) => new Date(now.getTime() + days * DAY);
    const stages = [
      { stage: 'propose' as const, from: from(-5) },
      { stage: 'vote' as const, from: from(30) },
      { stage: 'implement' as const, from: from(40) },
    ];
    here = await town(world, { residents: 3, community: { categories: [{ name: '照明', words: ['灯'] }] }, cycle: { stages } });
    cadre = { kind: 'staff', role: 'cadre', id: '1', name: '孙志刚', community: here.community };
    const proposals = TEXTS.map((text, index) => ({ text, origin: 'paper' as const, ...(index === 0 && { category: '照明', name: '赵小梅' }) }));
    await enterProposals(world)({ cycle: here.cycle, proposals, actor: cadre, key: 'form' });
    await supportProposals(world)({ numbers: [1, 5] }, here.act(0, { at: now }));
    await supportProposals(world)({ numbers: [2] }, here.act(1, { at: now }));
    await recordProposal(world, { text: '陌生人的话' }, here.act(STRANGER, { at: now }));
    later(2);
    await mergeProposals(world, here.notify)({ cycle: here.cycle, numbers: [4], into: 2, actor: cadre });
    await mergeProposals(world, here.notify)({ cycle: here.cycle, numbers: [5], into: 1, actor: cadre });
    later(1);
    await takeApart(world, here.notify)({ cycle: here.cycle, number: 4, actor: cadre, reason: '不是一回事' });
    later(3);
    await answer(1, { isFeasible: true, cost: 48_000 });
    await answer(2, { isFeasible: true, cost: 900 });
    await answer(6, { isFeasible: false, reason: 'other-party', sentence: '这墙是<b>别人</b>的，找13800001234' });
    later(1);
    await takeOpinionBack(world, here.notify)({ cycle: here.cycle, number: 2, reason: '算错了', actor: cadre });
    await setProposalState(world, here.notify)({ cycle: here.cycle, number: 1, state: 'project', project: 7, actor: cadre });
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 7, actor: cadre, reason: '重复' });
    later(1);
    await publish(world)({ cycle: here.cycle, seen: 0, actor: cadre });
  });

  it('are chosen by category, state, place and words, and put in order, in the address', async () => {
    expect(await numbers('')).to.deep.equal([6, 5, 4, 3, 2, 1]);
    expect(await numbers('?order=supports')).to.deep.equal([2, 1, 6, 5, 4, 3]);
    expect(await numbers('?category=照明')).to.deep.equal([1]);
    expect(await numbers('?state=declined')).to.deep.equal([6]);
    expect(await numbers('?place=三号院')).to.deep.equal([5, 3, 1]);
    expect(await numbers('?place=2栋')).to.deep.equal([4, 2]);
    expect(await numbers('?place=3号院&find=灯')).to.deep.equal([5, 1]);
    expect(await numbers('?find=灯 门口')).to.deep.equal([1]);
    expect(await numbers('?find=5'), 'a number').to.deep.equal([5]);
    expect(await numbers('?find=13800001234'), 'what is masked is not found').to.deep.equal([]);
    expect((await page('?place=三号院')).text)
      .to.include('<option value="3号院" selected>')
      .and.include('找到3件');
  });

  it('read places with a number, however they are written', () => {
    expect(placesIn('三号院和3号院，十二栋2单元，21幢')).to.deep.equal(['3号院', '12栋', '2单元', '21栋']);
    expect(placesIn('两栋楼, Building 2')).to.deep.equal(['2栋']);
    expect(placesIn('100000号院，第一期')).to.deep.equal(['1期']);
  });

  it('say how many have an answer, and after how many days, here, on the community page and in the API', async () => {
    const said = '提了6件，3件有了回音，一半在6天里。';
    expect((await page()).text).to.include(said);
    expect((await page('', 'en')).text).to.include('Proposals: 6, answered: 3, half of them by day 6.');
    const community = await (await web.get(`/c/${here.community}?lang=zh`)).text();
    expect(community).to.include(said).and.include(`href="/c/${here.community}/proposals?lang=zh"`).and.include(`/proposals/1?lang=zh`);
    const current = await web.json<Record<string, unknown>>(`/api/cycles/current?community=${here.community}`);
    expect(current).to.include({ proposals: 6, answered: 3, medianDays: 6 });
  });

  it('each tell their story, with days and without names', async () => {
    const text = (await page('/1')).text;
    const order = ['有人写在纸上提的', '到现在有1人支持', '5号提议</a>并了进来', '算过了，要48,000元', '成了7号项目', '写进了公示的名单'];
    expect(order.map((said) => text.lastIndexOf(said))).to.satisfy(
      (places: number[]) => places.every((place, index) => place > (places[index - 1] ?? 0)),
      `in the order of time: ${order.map((said) => text.lastIndexOf(said))}`,
    );
    expect((await page('/5')).text).to.include(`并进了<a href="/c/${here.community}/proposals/1?lang=zh">1号提议</a>`);
    expect((await page('/4')).text)
      .to.include('并进了另一件提议')
      .and.include('又分出来')
      .and.include('138********')
      .and.not.include('13800001234');
    expect((await page('/2')).text)
      .to.include('答复收回，重新看')
      .and.not.include('900元')
      .and.not.include('公示');
    const refused = (await page('/6')).text;
    expect(refused).to.include('这次办不了：该别人管').and.include('这墙是&lt;b&gt;别人&lt;/b&gt;的，找138********');
    for (const number of [1, 2, 4, 5, 6])
      for (const secret of ['孙志刚', '赵小梅', '算错了', '13800001234']) expect((await page(`/${number}`)).text).to.not.include(secret);
  });

  it('are not there while they are hidden or not released, or have no such number', async () => {
    for (const path of ['/7', '/8', '/9', '/0', '/x', '/1e1', '/1?cycle=nothing']) expect((await page(path)).status, path).to.equal(404);
    expect((await page('/8')).text)
      .to.include('没有这件提议')
      .and.not.include('陌生人的话');
    expect((await page()).text)
      .to.not.include('陌生人的话')
      .and.not.include('a bench');
    expect((await web.get('/c/nowhere/proposals')).status).to.equal(404);
  });

  it('run nothing that is written in a text, a search or a place', async () => {
    for (const path of ['', '/3', '?find="><script>alert(1)</script>', '?place="><img src=x>', '?category="><s>', '?order="><s>']) {
      const { text } = await page(path);
      expect(text, path).to.not.match(/<img src=x|<script>alert|"><s>/);
    }
    expect((await page('/3')).text).to.include('&lt;img src=x onerror=alert(1)&gt; 3号院种花 &amp; &quot;草&quot;');
  });

  it('tell what the vote decided on the project that it became part of, and nothing of it before', async () => {
    const old = now;
    now = new Date(ENDS.getTime() - DAY);
    const pines = await neighbourhood(world, 'qingsong', 5);
    const story = async () => (await web.get('/c/qingsong/proposals/1?lang=zh')).text();
    await castAll(world, pines);
    expect(await story())
      .to.include('成了7号项目')
      .and.not.match(/\d+票/);
    now = new Date(ENDS.getTime() + 10_000);
    await seal(world);
    let told = await story();
    while (!/\d+票/.test(told)) told = await story(); // who asks early finds the count under way
    expect(told).to.match(/投票(?:选上了|没有选上)7号项目，75票/);
    now = old;
  });

  it('are fifty on a page, small also with the longest texts, and old addresses lead on', async () => {
    const many = await town(world, {});
    const long = '"'.repeat(300);
    await collection(Proposal).insertMany(
      Array.from({ length: 1_020 }, (_, index) => {
        const _id = { cycle: many.cycle, number: index + 1 };
        const fields = {
          community: many.community,
          at: now,
          origin: 'paper' as const,
          state: 'received' as const,
          public: true,
          by: 'x',
          history: [],
        };
        return { _id, ...fields, text: encryptedProposal(world.vault, _id, long) };
      }),
    );
    let next: string | undefined = `/c/${many.community}/proposals?lang=zh`;
    let seen = 0;
    for (; next; ) {
      const text: string = await (await web.get(next)).text();
      expect(Buffer.byteLength(text)).to.be.below(100_000);
      const count = text.match(/<li><p><a/g)?.length ?? 0;
      expect(count).to.be.at.most(50);
      seen += count;
      next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).to.equal(1_020);
    const old = await web.get(`/c/${many.community}?before=900&lang=en`, { redirect: 'manual' });
    expect([old.status, old.headers.get('location')]).to.deep.equal([302, `/c/${many.community}/proposals?page=3&lang=en`]);
    expect(await (await web.get(`/c/${many.community}?before=900&lang=en`)).text()).to.include('<b>899</b>');
  });

  it('can be read and chosen by everybody, on a phone and on a desk, light and dark, without a script', async () => {
    for (const width of [360, 1280])
      for (const colorScheme of ['light', 'dark'] as const)
        for (const [name, path] of [
          ['list', ''],
          ['story', '/1'],
          ['refused', '/6'],
        ]) {
          const address = `${web.url}/c/${here.community}/proposals${path}?lang=${width === 360 ? 'zh' : 'en'}`;
          const { page: opened } = await open(address, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
          if (process.env.PAGE_SHOTS)
            await opened.screenshot({ path: `${process.env.PAGE_SHOTS}/proposals-${name}-${width}-${colorScheme}.png`, fullPage: true });
          expect(await opened.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(width);
          expect(await wcagProblems(opened)).to.deep.equal([]);
          await opened.context().close();
        }
    const { page: plain } = await open(`${web.url}/c/${here.community}/proposals?lang=zh`, { javaScriptEnabled: false });
    await plain.selectOption('#place', '3号院');
    await plain.fill('#find', '灯');
    await plain.click('button');
    expect(new URL(plain.url()).searchParams.get('lang')).to.equal('zh');
    expect(await plain.locator('.proposals > li').count()).to.equal(2);
  });
});
