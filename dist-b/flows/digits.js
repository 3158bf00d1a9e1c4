import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
const SIX = 6;
/**
 * Before something that cannot be undone, digits have to be repeated: somebody who fakes a sender never sees them. Six digits, or twelve
 * after three wrong tries in a day.
 */
export const digits = setup({
    types: {},
    actors: {
        askDigits: service('askDigits'),
        checkDigits: service('checkDigits'),
    },
    guards: {
        isRefused: (_, outcome) => 'refused' in outcome,
        isWrong: (_, outcome) => 'refused' in outcome && outcome.refused !== 'over',
        isOver: (_, outcome) => 'refused' in outcome && outcome.refused === 'over',
    },
    actions: {
        say: enqueueActions(say),
        keepAsked: assign({ asked: (_, asked) => asked }),
        keepGiven: assign({ given: (_, given) => given }),
        goOn: assign({ isRight: true }),
    },
}).createMachine({
    id: 'digits',
    version: '2',
    context: ({ input: { flowTarget = { flow: 'eraseMe', input: { command: 'delete' } } } }) => ({
        flowTarget,
        of: flowTarget.flow === 'disownBallot' ? 'disownBallot' : 'eraseMe',
        given: '',
        isRight: false,
    }),
    initial: 'drawing',
    states: {
        drawing: {
            tags: 'busy',
            invoke: {
                id: 'askDigits',
                src: 'askDigits',
                input: ({ context: { of } }) => ({ of }),
                onDone: [
                    {
                        guard: { type: 'isRefused', params: ({ event }) => event.output },
                        target: 'over',
                        actions: { type: 'say', params: ({ context, event }) => unasked(context, event.output) },
                    },
                    { target: 'asking', actions: { type: 'keepAsked', params: ({ event }) => event.output } },
                ],
            },
        },
        asking: {
            meta: { ask: wanted },
            on: { CODE: { target: 'checking', actions: { type: 'keepGiven', params: ({ event }) => event.digits } } },
        },
        checking: {
            tags: 'busy',
            invoke: {
                id: 'checkDigits',
                src: 'checkDigits',
                input: ({ context: { of, asked, given } }) => ({ of, proof: asked && 'proof' in asked ? asked.proof : '', digits: given }),
                onDone: [
                    {
                        guard: { type: 'isWrong', params: ({ event }) => event.output },
                        target: 'asking',
                        actions: { type: 'say', params: ({ context, event }) => refusal(context, event.output) },
                    },
                    { guard: { type: 'isOver', params: ({ event }) => event.output }, target: 'drawing' },
                    { target: 'over', actions: 'goOn' },
                ],
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { flowTarget, isRight } }) => (isRight ? { next: { ...flowTarget, input: { ...flowTarget.input, proved: true } } } : {}),
});
/** Asks for the digits. They are shown here, or spoken on a call that we placed; digits that were sent by text are not shown. */
function wanted({ of, asked }) {
    const lapses = of === 'eraseMe' && { lapses: true };
    if (!asked || !('digits' in asked))
        return { key: `digits.${of}Texted`, expects: 'code', length: SIX, ...lapses };
    const { digits } = asked;
    return { key: isLong(asked) ? `digits.${of}Long` : `digits.${of}`, params: { digits }, expects: 'code', length: digits.length, ...lapses };
}
/** Why a caller does not get the digits. If they can still get them by text, that is said, with what they are needed for. */
function unasked({ of }, outcome) {
    if (!('refused' in outcome))
        return [];
    const { refused } = outcome;
    return [{ key: refused === 'over' || refused === 'texted' ? `digits.refused.${refused}.${of}` : `digits.refused.${refused}` }];
}
function refusal({ asked }, outcome) {
    if (isLong(asked))
        return [{ key: 'digits.refused.again' }];
    return 'triesLeft' in outcome ? [{ key: 'digits.refused.wrong', params: { triesLeft: outcome.triesLeft } }] : [];
}
function isLong(asked) {
    return asked !== undefined && 'digits' in asked && asked.digits.length > SIX;
}
