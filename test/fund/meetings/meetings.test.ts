import { expect } from 'chai';
import { Community } from '../../../src/fund/communities/index.ts';
import { Meeting, type MeetingItem, publicMeetings, readMeeting } from '../../../src/fund/meetings/index.ts';
import { notesOf } from '../../../src/fund/meetings/meeting.ts';
import { type Actor, operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { feasibleProposals, Proposal, proposalStory, proposalsToDecide, recordProposal } from '../../../src/fund/proposals/index.ts';
import { putBackRecords } from '../../../src/operation/putBack.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { addAddendum, changeMeeting, planMeeting, signMinutes, writeMinutes } from '../../support/meetings.ts';
import { draftOpinion, giveOpinions, takeOpinionBack } from '../../support/proposals.ts';
import { staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';

const LI = operator('李姐');

/** What is written of a meeting. */
interface Minutes {
  readonly there: readonly string[];
  readonly items: readonly Omit<MeetingItem, 'advice'>[];
  readonly notes: string;
}

describe('a meeting of the council', () => {
  const { world } = useDatabase('meetings');
  let here: Town;
  let people: Record<string, Actor>;
  beforeEach(async () => {
    here = await town(world, { residents: 3 });
    const of = (role: StaffRole, last: number) =>
      staff(world, here.community, { role, phone: `+8613800001${String(last).padStart(3, '0')}`, name: `${role}${last}` });
    people = { cadre: await of('cadre', 1), other: await of('cadre', 2), supervisor: await of('supervisor', 3) };
    for (const last of [11, 12, 13]) people[`council${last}`] = await of('council', last);
    for (const text of ['修路灯 13800001234', '修桥', '修凉亭']) await recordProposal(world, { text }, here.act(0));
    const opinion = { isFeasible: true, cost: 100, by: '李姐', at: world.now(), given: { by: '李姐', at: world.now() } };
    await collection(Proposal).updateMany({ '_id.cycle': here.cycle }, { $set: { opinion, state: 'considered' } });
    const items = [1, 2, 3].map((proposal) => ({ proposal, advice: 'yes' as const }));
    expect(await planMeeting(world)({ cycle: here.cycle, plan: { at: world.now(), place: '活动室', items }, actor: LI })).to.deep.equal({
      planned: 1,
    });
  });
  const who = (name: string): Actor => people[name] ?? LI;
  const ids = (...names: string[]) => names.map((name) => who(name).id);
  const seen = async () => (await collection(Meeting).findOne({ _id: { cycle: here.cycle, number: 1 } }))?.revision ?? 0;
  const write = async (minutes: Partial<Minutes>, actor: Actor = LI, revision?: number) =>
    writeMinutes(world)({
      cycle: here.cycle,
      number: 1,
      seen: revision ?? (await seen()),
      minutes: { there: [], items: [], notes: '', ...minutes },
      actor,
    });
  const sign = async (name: string, revision?: number) =>
    signMinutes(world, here.notify)({ cycle: here.cycle, number: 1, seen: revision ?? (await seen()), actor: who(name) });
  const feasible = async () => (await feasibleProposals(world, here.cycle)).map(({ number }) => number);
  /** Takes a given opinion back and gives it again at another cost. */
  const costAnew = async (number: number) => {
    const [of, actor] = [{ cycle: here.cycle, number }, LI];
    expect(await takeOpinionBack(world, here.notify)({ ...of, reason: '重新估', actor })).to.deep.equal({});
    const seen = (await collection(Proposal).findOne({ _id: of }))?.opinion?.at;
    expect(await draftOpinion(world)({ ...of, opinion: { isFeasible: true, cost: 900 }, seen, actor })).to.deep.equal({});
    expect(await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [number], actor })).to.deep.equal({ given: [number] });
  };
  const DECIDED: Minutes['items'] = [
    { proposal: 1, for: 2, against: 0, abstained: 0, decision: 'recommended' },
    { proposal: 2, for: 0, against: 2, abstained: 0, decision: 'not', reason: '太贵了，问13800001234' },
    { proposal: 3, decision: 'deferred', reason: '再问问' },
  ];
  const THERE = ['council11', 'council12'];

  it('decides with a quorum and a majority alone: two of three have to be there, both be for it', async () => {
    const one = (item: Omit<Minutes['items'][number], 'proposal'>) => [{ proposal: 1, ...item }];
    const cases: [string[], Minutes['items'], string | undefined][] = [
      [['council11'], one({ for: 1, decision: 'recommended' }), 'noQuorum'],
      [THERE, one({ for: 1, decision: 'recommended' }), 'noMajority'],
      [THERE, one({ for: 2, decision: 'recommended' }), undefined],
      [THERE, one({ for: 2, decision: 'not', reason: '不' }), 'majority'],
      [THERE, one({ for: 1, decision: 'not' }), 'reason'],
      [THERE, one({ decision: 'deferred' }), 'reason'],
      [THERE, one({ for: 2, against: 1 }), 'counts'],
      [['council11'], one({ for: 1 }), undefined],
    ];
    for (const [there, items, wrong] of cases) {
      const outcome = await write({ there: ids(...there), items });
      expect('mistakes' in outcome ? outcome.mistakes : undefined, JSON.stringify(items)).to.deep.equal(wrong && { 'items.1': wrong });
    }
  });

  it('is signed by two, one of the council or a supervisor, and only then moves the proposals on and tells their authors, once', async () => {
    await write({ there: ids(...THERE), items: DECIDED, notes: '问了13800001234' });
    expect(await sign('cadre')).to.deep.equal({ signed: true, isFinal: false });
    expect(await sign('cadre')).to.deep.equal({ refused: 'twice' });
    people.again = await staff(world, here.community, { role: 'supervisor', phone: '+8613800001099', name: 'cadre1' });
    expect(await sign('again'), 'from another phone').to.deep.equal({ refused: 'twice' });
    expect(await sign('other')).to.deep.equal({ refused: 'needsCouncil' });
    expect(await sign('council13')).to.deep.equal({ refused: 'notThere' });
    expect(await feasible()).to.deep.equal([1, 2, 3]);
    expect(await sign('council11', 1)).to.deep.equal({ refused: 'changed' });
    expect(await sign('council11')).to.deep.equal({ signed: true, isFinal: true });
    expect(await sign('supervisor')).to.deep.equal({ refused: 'final' });
    expect(await feasible()).to.deep.equal([1]);
    const states = await collection(Proposal)
      .find({ '_id.cycle': here.cycle }, { sort: { '_id.number': 1 } })
      .toArray();
    expect(states.map(({ state, council }) => [state, council?.decision])).to.deep.equal([
      ['recommended', 'recommended'],
      ['notRecommended', 'not'],
      ['deferred', 'deferred'],
    ]);
    expect(here.notices.map(({ said }) => said.key)).to.deep.equal([
      'notice.proposalRecommended',
      'notice.proposalRefused',
      'notice.proposalDeferredBecause',
    ]);
    const story = await proposalStory(world, here.cycle, 2);
    expect(story?.steps.at(-1)).to.include({ kind: 'council', decision: 'not', reason: '太贵了，问138********' });
    expect(story?.proposal.reason, 'as the API and 进度 tell it').to.deep.equal({ code: null, text: '太贵了，问138********' });
    expect(await proposalsToDecide(here.cycle)).to.deep.equal([3]);
    for (const number of [1, 2]) await costAnew(number);
    expect(await feasible(), 'the council decided on another cost').to.deep.equal([]);
    expect(await proposalsToDecide(here.cycle)).to.deep.equal([1, 2, 3]);
  });

  it('cannot be changed once it is final; addenda follow, and what is public names nobody and masks numbers', async () => {
    await write({ there: ids(...THERE), items: DECIDED, notes: '问了13800001234' });
    expect(await addAddendum(world)({ cycle: here.cycle, number: 1, text: '早了', actor: LI })).to.deep.equal({ refused: 'notFinal' });
    const rule = (quorum: string) => collection(Community).updateOne({ _id: here.community }, { $set: { council: { quorum } } });
    await sign('supervisor');
    await rule('1/1');
    expect(await sign('cadre')).to.deep.equal({ refused: 'rules' });
    await rule('1/2');
    await sign('cadre');
    await rule('1/1');
    expect(await write({ notes: '改' })).to.deep.equal({ refused: 'final' });
    const plan = { at: new Date(), place: '别处', items: [] };
    expect(await changeMeeting(world)({ cycle: here.cycle, number: 1, seen: await seen(), plan, actor: LI })).to.deep.equal({ refused: 'final' });
    expect(await addAddendum(world)({ cycle: here.cycle, number: 1, text: '问的是13800001234', actor: who('council11') })).to.deep.equal({});
    expect(await addAddendum(world)({ cycle: here.cycle, number: 1, text: '我不在', actor: who('council13') })).to.deep.equal({
      refused: 'notThere',
    });
    const unsigned = async () => (await putBackRecords(world.vault)).filter((each) => each.community === here.community);
    expect(await unsigned()).to.deep.equal([]);
    const first = { '_id.cycle': here.cycle, '_id.number': 1 };
    const before = await collection(Meeting).findOneAndUpdate(first, { $set: { 'items.0.for': 99 } });
    expect(await unsigned(), 'what was changed past the service').to.deep.equal([{ kind: 'meetings minutes', community: here.community, count: 1 }]);
    if (before) await collection(Meeting).replaceOne(first, before);
    const [meeting] = await publicMeetings(world, here.community, here.cycle);
    expect(meeting).to.include({ state: 'final', members: 3, present: 2, quorate: true, notes: '问了138********' });
    const told = JSON.stringify(meeting);
    expect(told).to.include('138********').and.to.not.include('13800001234').and.to.not.include('council1').and.to.not.include('cadre1');
    const read = await readMeeting.read({ world, community: here.community, actor: who('supervisor') }, { cycle: here.cycle, number: 1 });
    expect(read?.texts.get(1)).to.equal('修路灯 138********');
    const kept = await collection(Meeting).findOne({ _id: { cycle: here.cycle, number: 1 } }, { promoteBuffers: true });
    expect([kept && notesOf(world.vault, kept), kept?.items[1]?.reason], 'what the form shows is what is kept').to.deep.equal([
      '问了138********',
      '太贵了，问138********',
    ]);
  });

  it('is amended by who was there, not the roll; a change voids the signature, and nobody writes over what they did not see', async () => {
    await write({ there: ids(...THERE), items: DECIDED });
    await sign('cadre');
    await costAnew(1);
    expect(await sign('council11'), 'the second signs what the first did').to.deep.equal({ refused: 'examined', numbers: [1] });
    expect(await write({}, who('council13'))).to.deep.equal({ refused: 'notThere' });
    expect(await write({ there: ids('council13'), items: DECIDED, notes: '补一句' }, who('council11'))).to.deep.equal({});
    const meeting = await collection(Meeting).findOne({ _id: { cycle: here.cycle, number: 1 } });
    expect(meeting?.roll.filter(({ isThere }) => isThere).map(({ id }) => id)).to.deep.equal(ids(...THERE));
    expect(meeting?.signatures).to.deep.equal([]);
    expect(await write({}, LI, 1)).to.deep.equal({ refused: 'changed' });
  });

  it('without a quorum is signed without a decision, and says so', async () => {
    await write({ there: ids('council11') });
    await sign('supervisor');
    expect(await sign('council11')).to.deep.equal({ signed: true, isFinal: true });
    const [meeting] = await publicMeetings(world, here.community, here.cycle);
    expect([meeting?.quorate, meeting?.items.map(({ decision }) => decision)]).to.deep.equal([false, [null, null, null]]);
    expect(here.notices).to.deep.equal([]);
  });

  it('takes only proposals that nobody has decided on, once each, and waits for what is on the agenda to be decided', async () => {
    const plan = (numbers: number[]) => ({
      at: new Date(world.now().getTime() + 60_000),
      place: '活动室',
      items: numbers.map((proposal) => ({ proposal, advice: 'yes' as const })),
    });
    for (const numbers of [[99], [1, 1]]) {
      const outcome = await planMeeting(world)({ cycle: here.cycle, plan: plan(numbers), actor: LI });
      expect('refused' in outcome && outcome.refused).to.equal('unknown');
    }
    await write({ there: ids(...THERE), items: DECIDED.slice(0, 1) });
    expect(await sign('supervisor')).to.deep.equal({ refused: 'undecided' });
  });
});
