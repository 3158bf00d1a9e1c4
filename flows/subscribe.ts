import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';

interface Context {
  /** The words that were sent, kept as proof. */
  readonly words: string;
}

/** A short message on the day of each step, until the resident stops it. */
export const subscribe = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { subscribe: service<{ subscribed: true }, Context>('subscribe') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'subscribe',
  version: '1',
  context: ({ input: { text, command = 'subscribe' } }) => ({ words: text || command }),
  initial: 'subscribing',
  states: {
    subscribing: {
      tags: 'busy',
      invoke: {
        id: 'subscribe',
        src: 'subscribe',
        input: ({ context: { words } }) => ({ words }),
        onDone: { target: 'over', actions: { type: 'say', params: [{ key: 'subscribe.done' }] } },
      },
    },
    over: { type: 'final' },
  },
});
