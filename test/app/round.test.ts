import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { verifyAudit, writeAudit } from '../../src/fund/ballots/audit/index.ts';
import { LogEntry } from '../../src/fund/log/index.ts';
import { slipAudit } from '../../src/fund/paper/index.ts';
import { residentId } from '../../src/fund/people/index.ts';
import { linkContact } from '../../src/fund/people/linkChat.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { sha256 } from '../../src/store/vault.ts';
import { account } from '../channels/wechat/channel.ts';
import { openidOf } from '../conversations/openidOf.ts';
import { sealed } from '../conversations/sealed.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { startService, type TestService } from '../support/service.ts';
import { silence } from '../support/silence.ts';
import { browse, cookieOf } from '../web/console/office.ts';

const SLUG = 'hetang';
const CYCLE = 'hetang-2027';

/** What becomes of a wish: part of another one, not feasible, or this sum. */
type Fate = { readonly into: number } | { readonly no: string } | number;

/** The first ten can be done, and the council recommends eight of them. 14 come by text, 6 by phone, 10 in the chat, 10 on paper. */
const WISHES: readonly (readonly [string, Fate])[] = [
  ['三号院门口晚上太黑，装几盏路灯', 48_000],
  ['小广场放几样健身器材', 30_000],
  ['一栋没电梯，楼道装扶手', 25_000],
  ['后面空地种花，大家轮流管', 60_000],
  ['菜场门口搭个雨棚', 36_000],
  ['电瓶车没地方充电，装充电桩', 52_000],
  ['树下加十把长凳', 9_000],
  ['活动室办老人食堂', 80_000],
  ['门口减速带，车太快', 6_000],
  ['娃娃放学没地方去，办个四点半课堂', 40_000],
  ['我家阳台漏水，帮我修', { no: '自己家里的事，这笔钱不能办' }],
  ['地铁站修到小区门口来', { no: '要市里定，社区办不了' }],
  ['给每家发两百块钱', { no: '这笔钱不能发给个人' }],
  ['三号院的灯坏了好久，换新灯', { into: 1 }],
  ['三号院那条路看不见，要照明', { into: 1 }],
  ['想要锻炼身体的器材', { into: 2 }],
  ['楼梯上没有抓手，老人上不去', { into: 3 }],
  ['空地荒着，种点花草', { into: 4 }],
  ['雨天买菜淋湿，搭棚子', { into: 5 }],
  ['充电的桩子太少', { into: 6 }],
  ['多放凳子，老人歇脚', { into: 7 }],
  ['停车位太少，挖个地下车库', { no: '钱不够，差得太远' }],
  ['把对面的烟囱拆了', { no: '那是别人的厂子，社区定不了' }],
  ['老人吃饭没人管，办食堂', { into: 8 }],
  ['门口车开得快，要减速', { into: 9 }],
  ['放学以后有人看娃娃', { into: 10 }],
  ['每栋楼加装电梯', { no: '钱不够，另外有加装电梯的政策' }],
  ['物业费太贵，补一点', { no: '这笔钱不能补物业费' }],
  ['跳广场舞的太吵，不许跳', { no: '不花钱，居委会去商量' }],
  ['路灯，三号院', { into: 1 }],
  ['健身的地方', { into: 2 }],
  ['修楼道扶手', { into: 3 }],
  ['多些充电桩', { into: 6 }],
  ['医院开到社区来', { no: '要区里定，社区办不了' }],
  ['养狗的要管', { no: '不花钱，居委会去劝' }],
  ['公交站牌移近一点', { no: '公交公司定，我们去反映' }],
  ['凳子', { into: 7 }],
  ['社区大门换成金的', { no: '不实用，大家不同意' }],
  ['花园', { into: 4 }],
  ['帮我儿子找工作', { no: '去街道就业窗口，有人帮' }],
];
const RESIDENTS = Array.from({ length: 16 }, (_, n) => `+86138000010${String(n + 1).padStart(2, '0')}`);
const STAFF = [
  ['王芳', '+8613800002001', 'cadre'],
  ['何静', '+8613800002002', 'council'],
  ['老周', '+8613800002003', 'council'],
  ['老吴', '+8613800002004', 'council'],
  ['郑海涛', '+8613800002005', 'supervisor'],
] as const;

const FILES = {
  'community.yaml': `slug: ${SLUG}
name: 荷塘社区
language: zh-CN
timezone: Asia/Shanghai
phone: "+862880001001"
callback: "+862880001002"
verify: either
ballots: public
quiet: "21:00-08:00"
person: {name: 居委会, phone: "+862880001003"}
council: {quorum: 2/3, majority: 1/2}
categories:
  - {name: 照明, words: [灯, 黑]}
`,
  'cycle.yaml': `id: ${CYCLE}
title: 荷塘社区保障资金
budget: 200000
currency: CNY
rule: greedy
threshold: 1
choices: {min: 1, max: 3}
stages: {propose: 2027-01-01T00:00, deliberate: 2027-01-11T00:00, publish: 2027-01-18T00:00, vote: 2027-01-28T08:00, implement: 2027-02-05T20:00, closed: 2027-12-01T00:00}
projects: []
`,
  'residents.csv': `id,name,phone,card,building,language,role\n${RESIDENTS.map((phone, n) => `${n + 1},居民${n + 1},${phone},,1栋,,`).join('\n')}\n`,
  'staff.csv': `name,phone,role\n${STAFF.map((row) => row.join(',')).join('\n')}\n`,
};

describe('a whole round', () => {
  const { world: real } = useDatabase('round');
  const folder = useFolders();
  const { world, clock } = movedWorld(real);
  let service: TestService;
  afterEach(() => service.stop());

  it('leads from forty proposals of every channel to a ballot of eight; everybody is answered, and the log holds', async () => {
    moveTo('2027-01-04T10:00');
    service = await startService(world, folder(FILES), { withWechat: true });
    moveTo('2027-01-04T10:00');
    const { twilio } = service;
    const chat = account(service);
    const text = (n: number, body: string) => twilio.deliver({ from: phoneOf(n), to: service.community.phone, body });
    const write = (n: number, body: string) =>
      chat.deliver(openidOf(phoneOf(n)), { MsgType: 'text', Content: body, MsgId: `${randomInt(1e9)}${randomInt(1e9)}` });
    const fates = WISHES.map(([, fate], index) => ({ number: index + 1, fate }));

    for (let n = 0; n < 14; n += 1) await text(1 + Math.floor(n / 2), `提议 ${wish(n + 1)}`);
    for (const n of [8, 9]) {
      const call = await twilio.dial({ from: phoneOf(n), to: service.community.phone });
      for (let times = 0; times < 3; times += 1) {
        await call.press('2');
        await call.speak({ url: `${twilio.apiUrl}/Recordings/${twilio.recordings.take(silence(4))}`, seconds: 4 });
        await call.press('#');
      }
      await call.hangUp();
    }
    for (let n = 0; n < 10; n += 1) {
      const who = 10 + Math.floor(n / 3);
      const contact = { community: SLUG, channel: 'wechat', address: openidOf(phoneOf(who)) } as const;
      if (n % 3 === 0) await linkContact(world.vault, residentId(world.vault, SLUG, String(who)), contact, 'card');
      await write(who, `提议 ${wish(n + 21)}`);
    }
    let cadre = await as('王芳');
    const recordings = valuesIn(await cadre.page('/recordings'), /recordings\/([0-9a-f]{12})"/g);
    expect(recordings).to.have.length(6);
    for (const [index, recording] of recordings.entries()) await cadre.done(`/recordings/${recording}/writeDown`, { heard: wish(15 + index) });
    const key = one(await cadre.page('/proposals/new'), /name="key" value="(\w+)"/);
    const lines = WISHES.slice(30).map(([words]) => words);
    await cadre.done('/proposals/enterMany', { lines: lines.join('\n'), origin: 'paper', key });
    expect(await open('/c/hetang/proposals')).to.include('提了40件');

    await goTo('2027-01-05T09:00');
    cadre = await as('王芳');
    for (const { number, fate } of fates)
      if (typeof fate === 'object' && 'into' in fate) await cadre.done(`/proposals/${number}/merge`, { into: `${fate.into}` });
    await goTo('2027-01-13T10:00');
    cadre = await as('王芳');
    for (const { number, fate } of fates)
      if (typeof fate === 'object' && 'into' in fate) continue;
      else if (typeof fate === 'number')
        await cadre.done(`/proposals/${number}/examine`, { seen: '0', feasible: 'yes', cost: `${fate}`, manner: 'works' });
      else await cadre.done(`/proposals/${number}/examine`, { seen: '0', feasible: 'no', reason: 'outside', sentence: fate.no });
    await cadre.done('/proposals/answer', { give: valuesIn(await cadre.page('/proposals/round'), /name="give"[^>]* value="([\d:]+)"/g) });

    await cadre.done(`/meetings/${CYCLE}/plan`, { day: '2027-01-14', time: '19:00', place: '活动室', yes: '1 2 3 4 5 6 7 8 9 10', no: '' });
    await goTo('2027-01-14T20:30');
    cadre = await as('王芳');
    const meeting = `/meetings/${CYCLE}/1`;
    const seen = async () => one(await cadre.page(meeting), /name="seen" value="(\d+)"/);
    const roll = valuesIn(await cadre.page(meeting), /name="there-([^"]+)"/g);
    const decided = Array.from({ length: 10 }, (_, index) => {
      const [votes, decision, reason] =
        index < 8 ? ['2', 'recommended', ''] : index === 8 ? ['0', 'not', '要交警来定'] : ['0', 'deferred', '等学校回话'];
      return { [`for-${index + 1}`]: votes, [`decision-${index + 1}`]: decision, [`reason-${index + 1}`]: reason };
    });
    const minutes = (there: number): Record<string, string> =>
      Object.assign({}, ...decided, ...roll.slice(0, there).map((id) => ({ [`there-${id}`]: '1' })));
    expect((await cadre.send(`${meeting}/minutes`, { ...minutes(1), seen: await seen() })).status, 'one of three is no quorum').to.equal(422);
    await cadre.done(`${meeting}/minutes`, { ...minutes(2), seen: await seen() });
    await cadre.done(`${meeting}/sign`, { seen: await seen() });
    expect(await (await as('何静')).done(`${meeting}/sign`, { seen: await seen() })).to.include('done=meeting.sign');
    expect(await open('/c/hetang/meetings')).to.include('应到3人，实到2人（67%）');

    await goTo('2027-01-18T09:00');
    cadre = await as('王芳');
    await cadre.done(`/publication/${CYCLE}/publish`, { seen: '0' });
    expect(await text(1, '异议 5 雨棚挡了消防车')).to.include('是1号异议');
    await cadre.done(`/publication/${CYCLE}/objections/1/answer`, { text: '量过了，棚子让开了消防车道' });
    for (const { number, fate } of fates.slice(0, 8)) {
      const ballot = one(await cadre.page(`/ballot/project?from=${number}`), /name="seen" value="(\w+)"/);
      const project = { number: `${number}`, title: wish(number), short: '', cost: `${fate}`, at: '', from: `${number}` };
      await cadre.done('/ballot/project', { cycle: CYCLE, seen: ballot, ...project });
    }
    const supervisor = await as('郑海涛');
    const ballot = /name="ballot" value="(\w+)"/.exec(await supervisor.page('/publication'))?.[1] ?? '';
    await supervisor.done(`/publication/${CYCLE}/check`, { seen: '1', ballot, is: 'right' });

    await goTo('2027-01-28T09:00');
    expect(await text(1, '投票 1 3')).to.include('投好了');
    expect(await write(10, '投票 2')).to.include('投好了');
    const { projects } = await json<{ projects: { number: number; cost: number }[] }>(`/api/cycles/${CYCLE}/ballot`);
    expect(projects.map(({ number, cost }) => [number, cost])).to.deep.equal(fates.slice(0, 8).map(({ number, fate }) => [number, fate]));
    const became = await json<{ number: number; state: string; reason: unknown; mergedInto: number | null }[]>(`/api/cycles/${CYCLE}/proposals`);
    expect(became.map(({ state }) => state).filter((state) => state === 'received')).to.deep.equal([]);
    const count = (wanted: string) => became.filter(({ state }) => state === wanted).length;
    expect([count('declined'), count('notRecommended'), count('deferred')]).to.deep.equal([13, 1, 1]);
    expect(await open('/c/hetang/proposals')).to.include('提了40件，40件有了回音');

    expect(told(1), 'by text').to.deep.equal([
      '您的1号提议，交给议事会商量了',
      '您的2号提议，交给议事会商量了',
      '您的1号提议，议事会同意了，接下来公示',
      '您的2号提议，议事会同意了，接下来公示',
      '您的1号异议，答复如下：量过了，棚子让开了消防车道',
      '您的1号提议成了1号项目',
      '您的2号提议成了2号项目',
    ]);
    expect(told(8), 'by phone').to.deep.equal([
      '您电话里说的15号提议写下来了：三号院那条路看不见，要照明。写得不对，回“0”',
      '您电话里说的16号提议写下来了：想要锻炼身体的器材。写得不对，回“0”',
      '您电话里说的17号提议写下来了：楼梯上没有抓手，老人上不去。写得不对，回“0”',
      '您的15号提议和1号是一件事，并到1号一起商量，支持的人也算过去',
      '您的16号提议和2号是一件事，并到2号一起商量，支持的人也算过去',
      '您的17号提议和3号是一件事，并到3号一起商量，支持的人也算过去',
      '您的15号提议并在1号里，1号交给议事会商量了',
      '您的16号提议并在2号里，2号交给议事会商量了',
      '您的17号提议并在3号里，3号交给议事会商量了',
      '您的15号提议并在1号里，1号议事会同意了，接下来公示',
      '您的16号提议并在2号里，2号议事会同意了，接下来公示',
      '您的17号提议并在3号里，3号议事会同意了，接下来公示',
      '您的15号提议并在1号里，1号写进了1号项目',
      '您的16号提议并在2号里，2号写进了2号项目',
      '您的17号提议并在3号里，3号写进了3号项目',
    ]);
    expect(told(10), 'in the chat, and by text what the chat takes no more').to.deep.equal([
      '您的21号提议和7号是一件事，并到7号一起商量，支持的人也算过去',
      '您的21号提议并在7号里，7号交给议事会商量了',
      '您的22号提议这次没有采纳：钱不够，差得太远。有话说，发“问”',
      '您的23号提议这次没有采纳：那是别人的厂子，社区定不了。有话说，发“问”',
      '您的21号提议并在7号里，7号议事会同意了，接下来公示',
      '您的21号提议并在7号里，7号写进了7号项目',
    ]);
    expect(await text(7, '进度 14')).to.include('并到1号提议里了');

    await goTo('2027-02-06T09:00');
    await sealed(clock);
    const audit = folder({});
    await writeAudit(world, CYCLE, audit, { isPublic: false, slips: slipAudit(world) });
    const files = Object.fromEntries(readdirSync(audit).map((name) => [name, readFileSync(join(audit, name), 'utf8')]));
    const verified = verifyAudit(files, sha256);
    expect(verified).to.include({ ok: true, entries: 3, opened: true });
    expect(verified.ok && verified.log?.entries).to.equal(await collection(LogEntry).countDocuments({ '_id.community': SLUG }));
  });

  /** What a resident was told outside a reply, in order, whatever it came by. */
  function told(n: number): string[] {
    const texts = service.twilio.accepted.filter(({ to }) => to === phoneOf(n)).map(({ body }) => body);
    const chats = account(service).sent.flatMap((one) => (one.kind === 'text' && one.openid === openidOf(phoneOf(n)) ? [one.text] : []));
    return [...chats, ...texts].map((said) => said.replace('【荷塘社区】', ''));
  }

  /** The next day begins once everything is sent that was queued. */
  async function goTo(shanghai: string): Promise<void> {
    const isOpen = (message: { state: string; next?: unknown }) =>
      !['sent', 'delivered', 'unknown'].includes(message.state) && (message.state !== 'failed' || message.next);
    while ((await collection(Message).find({ community: SLUG }).toArray()).some(isOpen)) await sleep(50);
    moveTo(shanghai);
  }

  function moveTo(shanghai: string): void {
    clock.moveTo(shanghai);
    if (service?.wechat) service.wechat.later = clock.ahead;
  }

  async function open(path: string): Promise<string> {
    return (await fetch(service.url + path)).text();
  }

  async function json<Body>(path: string): Promise<Body> {
    return JSON.parse(await open(path));
  }

  /** Somebody at the console, signed in now. */
  async function as(name: (typeof STAFF)[number][0]) {
    const phone = STAFF.find(([one]) => one === name)?.[1] ?? '';
    const { get, post } = browse(() => service, await cookieOf(world, phone));
    const own = (path: string) => `/console/${SLUG}${path}`;
    const send = (path: string, form: Parameters<typeof post>[1]) => post(own(path), form);
    return {
      send,
      page: async (path: string) => (await get(own(path))).text(),
      done: async (path: string, form: Parameters<typeof post>[1]) => {
        const answer = await send(path, form);
        if (answer.status !== 303) expect.fail(`${path}: ${answer.status} ${/role="alert".*/.exec(await answer.text())?.[0]}`);
        return answer.headers.get('location') ?? '';
      },
    };
  }
});

function phoneOf(n: number): string {
  return RESIDENTS[n - 1] ?? '';
}

function wish(number: number): string {
  return WISHES[number - 1]?.[0] ?? '';
}

function valuesIn(page: string, pattern: RegExp): string[] {
  return [...page.matchAll(pattern)].map(([, value]) => value ?? '');
}

function one(page: string, pattern: RegExp): string {
  return pattern.exec(page)?.[1] ?? expect.fail(`${pattern} is not on the page`);
}
