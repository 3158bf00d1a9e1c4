import { expect } from 'chai';
import { question } from '../../flows/question.ts';
import { CLOSES, OPENS } from '../../scripts/flows/samples.ts';
import { INTENTS, type Intent } from '../../src/dialog/command.ts';
import type { FlowInput } from '../../src/dialog/flow.ts';
import type { Facts } from '../../src/fund/facts/index.ts';
import { play } from './play.ts';

const PROJECTS = [
  { number: 3, label: '花园', cost: 60_000, place: '三号院后面', due: '2027-06' },
  { number: 7, label: '路灯', cost: 48_000 },
  { number: 8, label: '扶手', cost: 25_000, due: '2026-10' },
];

describe('the answer to a question', () => {
  const vote = (when: 'before' | 'open' | 'after') => ({ when, opensAt: OPENS, closesAt: CLOSES });
  const cycle = {
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy' as const,
    threshold: 0,
    projects: PROJECTS,
    min: 1,
    max: 3,
    month: '2026-12',
    vote: vote('open'),
  };
  const open: Facts = { takesCards: true, cycle };
  const answered = async (facts: Facts, input: FlowInput) => {
    const flow = play(question, { readFacts: () => facts });
    const { says, settled } = await flow.start(input);
    return { says, params: settled.reply.says.map(({ params }) => params), asked: flow.asked[0]?.input };
  };
  const says = async (facts: Facts, intent: Intent, ...numbers: number[]) => (await answered(facts, { intent, numbers })).says;

  it('names no project that was not asked for, while voting is open and before', async () => {
    const person = { isKnown: true, needsNoCard: true, hasVoted: true };
    const known = { ...open, person, turnout: { voters: 1, residents: 12 }, money: '保障资金', notFor: '还债' };
    for (const when of ['before', 'open'] as const)
      for (const intent of INTENTS) {
        const { params } = await answered({ ...known, cycle: { ...cycle, vote: vote(when) } }, { intent, numbers: [] });
        for (const given of params)
          expect(Object.keys(given ?? {}), intent).to.not.include.any.members(['number', 'label', 'place', 'next', 'winners']);
      }
  });

  it('tells of the projects that are named, at most three, and whom to ask about what is not known', async () => {
    expect(await says(open, 'built', 3, 7)).to.deep.equal(['question.builtIfChosen', 'question.builtSometime', 'question.askPerson']);
    expect(await says(open, 'where', 3)).to.deep.equal(['question.where']);
    expect(await says(open, 'where', 7)).to.deep.equal(['question.nowhere', 'question.askPerson']);
    expect(await says(open, 'cost', 3, 7)).to.deep.equal(['question.cost', 'question.cost']);
    expect(await says(open, 'cost', 99)).to.deep.equal(['question.costs']);
    const many = { ...open, cycle: { ...cycle, projects: [1, 2, 3, 4].map((number) => ({ number, label: '一', cost: 1 })) } };
    expect(await says(many, 'cost', 1, 2, 3, 4)).to.have.length(3);
  });

  it('tells when what was chosen is built, once it is known what was', async () => {
    const closed = (winners?: number[]): Facts => ({ ...open, cycle: { ...cycle, vote: vote('after'), ...(winners && { winners }) } });
    expect(await says(closed(), 'built')).to.deep.equal(['question.over']);
    expect((await answered(closed([3, 7]), { intent: 'built', numbers: [] })).params).to.deep.equal([{ next: [PROJECTS[0]], due: '2027-06' }]);
    expect(await says(closed([7, 8]), 'built')).to.deep.equal(['question.chosenSometime', 'question.askPerson']);
    expect(await says(closed([3]), 'built', 3, 7)).to.deep.equal(['question.built', 'question.notChosen']);
    expect((await answered(open, { intent: 'built', numbers: [] })).params).to.deep.equal([{ due: '2027-06' }]);
  });

  it('tells before and after the vote when it is, and what can no longer be done', async () => {
    const at = (when: 'before' | 'after'): Facts => ({ ...open, cycle: { ...cycle, vote: vote(when) } });
    for (const intent of ['how', 'change', 'until', 'turnout'] as const) expect(await says(at('before'), intent)).to.deep.equal(['question.notYet']);
    expect(await says(at('before'), 'howMany')).to.deep.equal(['question.upTo', 'question.notYet']);
    expect(await says(at('after'), 'howMany')).to.deep.equal(['question.over']);
    expect(await says(at('after'), 'change')).to.deep.equal(['question.changeOver']);
    expect(await says({ takesCards: true }, 'until')).to.deep.equal(['question.noVote']);
    expect(await says({ ...open, cycle: { ...cycle, min: 2 } }, 'howMany')).to.deep.equal(['question.between', 'question.toVote']);
  });

  it('says of a ballot only that it counts, and looks up who writes only if that matters', async () => {
    const person = { isKnown: true, needsNoCard: true, hasVoted: true };
    expect(await says({ ...open, person }, 'manners')).to.deep.equal(['question.counted']);
    expect(await says({ ...open, person: { ...person, hasVoted: false } }, 'manners')).to.deep.equal(['question.welcome']);
    const wants = await Promise.all(INTENTS.map(async (intent) => ({ intent, asked: (await answered(open, { intent })).asked })));
    const personal = wants.filter(({ asked }) => JSON.stringify(asked).includes('person')).map(({ intent }) => intent);
    expect(personal).to.deep.equal(['manners', 'number', 'noCard', 'tenant', 'mayVote']);
  });

  it('tells how a vote is counted and watched, from what is known of it', async () => {
    const slips: Facts = { ...open, cycle: { ...cycle, threshold: 30, lot: [7, 3, 8], vote: { ...vote('open'), slipsUntil: CLOSES } } };
    expect(await says(open, 'resultsDue')).to.deep.equal(['question.results']);
    expect(await says(slips, 'resultsDue')).to.deep.equal(['question.resultsAfterSlips']);
    expect(await says({ ...open, cycle: { ...cycle, vote: vote('after') } }, 'resultsDue')).to.deep.equal(['question.over']);
    expect(await says(open, 'chosen')).to.deep.equal(['question.chosen.greedy']);
    expect(await says(slips, 'chosen')).to.deep.equal(['question.chosen.greedy', 'question.chosenAtLeast']);
    expect([await says(open, 'ties'), await says(slips, 'ties')]).to.deep.equal([['question.tiesUndrawn'], ['question.ties']]);
    expect(await says({ ...open, supervisors: 3, isPublic: true }, 'supervised')).to.deep.equal(['question.supervised', 'question.countYourself']);
    expect(await says({ ...open, supervisors: 0 }, 'supervised')).to.deep.equal(['question.askPerson']);
    expect(await says(open, 'unchanged')).to.deep.equal(['question.unchanged']);
    expect(await says(open, 'ownProposal')).to.deep.equal(['question.ownProposalNone']);
  });

  it('tells the cheapest and the dearest, all of them, only to who asks that', async () => {
    const same = { ...cycle, projects: [...PROJECTS, { number: 9, label: '椅子', cost: 25_000 }] };
    const { params } = await answered({ ...open, cycle: same }, { intent: 'extremes', numbers: [] });
    expect(params).to.deep.equal([{ least: [PROJECTS[2], same.projects[3]], leastCost: 25_000, most: [PROJECTS[0]], mostCost: 60_000 }]);
    expect((await answered(open, { intent: 'cost', numbers: [] })).params).to.deep.equal([{ budget: 300_000, currency: 'CNY' }]);
  });

  it('gives the community’s own words, and says if there are none', async () => {
    const given = async (facts: Partial<Facts>, input: FlowInput) => (await answered({ ...open, ...facts }, input)).says;
    expect(await given({ answer: '早7点' }, { ownAnswer: 0 })).to.deep.equal(['question.answer']);
    expect((await answered(open, { ownAnswer: 2 })).asked).to.deep.equal({ wants: [], ownAnswer: 2 });
    for (const input of [{ ownAnswer: 0 }, { intent: 'money' }, { intent: 'notFor' }] as const)
      expect(await given({}, input)).to.deep.equal(['question.notWritten']);
    expect(await given({ money: '保障资金' }, { intent: 'money' })).to.deep.equal(['question.moneyAndBudget']);
  });
});
