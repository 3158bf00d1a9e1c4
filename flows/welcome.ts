import { assign, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, service } from '../src/dialog/flow.ts';
import type { Opened } from '../src/fund/ballots/index.ts';

interface Context {
  readonly next?: FlowTarget;
}

/** A resident follows the account or scans a poster, and it is known who they are: goes on with what they can do, the vote first. */
export const welcome = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { openBallot: service<Opened>('openBallot') },
  actions: { continueWith: assign({ next: (_, opened: Opened) => flowTarget(opened) }) },
}).createMachine({
  id: 'welcome',
  version: '1',
  context: {},
  initial: 'looking',
  states: {
    looking: {
      tags: 'busy',
      invoke: {
        id: 'openBallot',
        src: 'openBallot',
        input: {},
        onDone: { target: 'over', actions: { type: 'continueWith', params: ({ event }) => event.output } },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function flowTarget(opened: Opened): FlowTarget {
  return 'none' in opened ? { flow: 'menu', input: { command: 'menu' } } : { flow: 'vote', input: { command: 'vote' } };
}
