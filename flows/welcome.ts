import { assign, setup } from 'xstate';
import { type Flow, type FlowInput, type Heading, service } from '../src/dialog/flow.ts';
import type { Opened } from '../src/fund/ballots/index.ts';

interface Context {
  readonly next?: Heading;
}

/** Somebody follows the account or scans a poster, and it is known who: on with what there is to do, the vote first. */
export const welcome = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { openBallot: service<Opened>('openBallot') },
  actions: { head: assign({ next: (_, opened: Opened) => heading(opened) }) },
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
        onDone: { target: 'over', actions: { type: 'head', params: ({ event }) => event.output } },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function heading(opened: Opened): Heading {
  return 'none' in opened ? { flow: 'menu', input: { command: 'menu' } } : { flow: 'vote', input: { command: 'vote' } };
}
