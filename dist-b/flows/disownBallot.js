import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** Somebody else voted as me: after six digits that a faked sender never sees, that ballot is void. */
export const disownBallot = setup({
    types: {},
    actors: {
        voidBallot: service('voidBallot'),
        writeInquiry: service('writeInquiry'),
    },
    guards: {
        isProved: ({ context }) => context.isProved,
        isAfterClose: (_, voided) => 'afterClose' in voided,
    },
    actions: {
        say: enqueueActions(say),
        askDigits: assign({
            next: () => ({ flow: 'digits', input: { flowTarget: { flow: 'disownBallot', input: { command: 'disownBallot' } } } }),
        }),
    },
}).createMachine({
    id: 'disownBallot',
    version: '2',
    context: ({ input: { proved = false } }) => ({ isProved: proved }),
    initial: 'starting',
    states: {
        starting: {
            always: [
                { guard: 'isProved', target: 'voiding' },
                { target: 'over', actions: 'askDigits' },
            ],
        },
        voiding: {
            tags: 'busy',
            invoke: {
                id: 'voidBallot',
                src: 'voidBallot',
                onDone: [
                    { guard: { type: 'isAfterClose', params: ({ event }) => event.output }, target: 'reporting' },
                    {
                        target: 'over',
                        actions: { type: 'say', params: ({ event }) => [outcome(event.output)] },
                    },
                ],
            },
        },
        reporting: {
            tags: 'busy',
            invoke: {
                id: 'writeInquiry',
                src: 'writeInquiry',
                input: { kind: 'disownBallot', text: '' },
                onDone: {
                    target: 'over',
                    actions: { type: 'say', params: ({ event }) => [{ key: 'disownBallot.reported', params: { number: event.output.number } }] },
                },
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { next } }) => (next ? { next } : {}),
});
function outcome(voided) {
    if (!('voided' in voided))
        return { key: 'disownBallot.none' };
    return { key: voided.slip ? 'disownBallot.voidedSlip' : 'disownBallot.voided' };
}
