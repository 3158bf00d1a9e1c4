import { enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** No more messages that we start, until the resident asks for them again. Answers go on. */
export const stop = setup({
    types: {},
    actors: { stopMessages: service('stopMessages') },
    actions: { say: enqueueActions(say) },
}).createMachine({
    id: 'stop',
    version: '1',
    context: ({ input: { text, command = 'stop' } }) => ({ words: text || command }),
    initial: 'stopping',
    states: {
        stopping: {
            tags: 'busy',
            invoke: {
                id: 'stopMessages',
                src: 'stopMessages',
                input: ({ context: { words } }) => ({ words }),
                onDone: { target: 'over', actions: { type: 'say', params: [{ key: 'stop.done' }] } },
            },
        },
        over: { type: 'final' },
    },
});
