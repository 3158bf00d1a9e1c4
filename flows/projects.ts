import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, say, service } from '../src/dialog/flow.ts';
import type { Question, Statement } from '../src/dialog/question.ts';
import type { BallotItem, ProjectsRead } from '../src/fund/projects/index.ts';

interface Context {
  readonly number?: number;
  readonly projects: readonly BallotItem[];
  readonly page: number;
  readonly next?: FlowTarget;
}

/** How many projects go on one page: if their names are not all long, they fit four SMS segments. */
const PAGE = 12;

/** What is on the ballot; with a number, that project. Only a list of several pages stays open. */
export const projects = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { readProjects: service<ProjectsRead, { number?: number }>('readProjects') },
  guards: { isLong: (_, read: ProjectsRead) => 'projects' in read && read.projects.length > PAGE },
  actions: {
    say: enqueueActions(say),
    keep: assign({ projects: ({ context }, read: ProjectsRead) => ('projects' in read ? read.projects : context.projects) }),
    turnPage: assign({ page: ({ context }) => (context.page + 1) % Math.ceil(context.projects.length / PAGE) }),
    /** Numbers in answer to a list mean the same as with nothing open. */
    vote: assign({ next: (_, numbers: readonly number[]): FlowTarget => ({ flow: 'vote', input: { numbers, unsure: true } }) }),
  },
}).createMachine({
  id: 'projects',
  version: '1',
  context: ({ input: { numbers = [] } }) => ({ projects: [], page: 0, ...(numbers[0] !== undefined && { number: numbers[0] }) }),
  initial: 'reading',
  states: {
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readProjects',
        src: 'readProjects',
        input: ({ context: { number } }) => (number === undefined ? {} : { number }),
        onDone: [
          {
            guard: { type: 'isLong', params: ({ event }) => event.output },
            target: 'paging',
            actions: { type: 'keep', params: ({ event }) => event.output },
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
        ],
      },
    },
    paging: {
      meta: { ask },
      on: {
        MORE: { target: 'paging', actions: 'turnPage' },
        NUMBERS: { target: 'over', actions: { type: 'vote', params: ({ event }) => event.numbers } },
        NAMED: { target: 'over', actions: { type: 'vote', params: ({ event }) => event.numbers } },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function ask({ projects, page }: Context): Question {
  const shown = projects.slice(page * PAGE, (page + 1) * PAGE);
  return { key: 'projects.page', params: { shown }, expects: 'numbers', options: projects, min: 1, max: projects.length };
}

function outcome(read: ProjectsRead): Statement[] {
  if ('unknown' in read) return [{ key: 'projects.unknown', params: { number: read.unknown } }];
  if ('none' in read) return [{ key: 'projects.none' }];
  if ('project' in read) {
    const { number, title, titleEn, cost, detail } = read.project;
    return [{ key: detail ? 'projects.oneInDetail' : 'projects.one', params: { number, title, titleEn, cost, detail } }];
  }
  const { projects: shown, budget, currency } = read;
  if (shown.length === 0) return [{ key: 'projects.none' }];
  return [{ key: 'projects.list', params: { shown, budget, currency } }];
}
