import { expect } from 'chai';
import mongoose from 'mongoose';
import { answerInquiry, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { logHead } from '../../../src/fund/log/index.ts';
import { type Actor, operator } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { DAY_MS, HOUR_MS } from '../../../src/store/wallTime.ts';
import { useBrowser } from '../../support/browser.ts';
import { extendCycle } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { closed, table } from '../../support/paper.ts';
import {
  draftOpinion,
  giveOpinions,
  hideProposal,
  mergeProposals,
  releaseProposal,
  setProposalState,
  takeApart,
  takeOpinionBack,
} from '../../support/proposals.ts';
import { wcagProblems } from '../../support/readable.ts';
import { staff } from '../../support/second.ts';
import { validateTable } from '../../support/tables.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';

const STRANGER = '+8613900000009';
const OTHER = '+8613900000008';

describe('the public part of the log', () => {
  const { world } = useDatabase('publiclog');
  const open = useBrowser();
  let here: Town;
  let web: Served;
  let ahead = 0;

  before(async () => {
    web = await serve({ ...world, now: () => new Date(world.now().getTime() + ahead) });
    here = await town(world);
    await here.person('1', { name: '赵小梅', building: '3栋' });
    const cadre: Actor = { kind: 'staff', role: 'cadre', id: '1', name: '孙志刚', community: here.community };
    for (const text of ['修路灯', '种花', '装扶手']) await recordProposal(world, { text }, here.act(STRANGER));
    await writeInquiry(world, here.notify, { kind: 'question', text: '几点开门' }, here.act(STRANGER));
    const letter = { community: here.community, at: { number: '1' }, actor: cadre };
    await answerInquiry.perform({ world, notify: here.notify }, { ...letter, input: { text: '九点开门' } });
    await setProposalState(world, here.notify)({ cycle: here.cycle, number: 1, state: 'declined', actor: cadre });
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 2, actor: cadre, reason: '写了电话13800001234' });
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 3, actor: cadre, reason: '骂了赵小梅' });
    await recordProposal(world, { text: '修门' }, here.act(OTHER));
    await recordProposal(world, { text: '修大门' }, here.act(OTHER));
    for (const number of [4, 5]) await releaseProposal(world, here.notify)({ cycle: here.cycle, number, actor: cadre, reason: '可以' });
    await mergeProposals(world, here.notify)({ cycle: here.cycle, numbers: [5], into: 4, actor: cadre });
    await takeApart(world, here.notify)({ cycle: here.cycle, number: 5, actor: cadre, reason: '不是一个门' });
    const opinion = { isFeasible: false, reason: 'unsafe', sentence: '太危险' } as const;
    await draftOpinion(world)({ cycle: here.cycle, number: 4, opinion, seen: undefined, actor: cadre });
    await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [4], actor: cadre });
    await takeOpinionBack(world, here.notify)({ cycle: here.cycle, number: 4, actor: cadre, reason: '再看看' });
    await extendCycle(world)({ id: here.cycle, to: new Date(Date.now() + 12 * DAY_MS), actor: operator('李姐'), reason: '很多人还没回来' });
  });
  after(() => web.close());

  const page = async (query = '') => (await web.get(`/c/${here.community}/log${query}`)).text();

  it('bears the hash of its last entry of the day before, for everybody to keep; the report bears it, too', async () => {
    const { hash } = await logHead(here.community);
    const held = { ...world, now: () => new Date(world.now().getTime() + DAY_MS) };
    const tomorrow = await serve(held);
    try {
      expect(await page()).not.to.include(hash);
      expect(await (await tomorrow.get(`/c/${here.community}/log`)).text()).to.match(new RegExp(`办事记录到\\S+为止的校验码：${hash}`));
      expect(await (await tomorrow.get(`/c/${here.community}/report`)).text()).to.include(`校验码：${hash}`);
    } finally {
      tomorrow.close();
    }
  });

  it('tells what was done, by which role, and why, in Chinese and English', async () => {
    const text = await page();
    for (const said of ['记下1号提议：这次没有采纳', '收起2号提议', '把投票截止推到', '很多人还没回来', '社区干部', '系统管理员'])
      expect(text).to.include(said);
    expect(await page('?lang=en'))
      .to.include('decided on proposal 1')
      .and.to.include('The operator');
    expect(await (await web.get(`/c/${here.community}`)).text(), 'a link leads there').to.include(`href="/c/${here.community}/log"`);
  });

  it('tells what was merged, taken apart, answered and taken back', async () => {
    const text = await page();
    for (const said of ['把5号提议并进4号', '把5号提议又分出来<br>原因：不是一个门', '答复了4号提议', '收回对4号提议的答复<br>原因：再看看'])
      expect(text).to.include(said);
  });

  it('names nobody, tells no number, and nothing that may tell of a person', async () => {
    const text = await page();
    expect(text).to.include('写了电话138********');
    for (const secret of ['孙志刚', '李姐', '赵小梅', '骂了', '13800001234', '九点开门', '回答', '太危险'])
      expect(text, secret).to.not.include(secret);
  });

  it('tells of tables at once, and what was written of their slips only after the close', async () => {
    const there = await town(world, { residents: 1, cycle: votingNow(world) });
    const place = { cycle: there.cycle, table: await table(world, there.cycle, 137) };
    await closed(world, place);
    const supervisor = await staff(world, there.community, { role: 'supervisor', phone: OTHER, name: '周敏' });
    await validateTable(world)({ ...place, incident: '少了2张', actor: supervisor });
    const read = async () => (await web.get(`/c/${there.community}/log`)).text();
    const open = await read();
    for (const said of ['开了1号投票桌', '清点并收了1号投票桌', '核对了1号投票桌，有问题']) expect(open).to.include(said);
    for (const said of ['没数清', '少了', '137', '三号院门口', '李姐', '周敏']) expect(open, said).to.not.include(said);
    ahead = 2 * HOUR_MS;
    expect(await read())
      .to.include('没数清')
      .and.to.include('少了2张')
      .and.to.not.include('周敏');
    ahead = 0;
  });

  it('goes on page by page, and is 404 for a community that is not there', async () => {
    expect((await page('?before=3')).match(/<li>/g)).to.have.length(1);
    expect((await web.get('/c/nowhere/log')).status).to.equal(404);
  });

  it('is answered by an index', async () => {
    await mongoose.connection.db?.command({ profile: 2 });
    await page('?before=99');
    await mongoose.connection.db?.command({ profile: 0 });
    const profiled = await mongoose.connection.db
      ?.collection('system.profile')
      .find({ ns: { $not: /system\.profile/ } })
      .toArray();
    const plans = (profiled ?? []).flatMap(({ ns, planSummary }) => (planSummary ? [`${ns} ${planSummary}`] : []));
    expect(plans.filter((plan) => /COLLSCAN/.test(plan))).to.deep.equal([]);
    expect(plans.some((plan) => /\.log /.test(plan))).to.equal(true);
  });

  it('can be read by everybody, on a phone and on a desk, light and dark', async () => {
    for (const width of [360, 1280])
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page: opened } = await open(`${web.url}/c/${here.community}/log`, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
        if (process.env.PAGE_SHOTS)
          await opened.screenshot({ path: `${process.env.PAGE_SHOTS}/publiclog-${width}-${colorScheme}.png`, fullPage: true });
        expect(await opened.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(width);
        expect(await wcagProblems(opened)).to.deep.equal([]);
        await opened.context().close();
      }
  });
});
