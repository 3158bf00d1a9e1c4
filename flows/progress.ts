import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Stage } from '../src/fund/cycles/index.ts';
import type { CycleProgress, ProgressRead, ProjectProgress, ProposalTold } from '../src/fund/works/index.ts';

interface Context {
  readonly number?: number;
}

/** How many of the resident's own proposals are said, the newest first. */
const MINE = 3;
const BEFORE_VOTE: readonly Stage[] = ['announce', 'propose', 'deliberate', 'publish'];
const AFTER_VOTE: readonly Stage[] = ['implement', 'evaluate', 'closed'];

/** The stage of the year, my proposals, what was chosen and built; with a number, the proposal and the project that have it. */
export const progress = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { readProgress: service<ProgressRead, { number?: number }>('readProgress') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'progress',
  version: '1',
  context: ({ input: { numbers = [] } }) => (numbers[0] === undefined ? {} : { number: numbers[0] }),
  initial: 'reading',
  states: {
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readProgress',
        src: 'readProgress',
        input: ({ context: { number } }) => (number === undefined ? {} : { number }),
        onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
      },
    },
    over: { type: 'final' },
  },
});

function outcome(read: ProgressRead): Statement[] {
  if ('unknown' in read) return [{ key: 'progress.unknown', params: { number: read.unknown } }];
  if ('none' in read) return [{ key: 'progress.none' }];
  if ('proposal' in read) return [proposal(read.proposal, 'proposal'), ...(read.project ? [project(read.project)] : [])];
  if ('project' in read) return [project(read.project)];
  return [...stage(read), ...winners(read), ...read.mine.slice(0, MINE).map((mine) => proposal(mine, 'mine'))];
}

function stage({ stage, until, opensAt, closesAt }: CycleProgress): Statement[] {
  const now = { key: `progress.${stage}${until ? 'Until' : ''}`, params: { until } };
  if (!BEFORE_VOTE.includes(stage) || !opensAt) return [now];
  return [now, closesAt ? { key: 'progress.voteOpens', params: { opensAt, closesAt } } : { key: 'progress.voteOpensOpenEnd', params: { opensAt } }];
}

function winners({ winners, spent, done, stage, closesAt }: CycleProgress): Statement[] {
  if (!winners) return closesAt && AFTER_VOTE.includes(stage) ? [{ key: 'progress.counting' }] : [];
  if (winners.length === 0) return [{ key: 'progress.noWinners' }];
  return [
    { key: 'progress.winners', params: { winners } },
    ...(spent === undefined ? [] : [{ key: 'progress.spent', params: { spent } }]),
    ...(done ? [{ key: 'progress.done', params: { done } }] : []),
    { key: 'progress.ofOne' },
  ];
}

/** A project: before the result what it is, afterwards how far it is. */
function project({ number, title, cost, due, isChosen, isDone }: ProjectProgress): Statement {
  const params = { number, title, cost };
  if (isChosen === undefined) return { key: 'progress.projectTold', params };
  if (!isChosen) return { key: 'progress.projectNotChosen', params };
  if (isDone) return { key: 'progress.projectDone', params };
  return due ? { key: 'progress.projectDue', params: { ...params, due } } : { key: 'progress.projectChosen', params };
}

function proposal({ number, text, state, project }: ProposalTold, whose: 'mine' | 'proposal'): Statement {
  const isPart = state === 'merged' || state === 'project';
  return { key: `progress.${whose}.${state}${isPart && project === undefined ? 'Some' : ''}`, params: { number, text, project } };
}
