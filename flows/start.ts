import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Started } from '../src/fund/people/index.ts';

interface Context {
  /** The words that were sent, kept as proof. */
  readonly words: string;
}

/** Messages that we start come again, and a deletion that waits for the end of the vote is cancelled. */
export const start = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { startMessages: service<Started, Context>('startMessages') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'start',
  version: '1',
  context: ({ input: { text, command = 'start' } }) => ({ words: text || command }),
  initial: 'starting',
  states: {
    starting: {
      tags: 'busy',
      invoke: {
        id: 'startMessages',
        src: 'startMessages',
        input: ({ context: { words } }) => ({ words }),
        onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => [{ key: event.output.stays ? 'start.stays' : 'start.done' }] } },
      },
    },
    over: { type: 'final' },
  },
});
