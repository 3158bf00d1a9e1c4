import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/**
 * Have my name, phones and chats removed, after six digits were repeated. During a vote, that waits until it is over. The anonymous
 * ballot stays.
 */
export const eraseMe = setup({
    types: {},
    actors: { eraseMe: service('eraseMe') },
    guards: {
        isProved: ({ context }) => context.isProved,
        isShared: (_, erased) => 'shared' in erased,
    },
    actions: {
        say: enqueueActions(say),
        askDigits: assign({ next: () => ({ flow: 'digits', input: { flowTarget: { flow: 'eraseMe', input: { command: 'delete' } } } }) }),
        askWho: assign({
            next: () => ({
                flow: 'identify',
                input: { why: 'shared', flowTarget: { flow: 'eraseMe', input: { command: 'delete', proved: true } } },
            }),
        }),
    },
}).createMachine({
    id: 'eraseMe',
    version: '2',
    context: ({ input: { proved = false } }) => ({ isProved: proved }),
    initial: 'starting',
    states: {
        starting: {
            always: [
                { guard: 'isProved', target: 'erasing' },
                { target: 'over', actions: 'askDigits' },
            ],
        },
        erasing: {
            tags: 'busy',
            invoke: {
                id: 'eraseMe',
                src: 'eraseMe',
                onDone: [
                    { guard: { type: 'isShared', params: ({ event }) => event.output }, target: 'over', actions: 'askWho' },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
                ],
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { next } }) => (next ? { next } : {}),
});
function outcome(erased) {
    if ('noted' in erased)
        return [{ key: 'eraseMe.noted', params: { closesAt: erased.noted.closesAt } }];
    return [{ key: 'erased' in erased ? 'eraseMe.erased' : 'eraseMe.stranger' }];
}
