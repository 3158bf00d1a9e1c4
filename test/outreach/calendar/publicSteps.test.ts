import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { holdVotes, recordObjection } from '../../../src/fund/meetings/index.ts';
import { operator, subscribe } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { announceDue } from '../../../src/outreach/calendar/calendarJob.ts';
import { Message, saidIn } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { answerObjection, checkPublication, planMeeting, publish, signMinutes, writeMinutes } from '../../support/meetings.ts';
import { plansOf } from '../../support/plans.ts';
import { draftOpinion, giveOpinions, type OpinionGiven } from '../../support/proposals.ts';
import { staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';
import { serve } from '../../web/serve.ts';

const at = (text: string) => new Date(`${text}+08:00`);
const LI = operator('李姐');

describe('the news of what is done on the way to a vote', () => {
  const database = useDatabase('publicsteps');
  let now = at('2026-11-20T09:00');
  let world: World;
  let here: Town;
  const looks: (() => Promise<void>)[] = [];

  before(async () => {
    world = { ...database.world, now: () => now };
    const stages = [
      { stage: 'propose' as const, from: at('2026-11-10T00:00') },
      { stage: 'publish' as const, from: at('2026-11-25T00:00') },
      { stage: 'vote' as const, from: at('2026-12-01T08:00') },
      { stage: 'implement' as const, from: at('2026-12-15T20:00') },
    ];
    here = await town(world, { residents: 2, cycle: { stages, importedAt: at('2026-10-20T09:00') } });
    await subscribe(world, { words: '' }, here.act(0));
    looks.push(announceDue(world, ['sms']), announceDue(world, ['sms'])); // two processes
  });

  /** What was queued for whom up to a moment, by looks in two processes twice a day: `0` the one who asked for news, `1` the other one. */
  const toldUpTo = async (moment: string) => {
    for (; now < at(moment); now = new Date(Math.min(now.getTime() + 12 * 3_600_000, at(moment).getTime())))
      await Promise.all(looks.map((look) => look()));
    await Promise.all(looks.map((look) => look()));
    const found = await collection(Message)
      .find({}, { sort: { at: 1, _id: 1 } })
      .toArray();
    await collection(Message).deleteMany({});
    const told = found.map((message) => [message.resident === here.residents[1] ? 1 : 0, saidIn(world.vault, message)] as const);
    return told.filter(([, { key }]) => key !== 'notice.logHead'); // the supervisor's
  };
  const said = (key: string, params?: Record<string, unknown>) => [0, { key: `notice.news.${key}`, ...(params && { params }) }];
  const give = async (number: number, opinion: OpinionGiven) => {
    const of = { cycle: here.cycle, actor: LI };
    expect(await draftOpinion(world)({ ...of, number, opinion, seen: undefined })).to.deep.equal({});
    expect(await giveOpinions(world, here.notify)({ ...of, numbers: [number] })).to.deep.equal({ given: [number] });
  };

  /** The council meets, and its minutes become final: of 1 and 2 one is recommended, the other is not. */
  const decide = async () => {
    const of = (role: 'council' | 'supervisor', last: number) =>
      staff(world, here.community, { role, phone: `+861380000020${last}`, name: `${role}${last}` });
    const [one, other] = [await of('council', 1), await of('supervisor', 2)];
    const items = [1, 2].map((proposal) => ({ proposal, advice: 'yes' as const }));
    const meeting = { cycle: here.cycle, number: 1 };
    await planMeeting(world)({ cycle: here.cycle, plan: { at: now, place: '活动室', items }, actor: LI });
    const decisions = [
      { proposal: 1, for: 1, decision: 'recommended' as const },
      { proposal: 2, against: 1, decision: 'not' as const, reason: '太贵' },
    ];
    expect(await writeMinutes(world)({ ...meeting, seen: 1, minutes: { there: [one.id], items: decisions, notes: '' }, actor: LI })).to.deep.equal(
      {},
    );
    for (const actor of [one, other]) expect(await signMinutes(world, here.notify)({ ...meeting, seen: 2, actor })).to.include({ signed: true });
  };

  it('is a line to who asked for it on the next morning, one of each kind, once; a held vote on its day', async () => {
    for (const text of ['修路灯', '种花', '装电梯']) await recordProposal(world, { text }, here.act(0));
    await give(1, { isFeasible: true, cost: 1_000 });
    now = at('2026-11-20T17:00');
    await give(2, { isFeasible: true, cost: 2_000 });
    await give(3, { isFeasible: false, reason: 'over-budget', sentence: '钱不够' });
    await decide();
    expect(await toldUpTo('2026-11-21T07:59')).to.deep.equal([]);
    const decided = said('decided', { recommended: 1, not: 1, deferred: 0 });
    expect((await toldUpTo('2026-11-24T23:00')).toSorted()).to.deep.equal([decided, said('examined', { feasible: 2, not: 1 })]);

    expect(await toldUpTo('2026-11-26T10:00')).to.deep.equal([said('publish')]);
    expect(await publish(world)({ cycle: here.cycle, seen: 0, actor: LI })).to.deep.equal({ published: 1 });
    expect(await toldUpTo('2026-11-27T11:00')).to.deep.equal([said('published', { until: at('2026-12-03T10:00').toISOString() })]);

    const supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000102' });
    const check = (finding?: string) =>
      checkPublication(world)({ cycle: here.cycle, number: 1, actor: supervisor, ...(finding !== undefined && { finding }) });
    expect(await check('3号的钱不对')).to.deep.equal({});
    for (const text of ['3 太贵了', '7 位置不对']) await recordObjection(world, { text }, here.act(1));
    for (const number of [1, 2]) await answerObjection(world, here.notify)({ cycle: here.cycle, number, text: '问过三家', actor: LI });
    expect((await toldUpTo('2026-11-28T12:00')).toSorted()).to.deep.equal([said('answered', { count: 2 }), said('wrong', {})]);

    await holdVotes(world);
    expect(await toldUpTo('2026-12-01T09:30')).to.deep.equal([said('held')]);
    await check();
    await holdVotes(world);
    const opened = await toldUpTo('2026-12-02T09:00');
    expect(opened.map(([who, { key }]) => [who, key])).to.have.deep.members([
      [0, 'notice.opens'],
      [1, 'notice.opens'],
      [0, 'notice.news.right'],
    ]);
    expect(await toldUpTo('2026-12-04T12:00')).to.deep.equal([]);
    now = at('2026-11-21T08:30');
    expect(await toldUpTo('2026-11-22T09:00'), 'a clock set back').to.deep.equal([]);
    now = at('2026-12-04T12:00');
  });

  it('is in the feed, each day of it once', async () => {
    const web = await serve(world, { publicUrl: 'https://example.org' });
    const feed = await (await web.get(`/c/${here.community}/feed.atom`)).text();
    web.close();
    expect(XMLValidator.validate(feed)).to.equal(true);
    const entries: { id: string; title: string }[] = new XMLParser().parse(feed).feed.entry;
    const page = `https://example.org/c/${here.community}?cycle=${here.cycle}`;
    const steps = entries.filter(({ id }) => /#\w+-\d{4}-/.test(id)).map(({ id, title }) => [id.replace(page, ''), title.split(' · ')[1]]);
    expect(steps).to.deep.equal([
      ['#right-2026-12-01', '监督委员核对过公示的名单，没有问题'],
      ['#answered-2026-11-27', '对公示的意见，答复了2条'],
      ['#published-2026-11-26', '要选的项目公示了，到12月3号上午10点。有不同意见，发“异议”、号码和您的话'],
      ['#decided-2026-11-20', '议事会商量过一批提议：同意1个，没同意1个，下次再议0个'],
      ['#examined-2026-11-20', '一批提议看过了：2个能办，1个这次办不了'],
    ]);
  });

  it('is read from indexes, in one command for many cycles', async () => {
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { importedAt: at('2026-10-20T09:00') } });
    const planned = await plansOf(announceDue(world, ['sms']));
    expect(planned.filter(({ asked }) => asked.includes('opinion.given.at') && asked.includes('answer.at'))).to.have.lengthOf(1);
    expect(planned.filter(({ asked }) => asked.includes('opinion.given.at') || asked.includes('answer.at'))).to.have.lengthOf(1);
    expect(planned.filter(({ plan }) => plan.includes('COLLSCAN'))).to.deep.equal([]);
  });
});
