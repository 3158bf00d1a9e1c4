import { enqueueActions, setup } from 'xstate';
import { say } from '../src/dialog/flow.js';
/** What can be sent, said in passing. */
export const help = setup({
    types: {},
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
