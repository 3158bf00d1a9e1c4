import { enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** Ask for a person: the community calls back, and its number is said. */
export const person = setup({
    types: {},
    actors: { writeInquiry: service('writeInquiry') },
    actions: { say: enqueueActions(say) },
}).createMachine({
    id: 'person',
    version: '2',
    context: ({ input: { text = '' } }) => ({ text }),
    initial: 'writing',
    states: {
        writing: {
            tags: 'busy',
            invoke: {
                id: 'writeInquiry',
                src: 'writeInquiry',
                input: ({ context: { text } }) => ({ kind: 'call', text }),
                onDone: {
                    target: 'over',
                    actions: { type: 'say', params: ({ context: { text } }) => [{ key: text ? 'person.callsAbout' : 'person.calls', outcome: 'askPerson' }] },
                },
            },
        },
        over: { type: 'final' },
    },
});
