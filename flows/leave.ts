import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type Heading, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Left } from '../src/fund/roster/index.ts';

interface Context {
  readonly isProved: boolean;
  readonly next?: Heading;
}

/** Have name, phones and chats removed, after six digits repeated, while voting is open only once it is over; the anonymous ballot stays. */
export const leave = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { leave: service<Left>('leave') },
  guards: {
    isProved: ({ context }) => context.isProved,
    isShared: (_, left: Left) => 'shared' in left,
  },
  actions: {
    say: enqueueActions(say),
    askDigits: assign({ next: (): Heading => ({ flow: 'digits', input: { heading: { flow: 'leave', input: { command: 'delete' } } } }) }),
    askWho: assign({
      next: (): Heading => ({ flow: 'join', input: { why: 'shared', heading: { flow: 'leave', input: { command: 'delete', proved: true } } } }),
    }),
  },
}).createMachine({
  id: 'leave',
  version: '2',
  context: ({ input: { proved = false } }) => ({ isProved: proved }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'isProved', target: 'leaving' },
        { target: 'over', actions: 'askDigits' },
      ],
    },
    leaving: {
      tags: 'busy',
      invoke: {
        id: 'leave',
        src: 'leave',
        onDone: [
          { guard: { type: 'isShared', params: ({ event }) => event.output }, target: 'over', actions: 'askWho' },
          { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function outcome(left: Left): Statement[] {
  if ('noted' in left) return [{ key: 'leave.noted', params: { closesAt: left.noted.closesAt } }];
  return [{ key: 'left' in left ? 'leave.left' : 'leave.stranger' }];
}
