import { assign, setup } from 'xstate';
import { service } from '../src/dialog/flow.js';
/** A resident follows the account or scans a poster, and it is known who they are: goes on with what they can do, the vote first. */
export const welcome = setup({
    types: {},
    actors: { openBallot: service('openBallot') },
    actions: { continueWith: assign({ next: (_, opened) => flowTarget(opened) }) },
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
function flowTarget(opened) {
    return 'none' in opened ? { flow: 'menu', input: { command: 'menu' } } : { flow: 'vote', input: { command: 'vote' } };
}
