import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Stage, TableAhead } from '../src/fund/cycles/index.ts';
import type { CycleProgress, NumberRead, ProgressRead, ProjectProgress, ProposalTold } from '../src/fund/facts/index.ts';

interface Context {
  readonly number?: number;
  /** It was chosen in the menu, so no question is open: what can be supported may be told next. */
  readonly isFromMenu: boolean;
  readonly next?: FlowTarget;
}

/** How many of the resident's own proposals are said, the newest first. */
export const MINE = 3;
const BEFORE_VOTE: readonly Stage[] = ['announce', 'propose', 'deliberate', 'publish'];
const AFTER_VOTE: readonly Stage[] = ['implement', 'evaluate', 'closed'];

/** The stage of the year, my proposals, what was chosen and built; with a number, the proposal and the project that have it. */
export const progress = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { readProgress: service<ProgressRead, { number?: number }>('readProgress') },
  guards: {
    canSupport: ({ context }, read: ProgressRead) => context.isFromMenu && 'stage' in read && read.stage === 'propose',
    canRate: ({ context }, read: ProgressRead) => context.isFromMenu && 'stage' in read && read.canRate === true,
  },
  actions: {
    say: enqueueActions(say),
    tellProposals: assign({ next: (): FlowTarget => ({ flow: 'support', input: {} }) }),
    askRatings: assign({ next: (): FlowTarget => ({ flow: 'rate', input: {} }) }),
  },
}).createMachine({
  id: 'progress',
  version: '1',
  context: ({ input: { numbers = [], command } }) => ({ isFromMenu: command === undefined, ...(numbers[0] !== undefined && { number: numbers[0] }) }),
  initial: 'reading',
  states: {
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readProgress',
        src: 'readProgress',
        input: ({ context: { number } }) => (number === undefined ? {} : { number }),
        onDone: [
          {
            guard: { type: 'canSupport', params: ({ event }) => event.output },
            target: 'over',
            actions: [{ type: 'say', params: ({ event }) => outcome(event.output) }, 'tellProposals'],
          },
          {
            guard: { type: 'canRate', params: ({ event }) => event.output },
            target: 'over',
            actions: [{ type: 'say', params: ({ event }) => outcome(event.output) }, 'askRatings'],
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function outcome(read: ProgressRead): Statement[] {
  if ('unknown' in read) return [{ key: 'progress.unknown', params: { number: read.unknown } }];
  if ('none' in read) return [{ key: 'progress.none' }];
  if ('stage' in read)
    return [...stage(read), ...nextTable(read.tables), ...winners(read), ...read.mine.slice(0, MINE).map((mine) => proposal(mine, 'mine'))];
  return ofNumber(read);
}

function ofNumber({ proposal: proposed, project: ours, last }: NumberRead): Statement[] {
  const { supports = 0 } = proposed ?? {};
  return [
    ...(proposed ? [proposal(proposed, 'proposal')] : []),
    ...(supports > 0 ? [{ key: 'progress.supported', params: { count: supports } }] : []),
    ...(ours ? [project(ours)] : []),
    ...(last ? [{ key: 'progress.lastVote' }, project(last)] : []),
  ];
}

function stage({ stage, until, isHeld, opensAt, closesAt, winners }: CycleProgress): Statement[] {
  if (isHeld) return [{ key: 'progress.held' }];
  const spoken = stage === 'implement' && !closesAt && !winners ? 'workWithoutVote' : stage;
  const now = { key: `progress.${spoken}${until ? 'Until' : ''}`, params: { until } };
  if (!BEFORE_VOTE.includes(stage) || !opensAt) return [now];
  return [now, closesAt ? { key: 'progress.voteOpens', params: { opensAt, closesAt } } : { key: 'progress.voteOpensOpenEnd', params: { opensAt } }];
}

/** The next table for slips, and that there are more. */
export function nextTable([next, ...more]: readonly TableAhead[] = []): Statement[] {
  if (!next) return [];
  return [
    { key: 'progress.table', params: { ...next } },
    ...(more.length > 0 ? [{ key: 'progress.moreTables', params: { count: more.length } }] : []),
  ];
}

function winners({ winners, spent, done, stage, closesAt, keyedUntil }: CycleProgress): Statement[] {
  if (!winners && keyedUntil) return [{ key: 'progress.keying', params: { keyedUntil } }];
  if (!winners) return closesAt && AFTER_VOTE.includes(stage) ? [{ key: 'progress.counting' }] : [];
  if (winners.length === 0) return [{ key: 'progress.noWinners' }];
  return [
    { key: 'progress.winners', params: { winners } },
    ...(spent === undefined ? [] : [{ key: 'progress.spent', params: { spent } }]),
    ...(done ? [{ key: 'progress.done', params: { done } }] : []),
    { key: 'progress.ofOne' },
  ];
}

/** What is accepted is done. */
const BUILT: readonly string[] = ['accepted', 'paid', 'rated'];

/** A project: before the result what it is, afterwards how far it is. */
function project({ number, title, titleEn, cost, due, isChosen, isDone, work }: ProjectProgress): Statement {
  const params = { number, title, ...(titleEn && { titleEn }), cost };
  if (isChosen === undefined) return { key: 'progress.projectTold', params };
  if (!isChosen) return { key: 'progress.projectNotChosen', params };
  if (work && work !== 'approved' && !(isDone && !BUILT.includes(work))) return { key: `progress.work.${work}`, params };
  if (isDone) return { key: 'progress.projectDone', params };
  return due ? { key: 'progress.projectDue', params: { ...params, due } } : { key: 'progress.projectChosen', params };
}

/** What became of a proposal. */
export function proposal({ number, text, state, project, into, why }: ProposalTold, whose: 'mine' | 'proposal'): Statement {
  if (state === 'carried') return { key: `progress.${whose}.carried`, params: { number, text, into } };
  if (into !== undefined) return { key: `progress.${whose}.mergedInto`, params: { number, text, into } };
  if (why !== undefined) return { key: `progress.${whose}.${state}Because`, params: { number, text, why } };
  const isPart = state === 'merged' || state === 'project';
  return { key: `progress.${whose}.${state}${isPart && project === undefined ? 'Some' : ''}`, params: { number, text, project } };
}
