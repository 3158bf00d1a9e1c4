import { enqueueActions, setup } from 'xstate';
import type { Intent } from '../src/dialog/command.ts';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Facts, FactWanted, ProjectFacts } from '../src/fund/facts/index.ts';
import { MINE, nextTable, proposal } from './progress.ts';

/** What has to be looked up for an answer, besides what is at hand. */
const WANTS: Partial<Record<Intent, readonly FactWanted[]>> = {
  manners: ['person'],
  number: ['person'],
  noCard: ['person'],
  tenant: ['person'],
  built: ['winners'],
  lastYear: ['lastYear'],
  turnout: ['turnout'],
  supervised: ['supervisors'],
  mayVote: ['person'],
  ownProposal: ['ownProposals'],
};

/** Answers in passing what residents ask or say without a command, from what is known, and says what to send next. It records nothing. */
export const question = setup({
  types: {} as Flow<Asked, FlowInput>,
  actors: { readFacts: service<Facts, { wants: readonly FactWanted[]; ownAnswer?: number }>('readFacts') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'question',
  version: '1',
  context: ({ input: { intent = 'who', numbers = [], ownAnswer } }) => ({ intent, numbers, ...(ownAnswer !== undefined && { ownAnswer }) }),
  initial: 'reading',
  states: {
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readFacts',
        src: 'readFacts',
        input: ({ context: { intent, ownAnswer } }) => (ownAnswer === undefined ? { wants: WANTS[intent] ?? [] } : { wants: [], ownAnswer }),
        onDone: { target: 'over', actions: { type: 'say', params: ({ context, event }) => answerTo(context, event.output) } },
      },
    },
    over: { type: 'final' },
  },
});

/** What is asked: a kind of question with the projects that it names, or one of the community's own. */
interface Asked {
  readonly intent: Intent;
  readonly numbers: readonly number[];
  readonly ownAnswer?: number;
}

/** How many projects are told of in one answer. */
const MOST_PROJECTS = 3;
const PERSON: Statement = { key: 'question.askPerson' };

/** The answer to a question, and what to send next. */
function answerTo({ intent, numbers, ownAnswer }: Asked, facts: Facts): Statement[] {
  if (ownAnswer !== undefined) return known('question.answer', { answer: facts.answer });
  return ANSWERS[intent](facts, numbers);
}

const ANSWERS: Readonly<Record<Intent, (facts: Facts, numbers: readonly number[]) => Statement[]>> = {
  manners: ({ person }) => [{ key: person?.hasVoted ? 'question.counted' : 'question.welcome' }],
  who: () => [{ key: 'question.who' }],
  fraud: () => [{ key: 'question.fraud' }],
  number: ({ person }) => [{ key: person?.isKnown ? 'question.number' : 'question.numberOfStranger' }],
  how: (facts) => [ifOpen(facts, 'how')],
  change: (facts) => [ifOpen(facts, 'change')],
  until: (facts) => [ifOpen(facts, 'until')],
  howMany: ({ cycle, ...facts }) => [...(cycle && cycle.vote?.when !== 'after' ? [howMany(cycle)] : []), ifOpen({ cycle, ...facts }, 'toVote')],
  secret: () => [{ key: 'question.secret' }],
  built: ({ cycle }, numbers) => (cycle?.projects.length ? built(cycle, named(cycle, numbers)) : [{ key: 'question.noProjects' }]),
  cost: ({ cycle }, numbers) => {
    if (!cycle?.projects.length) return [{ key: 'question.noProjects' }];
    const { budget, currency } = cycle;
    const projects = named(cycle, numbers).map(({ cost, ...which }) => ({ key: 'question.cost', params: { ...whichOf(which), cost, currency } }));
    return projects.length > 0 ? projects : [{ key: 'question.costs', params: { budget, currency } }];
  },
  extremes: ({ cycle }) => [cycle?.projects.length ? { key: 'question.extremes', params: { ...extremes(cycle) } } : { key: 'question.noProjects' }],
  where: ({ cycle }, numbers) => {
    if (!cycle?.projects.length) return [{ key: 'question.noProjects' }];
    const projects = named(cycle, numbers);
    const unknown = projects.some(({ place }) => place === undefined);
    return projects.length > 0 ? [...projects.map(where), ...(unknown ? [PERSON] : [])] : [{ key: 'question.whereIsWhich' }];
  },
  proxy: ({ takesCards }) => [{ key: takesCards ? 'question.proxyByCard' : 'question.proxy' }],
  noCard: ({ person }) => [{ key: person?.needsNoCard ? 'question.needsNoCard' : 'question.noCard' }],
  tenant: ({ person }) => [{ key: person?.isKnown ? 'question.tenant' : 'question.tenantToRegister' }],
  money: ({ money, moneyEn, cycle }) =>
    cycle && money
      ? [{ key: 'question.moneyAndBudget', params: { money, ...(moneyEn && { moneyEn }), budget: cycle.budget, currency: cycle.currency } }]
      : known('question.money', { money }),
  notFor: ({ notFor }) => known('question.notFor', { notFor }),
  lastYear: ({ lastYear }) => {
    if (!lastYear) return [{ key: 'question.noLastYear' }, PERSON];
    const { title, winners } = lastYear;
    return [winners.length > 0 ? { key: 'question.lastYear', params: { title, winners } } : { key: 'question.lastYearNothing', params: { title } }];
  },
  turnout: (facts) => {
    const { cycle, turnout } = facts;
    if (!turnout) return [ifOpen(facts, 'toVote')];
    const { when, keyedUntil } = cycle?.vote ?? {};
    if (keyedUntil) return [{ key: 'question.turnoutKeying', params: { ...turnout, keyedUntil } }];
    const key = when === 'after' ? 'turnoutOver' : turnout.voters === 0 ? 'turnoutNone' : 'turnout';
    return [{ key: `question.${key}`, params: { ...turnout } }];
  },
  hearsay: ({ cycle }) => [{ key: cycle?.vote?.when === 'open' ? 'question.hearsay' : 'question.welcome' }],
  pause: () => [{ key: 'question.pause' }],
  reply: () => [{ key: 'question.reply' }],
  resultsDue: (facts) => {
    const { vote, isHeld } = facts.cycle ?? {};
    if (!vote || isHeld || vote.when === 'after') return [ifOpen(facts, 'until')];
    const { closesAt, slipsUntil } = vote;
    return [slipsUntil ? { key: 'question.resultsAfterSlips', params: { closesAt, slipsUntil } } : { key: 'question.results', params: { closesAt } }];
  },
  chosen: ({ cycle }) => {
    if (!cycle) return [{ key: 'question.noVote' }];
    const { rule, threshold, budget, currency } = cycle;
    const atLeast = threshold > 1 ? [{ key: 'question.chosenAtLeast', params: { votes: threshold } }] : [];
    return [{ key: `question.chosen.${rule}`, params: { budget, currency } }, ...atLeast];
  },
  ties: ({ cycle }) => [cycle?.lot ? { key: 'question.ties', params: { lot: cycle.lot } } : { key: 'question.tiesUndrawn' }],
  supervised: ({ supervisors = 0, isPublic }) => [
    supervisors > 0 ? { key: 'question.supervised', params: { count: supervisors } } : PERSON,
    ...(isPublic ? [{ key: 'question.countYourself' }] : []),
  ],
  unchanged: ({ isPublic }) => [{ key: 'question.unchanged' }, ...(isPublic ? [{ key: 'question.countYourself' }] : [])],
  receiptFor: () => [{ key: 'question.receiptFor' }],
  mayVote: ({ mayVote, person }) => [
    mayVote ? { key: 'question.mayVote', params: { mayVote } } : { key: 'question.mayVoteRoster' },
    { key: person?.isKnown ? 'question.onRoster' : 'question.notOnRoster' },
  ],
  otherPhone: ({ takesCards }) => [{ key: takesCards ? 'question.otherPhoneByCard' : 'question.otherPhone' }],
  office: ({ office, cycle }) => [
    office ? { key: 'question.office', params: { office } } : { key: 'question.officeUnknown' },
    ...nextTable(cycle?.tables),
  ],
  ownProposal: ({ ownProposals = [] }) =>
    ownProposals.length > 0 ? ownProposals.slice(0, MINE).map((mine) => proposal(mine, 'mine')) : [{ key: 'question.ownProposalNone' }],
  price: ({ callsBack }) => [callsBack ? { key: 'question.priceCalledBack', params: { callsBack } } : { key: 'question.price' }],
};

/** What the community's files tell; if they do not, whom to ask. */
function known(key: string, params: Readonly<Record<string, string | undefined>>): Statement[] {
  return Object.values(params).some((told) => told === undefined) ? [{ key: 'question.notWritten' }] : [{ key, params }];
}

/** An answer that stands only while voting is open; before and after it, the dates. */
function ifOpen({ cycle }: Facts, answer: 'how' | 'change' | 'until' | 'toVote'): Statement {
  if (cycle?.isHeld) return { key: 'question.held' };
  if (!cycle?.vote) return { key: 'question.noVote' };
  const { when, opensAt, closesAt, keyedUntil } = cycle.vote;
  if (when === 'before') return { key: 'question.notYet', params: { opensAt, closesAt } };
  if (keyedUntil) return { key: answer === 'change' ? 'question.changeKeying' : 'question.keying', params: { keyedUntil } };
  if (when === 'after') return { key: answer === 'change' ? 'question.changeOver' : 'question.over', params: { closesAt } };
  return { key: `question.${answer}`, params: { closesAt, max: cycle.max } };
}

function howMany({ min, max }: Cycle): Statement {
  if (min === max) return { key: 'question.exactly', params: { max } };
  return min > 1 ? { key: 'question.between', params: { min, max } } : { key: 'question.upTo', params: { max } };
}

type Cycle = Required<Facts>['cycle'];

function named({ projects }: Cycle, numbers: readonly number[]): ProjectFacts[] {
  return projects.filter(({ number }) => numbers.includes(number)).slice(0, MOST_PROJECTS);
}

/** The projects that cost least and most, several if they cost the same. */
function extremes({ projects }: Cycle): Record<'least' | 'most', ProjectFacts[]> & Record<'leastCost' | 'mostCost', number> {
  const costs = projects.map(({ cost }) => cost);
  const [leastCost, mostCost] = [Math.min(...costs), Math.max(...costs)];
  const having = (wanted: number) => projects.filter(({ cost }) => cost === wanted).slice(0, MOST_PROJECTS);
  return { least: having(leastCost), leastCost, most: having(mostCost), mostCost };
}

/** Which project it is, in each language. */
function whichOf({ number, label, labelEn }: Pick<ProjectFacts, 'number' | 'label' | 'labelEn'>) {
  return { number, label, ...(labelEn && { labelEn }) };
}

function where({ place, ...project }: ProjectFacts): Statement {
  return place ? { key: 'question.where', params: { ...whichOf(project), place } } : { key: 'question.nowhere', params: whichOf(project) };
}

/** When projects are built: those that are named, else whatever comes next. While voting is open, no project is named that was not asked for. */
function built({ projects, winners, vote, month }: Cycle, named: readonly ProjectFacts[]): Statement[] {
  if (named.length > 0) {
    const unknown = named.some(({ number, due }) => due === undefined && winners?.includes(number) !== false);
    return [...named.map((project) => when(project, winners)), ...(unknown ? [PERSON] : [])];
  }
  if (vote?.when === 'after' && !winners) {
    const { keyedUntil, closesAt } = vote;
    return [keyedUntil ? { key: 'question.keying', params: { keyedUntil } } : { key: 'question.over', params: { closesAt } }];
  }
  const chosen = winners ? projects.filter(({ number }) => winners.includes(number)) : projects;
  const due = chosen.flatMap((project) => (project.due && project.due >= month ? project.due : [])).toSorted()[0];
  if (winners?.length === 0) return [{ key: 'question.nothingChosen' }];
  if (due === undefined) return [{ key: winners ? 'question.chosenSometime' : 'question.ifChosenSometime' }, PERSON];
  if (!winners) return [{ key: 'question.builtFirst', params: { due } }];
  const next = chosen.filter((project) => project.due === due);
  return [{ key: 'question.builtNext', params: { next: next.slice(0, MOST_PROJECTS), due } }];
}

function when({ due, ...project }: ProjectFacts, winners: readonly number[] | undefined): Statement {
  const which = whichOf(project);
  if (winners && !winners.includes(project.number)) return { key: 'question.notChosen', params: which };
  if (due === undefined) return { key: 'question.builtSometime', params: which };
  return { key: winners ? 'question.built' : 'question.builtIfChosen', params: { ...which, due } };
}
