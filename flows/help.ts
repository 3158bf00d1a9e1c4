import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say } from '../src/dialog/flow.ts';

/** What can be sent, said in passing. */
export const help = setup({
  types: {} as Flow<Record<string, never>, FlowInput>,
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'help',
  version: '1',
  context: {},
  initial: 'telling',
  states: {
    telling: { always: { target: 'over', actions: { type: 'say', params: [{ key: 'help.commands' }] } } },
    over: { type: 'final' },
  },
});
