import { expect } from 'chai';
import { Cycle, freeze, STAGES, type Stage } from '../../../src/fund/cycles/index.ts';
import { Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import { operator, requestMembership, type StaffRole } from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS, HOUR_MS, readTime } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { card } from '../../support/cards.ts';
import { extendCycle } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { planMeeting, publish } from '../../support/meetings.ts';
import { closed, handIn, keyed, serials, table } from '../../support/paper.ts';
import { plansOf } from '../../support/plans.ts';
import { staff } from '../../support/second.ts';
import { addStaff } from '../../support/staff.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const LI = operator('李姐');
const STRANGERS = ['+8613900000009', '+8613900000010', '+8613900000011'];

describe('Today', () => {
  const { world } = useDatabase('consoletoday');
  let here: Town;
  let web: Served;
  let ahead = 0;
  const start = world.now().getTime();
  /** Its clock stands, so that what is kept for a second is kept however slow a page is. */
  const later: World = { ...world, now: () => new Date(start + ahead) };
  before(async () => {
    here = await town(world, { residents: 5 });
    await staffAll(world, here.community);
    web = await serve(later, { publicUrl: 'http://example.org' });
  });
  after(() => web.close());

  const asks = (stranger: string | undefined = '') => requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(stranger));

  it('asks the database twice: who reads, and whether anything was done since what is known', async () => {
    await asks(STRANGERS[0]);
    const { get } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const today = async () => (await get(`/console/${here.community}`)).text();
    await today();
    const planned = await plansOf(async () => void (await today()));
    expect(planned.map(({ asked }) => asked)).to.have.lengthOf(2);
  });

  it('shows what one has just done at once, and what residents do in three seconds', async () => {
    const { get, post } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const own = `/console/${here.community}`;
    const waiting = async () => /<span class="count">(\d+)<\/span> <span class="what">[^<]*加入/.exec(await (await get(own)).text())?.[1];
    await asks(STRANGERS[1]);
    await asks(STRANGERS[2]);
    ahead += 3_000;
    expect(await waiting()).to.equal('3');
    expect((await post(`${own}/requests/refuse`, { tick: '1', reason: '不住这里' })).status).to.equal(303);
    expect(await waiting()).to.equal('2');
    expect(await (await get(own)).text()).to.include(`href="${own}/requests"`);
    await post(`${own}/requests/refuse`, { tick: '2', reason: '不住这里' });
    expect(await (await get(own)).text(), 'to the only one').to.include(`href="${own}/requests/3"`);
  });

  /** What waits in a town, for a role: the words of each line, where it leads, and what stands beside it. */
  const waitsIn = async ({ community }: Town, role: StaffRole) => {
    const { get } = browse(() => web, await cookieOf(later, phoneOf(role)));
    const text = await (await get(`/console/${community}`)).text();
    const lines = [
      ...text.matchAll(
        /<(?:li|p class="act")><a class="(?:task|go)" href="([^"]+)">(?:<span class="count">(\d+)<\/span> )?<span class="what">([^<]+)<\/span><\/a>(.*?)<\/(?:li|p)>/g,
      ),
    ];
    return lines.map(([, path = '', count = '', what, beside = '']) => [
      `${count}${what}`,
      path.replace(`/console/${community}`, ''),
      beside.replaceAll(/<[^>]+>/g, ''),
    ]);
  };

  it('names the main act of every stage, to each office, with the page on which it is done; and one proposal is counted once', async () => {
    const DAY = 86_400_000;
    const order: readonly Stage[] = STAGES.filter((stage) => stage !== 'evaluate' && stage !== 'closed');
    const at = (stage: Stage) => {
      const index = order.indexOf(stage);
      return order.map((each, place) => ({ stage: each, from: new Date(later.now().getTime() + (place - index) * 10 * DAY - DAY) }));
    };
    const opinion = (given: boolean) => ({
      isFeasible: true,
      cost: 10,
      by: '李姐',
      at: later.now(),
      ...(given && { given: { by: '李姐', at: later.now() } }),
    });
    const found: Record<string, Record<string, string | undefined>> = {};
    for (const stage of STAGES) {
      const stages = stage === 'evaluate' || stage === 'closed' ? [{ stage, from: new Date(later.now().getTime() - DAY) }] : at(stage);
      const there = await town(world, { residents: 2, community: { categories: [{ name: '路灯', words: [] }] } });
      await staffAll(world, there.community);
      for (const text of ['修路灯', '种花', '装凳子']) await recordProposal(world, { text }, there.act(0, { at: later.now() }));
      await collection(Cycle).updateOne({ _id: there.cycle }, { $set: { stages } });
      const set = (number: number, what: object) =>
        collection(Proposal).updateOne({ _id: { cycle: there.cycle, number } }, { $set: { ...what }, $unset: { late: 1 } });
      await set(1, { state: 'considered', opinion: opinion(true) });
      await set(2, stage === 'deliberate' || stage === 'propose' ? {} : { state: 'recommended', opinion: opinion(true) });
      await set(3, stage === 'propose' ? {} : { state: 'declined', opinion: opinion(true) });
      const [cadre, supervisor, council] = await Promise.all(
        (['cadre', 'supervisor', 'council'] as const).map(async (role) => (await waitsIn(there, role)).map(([what, path]) => `${what} ${path}`)),
      );
      found[stage] = { cadre: cadre?.[0], supervisor: supervisor?.[0], council: council?.[0] };
      if (stage === 'deliberate')
        expect(cadre, 'each of them once').to.deep.equal(['1条提议还没审核：能不能办、多少钱 /proposals/opinions', '1条提议等着开议事会 /meetings']);
    }
    const [proposals, list, turnout, works, calendar] = [
      ...[
        '看大家提了什么 /proposals',
        '看公示的名单和异议 /publication',
        '看投票情况 /turnout',
        '看项目办到哪一步 /works',
        '看日程：什么时候做什么 /calendar',
      ],
    ];
    expect(found).to.deep.equal({
      announce: { cadre: '告诉大家今年怎么做 /messages/new', supervisor: calendar, council: calendar },
      propose: { cadre: '3条提议没分类 /proposals?view=unsorted', supervisor: proposals, council: proposals },
      deliberate: { cadre: '1条提议还没审核：能不能办、多少钱 /proposals/opinions', supervisor: proposals, council: proposals },
      publish: { cadre: '1条提议等着开议事会 /meetings', supervisor: list, council: list },
      vote: { cadre: '提醒还没投的人 /messages/new', supervisor: turnout, council: turnout },
      implement: { cadre: works, supervisor: works, council: works },
      evaluate: { cadre: '看账目，结清 /account', supervisor: works, council: works },
      closed: { cadre: '1条提议没有结果 /proposals?view=undecided', supervisor: '打印全年报告 /print', council: calendar },
    });
  });

  it('leads through what is missing where nothing is there', async () => {
    const there = await town(world, { cycle: { stages: [{ stage: 'announce', from: new Date(later.now().getTime() + DAY_MS) }] } });
    await addStaff(world)(there.community, { name: '王芳', phone: phoneOf('cadre'), role: 'cadre' }, LI);
    expect((await waitsIn(there, 'cadre')).map(([what, path]) => [what, path])).to.deep.equal([
      ['1本名册要导入', '/people/import'],
      ['1个空缺：没有监督委员，要紧的事没人同意', '/people/staff'],
      ['1个空缺：还没有议事会成员', '/people/staff'],
      ['1轮排好了，还没到日子。要提早，现在就能开始', '/calendar#move'],
    ]);
  });

  it('tells what keeps the vote from opening, and until when objections are to be answered', async () => {
    const from = (days: number) => new Date(world.now().getTime() + days * DAY_MS);
    const stages = [
      { stage: 'publish' as const, from: from(-5) },
      { stage: 'vote' as const, from: readTime('+3dT23:59', 'Asia/Shanghai', later.now()) ?? from(3) },
      { stage: 'implement' as const, from: from(9) },
    ];
    const there = await town(world, { residents: 1, cycle: { stages, projects: [] } });
    await addStaff(world)(there.community, { name: '王芳', phone: phoneOf('cadre'), role: 'cadre' }, LI);
    const next = await browse(() => web, await cookieOf(world, phoneOf('cadre'))).get(`/console/${there.community}`);
    expect(await next.text(), 'days as the calendar counts them').to.match(/投票<\/span> <span class="age">3天后/);
    const before = await waitsIn(there, 'cadre');
    expect(before.find(([, path]) => path === '/publication')?.[2], 'since its day, and it holds nothing back').to.match(/^等了[45]天$/);
    expect(before.find(([, path]) => path === '/ballot')?.[2]).to.match(/不办好，投票不开 · .*前/);
    expect(before.map(([what, path]) => [what, path])).to.deep.include.members([
      ['1个空缺：没有监督委员，要紧的事没人同意', '/people/staff'],
      ['1份名单到了公示的日子还没公示', '/publication'],
      ['1场投票快到了，还没有项目', '/ballot'],
    ]);
    await collection(Cycle).updateOne({ _id: there.cycle }, { $set: { projects: [{ number: 1, title: '修路灯', cost: 1 }] } });
    ahead += 4_000;
    await publish(world)({ cycle: there.cycle, seen: 0, actor: LI });
    for (const [number, days] of [
      [1, -11],
      [2, -1],
    ] as const) {
      const objection = { community: there.community, origin: 'paper' as const, text: '太贵了', at: from(days), key: `${there.cycle} ${number}` };
      await collection(Objection).insertOne(objectionOf(world.vault, { cycle: there.cycle, number }, objection));
    }
    await addStaff(world)(there.community, { name: '周敏', phone: phoneOf('supervisor'), role: 'supervisor' }, LI);
    const day = new Intl.DateTimeFormat('zh-CN', { month: 'long', day: 'numeric', timeZone: 'Asia/Shanghai' }).format(from(9));
    const found = await waitsIn(there, 'cadre');
    expect(found.map(([what, path]) => [what, path])).to.deep.equal([
      ['1条异议过了答复的日子', '/publication#objections'],
      ['1条异议等着答复', '/publication#objections'],
      ['1份公示等监督委员核对', '/publication'],
    ]);
    expect(found[0]?.[2]).to.include('不办好，投票不开');
    expect(found[1]?.[2], 'the day on which it is due').to.include(day).and.not.include('不办好');
    expect(found[2]?.[2]).to.include('不办好，投票不开');
  });

  it('shows recordings, minutes and a second person’s turn, each to whom it concerns', async () => {
    const voting = votingNow(world);
    const announced = { stage: 'announce' as const, from: new Date(world.now().getTime() - 2 * DAY_MS) };
    const there = await town(world, { cycle: { ...voting, stages: [announced, ...(voting.stages ?? [])] } });
    await staffAll(world, there.community);
    await recordProposal(world, { text: '', recording: 'spoken' }, there.act(STRANGERS[0] ?? ''));
    await planMeeting(world)({ cycle: there.cycle, plan: { at: new Date(world.now().getTime() - DAY_MS), place: '活动室', items: [] }, actor: LI });
    const cadre = await staff(world, there.community, { role: 'cadre', phone: phoneOf('cadre'), name: '王芳' });
    await extendCycle(world)({ id: there.cycle, to: new Date(world.now().getTime() + DAY_MS), actor: cadre, reason: '下雨' });
    const words = async (role: StaffRole) => (await waitsIn(there, role)).map(([what, path]) => [what, path]);
    const supervisor = await words('supervisor');
    expect(supervisor.slice(0, 3), 'what only a cadre can do comes later').to.deep.equal([
      ['看投票情况', '/turnout'],
      ['1次会的记录等着签', `/meetings/${there.cycle}/1`],
      ['1件事等您复核', '/second/1'],
    ]);
    expect(supervisor).to.deep.include(['1段录音要写成文字', '/recordings']);
    expect(await words('cadre')).to.deep.include(['1件事待复核', '/second/1']);
  });

  it('tells which tables, slips and batches the result waits for, until when, and nothing of them once it is sealed', async () => {
    const cycle = { ...votingNow(world), paper: { until: new Date(world.now().getTime() + 5 * HOUR_MS), key: 'atOnce' as const } };
    const there = await town(world, { residents: 2, cycle });
    await staffAll(world, there.community);
    const [one = '', two = ''] = await serials(world, there.cycle, 2);
    const place = { cycle: there.cycle, table: await table(world, there.cycle) };
    await handIn(world, place, one, { card: card(0) });
    await handIn(world, place, two, { card: card(1) });
    await closed(world, place);
    await table(world, there.cycle);
    await freeze(world, there.cycle);
    const found = async () => {
      ahead += 4_000;
      return waitsIn(there, 'supervisor');
    };
    expect((await found()).map(([what, path]) => [what, path])).to.deep.equal([
      ['1张收了的投票桌等监督委员核对', '/tables/1'],
      ['2张收下的纸票还没录', '/slips'],
    ]);
    await keyed(world, place, [
      [one, [1]],
      [two, [2]],
    ]);
    ahead += 2 * HOUR_MS;
    const over = await found();
    expect(over.map(([what, path]) => [what, path])).to.deep.equal([
      ['1张收了的投票桌等监督委员核对', '/tables/1'],
      ['1批纸票还没录完、收下', '/slips/1'],
      ['1张投票桌还没收', '/tables/2'], // by those who work at it
    ]);
    expect(over[1]?.[2]).to.match(/结果等着它.*前/);
    await changeCycle(world, there.cycle, { $set: { sealedAt: world.now() } });
    expect((await found()).map(([what]) => what)).to.not.include('1批纸票还没录完、收下');
    ahead = 0;
  });
});
