import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type Heading, say, service } from '../src/dialog/flow.ts';
import type { Left } from '../src/fund/roster/leave.ts';

interface Context {
  readonly digits: string;
  readonly next?: Heading;
}

/** Have name, phones and chats removed, after two digits repeated; the anonymous ballot stays. */
export const leave = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { twoDigits: service<{ digits: string }>('twoDigits'), leave: service<Left>('leave') },
  guards: {
    isRight: ({ context }, digits: string) => digits === context.digits,
    isShared: (_, left: Left) => 'shared' in left,
  },
  actions: {
    say: enqueueActions(say),
    keep: assign({ digits: (_, { digits }: { digits: string }) => digits }),
    askWho: assign({
      next: (): Heading => ({ flow: 'join', input: { why: 'shared', heading: { flow: 'leave', input: { command: 'delete' } } } }),
    }),
  },
}).createMachine({
  id: 'leave',
  version: '1',
  context: { digits: '' },
  initial: 'drawing',
  states: {
    drawing: {
      tags: 'busy',
      invoke: {
        id: 'twoDigits',
        src: 'twoDigits',
        onDone: { target: 'asking', actions: { type: 'keep', params: ({ event }) => event.output } },
      },
    },
    asking: {
      meta: { ask: ({ digits }) => ({ key: 'leave.digits', params: { digits }, expects: 'code', length: 2 }) },
      on: {
        CODE: [
          { guard: { type: 'isRight', params: ({ event }) => event.digits }, target: 'leaving' },
          { target: 'over', actions: { type: 'say', params: [{ key: 'leave.wrong' }] } },
        ],
      },
    },
    leaving: {
      tags: 'busy',
      invoke: {
        id: 'leave',
        src: 'leave',
        onDone: [
          { guard: { type: 'isShared', params: ({ event }) => event.output }, target: 'over', actions: 'askWho' },
          { target: 'over', actions: { type: 'say', params: ({ event }) => [{ key: 'left' in event.output ? 'leave.left' : 'leave.stranger' }] } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});
