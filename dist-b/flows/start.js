import { enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** Messages that we start come again, and a deletion that waits for the end of the vote is cancelled. */
export const start = setup({
    types: {},
    actors: { startMessages: service('startMessages') },
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
