import { enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** A short message on the day of each step, until the resident stops it. */
export const subscribe = setup({
    types: {},
    actors: { subscribe: service('subscribe') },
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
