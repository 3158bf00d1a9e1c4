import { expect } from 'chai';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import {
  isOnAgenda,
  Proposal,
  type ProposalRecord,
  publicProposals,
  readSupportable,
  recordProposal,
  sortProposal,
  supportProposals,
} from '../../../src/fund/proposals/index.ts';
import { type Opinion, proposalOf } from '../../../src/fund/proposals/proposal.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import {
  draftOpinion,
  enterMany,
  enterProposals,
  giveOpinions,
  hideProposal,
  keepApart,
  mergeProposals,
  type OpinionGiven,
  setProposalState,
  sortProposals,
  takeApart,
  takeOpinionBack,
} from '../../support/proposals.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { serve } from '../../web/serve.ts';

const LI = operator('李姐');

describe('proposals, from what came in to what is answered', () => {
  const { world } = useDatabase('examine');
  let here: Town;
  beforeEach(async () => {
    here = await town(world, { residents: 4 });
    await collection(Community).updateOne({ _id: here.community }, { $set: { categories: [{ name: '路灯', words: ['灯'] }] } });
    for (const [index, text] of ['修路灯', '装路灯', '种花'].entries()) await recordProposal(world, { text }, here.act(index));
  });
  const stored = (number: number) => collection(Proposal).findOne({ _id: { cycle: here.cycle, number } });
  const shown = async (number: number) => (await publicProposals(world, here.cycle)).find((proposal) => proposal.number === number);
  const merge = (numbers: number[], into: number | string) => mergeProposals(world, here.notify)({ cycle: here.cycle, numbers, into, actor: LI });
  const apart = (number: number) => takeApart(world, here.notify)({ cycle: here.cycle, number, actor: LI, reason: '看错了' });
  const support = (n: number, ...numbers: number[]) => supportProposals(world)({ numbers }, here.act(n));
  const draft = async (number: number, opinion: OpinionGiven) =>
    draftOpinion(world)({ cycle: here.cycle, number, opinion, seen: (await stored(number))?.opinion?.at, actor: LI });
  const give = (...numbers: number[]) => giveOpinions(world, here.notify)({ cycle: here.cycle, numbers, actor: LI });
  const told = () => here.notices.map(({ said }) => [said.key, said.params?.number]);

  it('what a cadre writes down has a number, its origin and whose words it is; a form sent twice is one', async () => {
    const form = {
      cycle: here.cycle,
      proposals: [
        { text: '修棚子', origin: 'paper' as const, name: '王婆婆' },
        { text: '装凳子', origin: 'meeting' as const, phone: here.phones[2] ?? '' },
      ],
      actor: LI,
      key: 'form 1',
    };
    expect(await enterProposals(world)(form)).to.deep.equal({ entered: [4, 5] });
    expect(await enterProposals(world)(form)).to.deep.equal({ entered: [4, 5] });
    const four = await stored(4);
    expect(four && proposalOf(world.vault, four)).to.equal('王婆婆');
    expect(await shown(4)).to.include({ origin: 'paper', channel: null, text: '修棚子' });
    expect((await stored(5))?.by).to.equal(here.residents[2]);
    const empty = { cycle: here.cycle, texts: ['好', ' '], origin: 'paper', actor: LI, key: 'form 2' };
    expect(await enterMany(world)(empty)).to.deep.equal({ mistakes: { 'texts.1': 'empty' } });
    for (const _ of [1, 2]) expect(await enterMany(world)({ ...empty, texts: ['修门', '修窗'] })).to.deep.equal({ entered: [6, 7] });
    expect(await collection(Proposal).countDocuments({ '_id.cycle': here.cycle })).to.equal(7);
  });

  it('numbers stay without gaps while residents propose and cadres write down at once', async () => {
    const entered = (key: string) =>
      enterProposals(world)({
        cycle: here.cycle,
        proposals: [1, 2, 3].map((n) => ({ text: `第${n}条，${key}`, origin: 'paper' as const })),
        actor: LI,
        key,
      });
    await Promise.all([
      entered('a'),
      recordProposal(world, { text: '一' }, here.act(3)),
      entered('b'),
      recordProposal(world, { text: '二' }, here.act(3)),
    ]);
    const numbers = (await collection(Proposal).find({ '_id.cycle': here.cycle }).toArray()).map(({ _id }) => _id.number);
    expect(numbers.toSorted((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('a category is of the community’s list', async () => {
    const sort = (numbers: number[], category?: string) =>
      sortProposals(world)({ cycle: here.cycle, numbers, actor: LI, ...(category && { category }) });
    expect(await sort([1, 2], '路灯')).to.deep.equal({ sorted: [1, 2] });
    expect(await sort([1], '别的')).to.deep.equal({ refused: 'noCategory' });
    expect(await sort([9], '路灯')).to.deep.equal({ refused: 'changed' });
    expect(await tried(world)(sortProposal, { cycle: here.cycle, number: 2, was: '路灯', actor: LI })).to.deep.equal({ sorted: [2] });
    expect([(await stored(1))?.category, (await stored(2))?.category]).to.deep.equal(['路灯', undefined]);
    expect(await keepApart(world)({ cycle: here.cycle, number: 1, other: 2, actor: LI })).to.deep.equal({ other: 2 });
    expect([(await stored(1))?.distinct, (await stored(2))?.distinct]).to.deep.equal([[2], [1]]);
  });

  it('merging unites supports by person and tells each proposer once; taken apart, everything is as before', async () => {
    await support(0, 1);
    await support(1, 1, 2);
    await support(3, 2);
    expect(await merge([2], 1)).to.deep.equal({ into: 1 });
    expect(await shown(1)).to.include({ supports: 3 });
    expect(await shown(2)).to.include({ supports: 0, state: 'merged', mergedInto: 1, text: '装路灯' });
    await support(2, 2); // from now on for 1
    expect(await shown(1)).to.include({ supports: 4 });
    const told1 = async (n: number, number: number) => ({ supported: [], ...(await support(n, number)) }).supported.map(({ isGiven }) => isGiven);
    expect(await told1(1, 1), 'who supports both parts takes all back at once').to.deep.equal([false]);
    expect(await told1(3, 1), 'who supported a part alone').to.deep.equal([false]);
    expect(await shown(1)).to.include({ supports: 2 });
    await support(1, 1, 2);
    await support(3, 2);
    const offered = await readSupportable(world, undefined, here.act(2));
    expect('proposals' in offered && offered.proposals.map(({ number }) => number), 'neither the part nor what it is part of').to.deep.equal([3]);
    expect(told()).to.deep.equal([['notice.proposalMergedInto', 2]]);
    expect(here.notices[0], 'not at night: the proposer did nothing just now').to.include({ kind: 'answer', heedsQuiet: true });
    expect(await merge([2], 3)).to.deep.equal({ refused: 'state' });
    expect(await merge([1], 1)).to.deep.equal({ refused: 'itself' });
    expect(await apart(2)).to.deep.equal({});
    expect([(await shown(1))?.supports, (await shown(2))?.supports]).to.deep.equal([2, 3]);
    expect(await shown(2)).to.include({ state: 'received', mergedInto: null });
    expect(await apart(2)).to.deep.equal({ refused: 'notMerged' });
  });

  it('what was part of one becomes part of what that is merged into, and goes with it when it is taken apart; a new one takes all', async () => {
    await merge([2], 1);
    expect(await merge([1, 3], '路灯和花')).to.deep.equal({ into: 4 });
    expect([(await shown(1))?.mergedInto, (await shown(2))?.mergedInto, (await shown(3))?.mergedInto]).to.deep.equal([4, 4, 4]);
    expect(await shown(4)).to.include({ text: '路灯和花', state: 'received' });
    expect(await apart(3)).to.deep.equal({});
    await support(0, 2);
    expect(await apart(1)).to.deep.equal({});
    expect([(await shown(1))?.supports, (await shown(2))?.mergedInto]).to.deep.equal([1, 1]);
    expect(await shown(4), 'nobody asked for it').to.equal(undefined);
    expect(told().at(-1)).to.deep.equal(['notice.proposalMergedInto', 2]);
    expect(await merge([1, 3], '路灯和花')).to.deep.equal({ into: 5 });
    await collection(Cycle).updateOne(
      { _id: here.cycle },
      { $set: { frozen: { at: new Date(), ballot: '', hash: '', residents: 0, timezone: 'UTC' } } },
    );
    expect(await apart(1)).to.deep.equal({ refused: 'frozen' });
    expect(await merge([5], 1)).to.deep.equal({ refused: 'frozen' });
  });

  it('of two cadres who merge the same at once one wins, and nothing is half done', async () => {
    const both = await Promise.all([merge([2], 1), merge([2], 3)]);
    expect(both.filter((one) => 'into' in one)).to.have.length(1);
    expect(told()).to.have.length(1);
  });

  it('an opinion is a draft that nobody sees until it is given; a refusal needs reason and sentence; each proposer is told once', async () => {
    expect(await draft(1, { isFeasible: true, cost: 48_000, own: 1_000, manner: 'works' })).to.deep.equal({});
    expect(await draft(2, { isFeasible: false, reason: 'already-done' })).to.deep.equal({});
    expect(await shown(1)).to.include({ cost: null, state: 'received' });
    expect(await give(1, 2)).to.deep.equal({ refused: 'notWhole', numbers: [2] });
    expect(told()).to.deep.equal([]);
    await draft(2, { isFeasible: false, reason: 'already-done', sentence: '去年修过了' });
    const from = new Date(world.now().getTime() + DAY_MS);
    const council = { $each: [{ stage: 'deliberate' as const, from }], $position: 1 };
    await changeCycle(world, here.cycle, { $push: { stages: council } });
    expect(await give(1, 2)).to.deep.equal({ given: [1, 2] });
    expect(await shown(1)).to.include({ cost: 48_000, state: 'considered' });
    expect((await shown(2))?.reason).to.deep.equal({ code: 'already-done', text: '去年修过了' });
    expect(told()).to.deep.equal([
      ['notice.proposalToCouncil', 1],
      ['notice.proposalRefused', 2],
    ]);
    expect(here.notices[0]?.said.params?.from, 'when the council begins').to.equal(from.toISOString());
    expect(await draft(2, { isFeasible: true, cost: 1 })).to.deep.equal({ refused: 'given' });
    expect(await give(2)).to.deep.equal({ refused: 'notWhole', numbers: [2] });
    const back = { cycle: here.cycle, number: 2, reason: '弄错了', actor: LI };
    expect(await takeOpinionBack(world, here.notify)(back)).to.deep.equal({});
    expect(await shown(2)).to.deep.include({ state: 'received', reason: null });
    expect(told().at(-1)).to.deep.equal(['notice.proposalBack', 2]);
    await merge([1], 3);
    expect(await takeOpinionBack(world, here.notify)({ ...back, number: 1 }), 'it is part of 3').to.deep.equal({ refused: 'notGiven' });
    expect(await shown(1)).to.include({ state: 'merged', mergedInto: 3 });
    await draft(3, { isFeasible: false, reason: 'outside', sentence: '不在本社区' });
    await give(3);
    expect(told().slice(-2), 'who proposed a part hears what became of the whole').to.deep.equal([
      ['notice.proposalRefused', 3],
      ['notice.proposalPartRefused', 1],
    ]);
    expect(here.notices.at(-1)).to.deep.include({
      address: here.phones[0],
      said: { key: 'notice.proposalPartRefused', params: { number: 1, into: 3, reason: '不在本社区' } },
    });
  });

  it('a draft is never written over one that its writer did not see', async () => {
    await draft(1, { isFeasible: true, cost: 10 });
    const late = await draftOpinion(world)({ cycle: here.cycle, number: 1, opinion: { isFeasible: true, cost: 20 }, seen: undefined, actor: LI });
    expect(late).to.deep.include({ refused: 'changed' });
    expect((await stored(1))?.opinion?.cost).to.equal(10);
    expect(await draft(1, { isFeasible: true, cost: 10, own: 11 })).to.deep.equal({ refused: 'own' });
    expect(await draft(1, { isFeasible: true, cost: 0.5 })).to.deep.equal({ mistakes: { cost: 'amount' } });
  });

  it('in each state take the acts of this table and no others', async () => {
    const at = new Date();
    const by = '李姐';
    const yes: Opinion = { isFeasible: true, cost: 10, by, at };
    const no: Opinion = { isFeasible: false, reason: 'unclear', sentence: '没说清', by, at };
    const given = (opinion: Opinion): Opinion => ({ ...opinion, given: { by, at } });
    const council = (decision: 'recommended' | 'not' | 'deferred') => ({ decision, meeting: 1, at, reason: '贵' });
    const states: Readonly<Record<string, Partial<ProposalRecord>>> = {
      received: {},
      drafted: { opinion: yes },
      considered: { state: 'considered', opinion: given(yes) },
      refused: { state: 'declined', opinion: given(no) },
      recommended: { state: 'recommended', opinion: given(yes), council: council('recommended') },
      not: { state: 'notRecommended', opinion: given(yes), council: council('not') },
      deferred: { state: 'deferred', opinion: given(yes), council: council('deferred') },
      leftOff: { state: 'notOnBallot', opinion: given(yes), council: council('recommended') },
      merged: { state: 'merged', mergedInto: 1, opinion: given(yes), history: [{ state: 'merged', by, at }] },
      project: { state: 'project', project: 7, opinion: yes },
      done: { state: 'done', project: 7, opinion: given(yes) },
      hidden: { public: false, hidden: { by, reason: '重复', at } },
      frozen: { state: 'considered', opinion: given(yes) },
    };
    const acts: Readonly<Record<string, (number: number) => Promise<object>>> = {
      draft: (number) => draft(number, { isFeasible: true, cost: 20 }),
      give: (number) => give(number),
      back: (number) => takeOpinionBack(world, here.notify)({ cycle: here.cycle, number, reason: '弄错了', actor: LI }),
      part: (number) => merge([number], 2),
      into: (number) => merge([number + 1], number),
      apart,
      agenda: async (number) => ((await isOnAgenda(here.cycle, [number])).has(number) ? {} : { refused: 'no' }),
      decline: (number) => setProposalState(world, here.notify)({ cycle: here.cycle, number, state: 'declined', actor: LI }),
      hide: (number) => hideProposal(world, here.notify)({ cycle: here.cycle, number, reason: '重复', actor: LI }),
    };
    const table = `
      act         draft give     back     part   into   apart     agenda decline hide
      received    +     notWhole notGiven +      +      notMerged +      +       +
      drafted     +     +        notGiven +      +      notMerged +      +       +
      considered  given notWhole +        +      +      notMerged +      +       +
      refused     given notWhole +        state  state  notMerged no     already +
      recommended given notWhole +        +      +      notMerged +      +       +
      not         given notWhole +        state  state  notMerged no     +       +
      deferred    given notWhole +        +      +      notMerged +      +       +
      leftOff     given notWhole notGiven state  state  notMerged no     +       +
      merged      given notWhole notGiven state  state  +         no     merged  +
      project     state notWhole notGiven state  state  notMerged no     +       +
      done        given notWhole notGiven state  state  notMerged no     +       +
      hidden      +     notWhole notGiven state  state  notMerged no     +       already
      frozen      given notWhole notGiven frozen frozen frozen    +      +       +`;
    const rows = table
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    const frozen = { at, ballot: '', hash: '', residents: 0, timezone: 'UTC' };
    const texts = Object.keys(states).flatMap((state) => Object.keys(acts).flatMap((act) => [`${state} ${act}`, `${state} ${act} 2`]));
    const proposals = texts.map((text) => ({ text, origin: 'paper' as const }));
    const entered = await enterProposals(world)({ cycle: here.cycle, proposals, actor: LI, key: 'table' });
    const [first = 0] = entered.entered ?? [];
    const found = [['act', ...Object.keys(acts)]];
    for (const [state, record] of Object.entries(states)) {
      if (state === 'frozen') await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { frozen } });
      const outcomes = [state];
      for (const [act, run] of Object.entries(acts)) {
        const number = first + texts.indexOf(`${state} ${act}`);
        await collection(Proposal).updateOne({ _id: { cycle: here.cycle, number } }, { $set: record });
        const outcome = await run(number);
        outcomes.push('refused' in outcome ? String(outcome.refused) : '+');
      }
      found.push(outcomes);
    }
    expect(found).to.deep.equal(rows);
  });

  it('are in the API with what became of each', async () => {
    await support(0, 2);
    await merge([2], 1);
    await draft(1, { isFeasible: true, cost: 48_000 });
    await draft(3, { isFeasible: false, reason: 'over-budget', sentence: '钱不够，打13912345678' });
    const web = await serve(world);
    after(() => web.close());
    const read = () => web.json<Record<string, unknown>[]>(`/api/cycles/${here.cycle}/proposals`);
    const fields = async () =>
      (await read()).map(({ number, supports, origin, mergedInto, reason, cost }) => ({ number, supports, origin, mergedInto, reason, cost }));
    const merged = { number: 2, supports: 0, origin: 'sms', mergedInto: 1, reason: null, cost: null };
    expect(await fields(), 'nothing of a draft').to.deep.equal([
      { number: 3, supports: 0, origin: 'sms', mergedInto: null, reason: null, cost: null },
      merged,
      { number: 1, supports: 1, origin: 'sms', mergedInto: null, reason: null, cost: null },
    ]);
    await give(1, 3);
    expect(await fields()).to.deep.equal([
      { number: 3, supports: 0, origin: 'sms', mergedInto: null, reason: { code: 'over-budget', text: '钱不够，打139********' }, cost: null },
      merged,
      { number: 1, supports: 1, origin: 'sms', mergedInto: null, reason: null, cost: 48_000 },
    ]);
  });
});
