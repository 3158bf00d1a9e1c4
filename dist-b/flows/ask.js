import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
import { isCopied } from './ourOwnWords.js';
const LONGEST = 500;
/** Ask or complain: a person reads it and answers. */
export const ask = setup({
    types: {},
    actors: { writeInquiry: service('writeInquiry') },
    guards: {
        cameWithText: ({ context }) => context.text !== '',
        isTold: (_, { text = '', recording }) => recording !== undefined || text.trim() !== '',
    },
    actions: {
        say: enqueueActions(say),
        keep: assign((_, told) => ({ text: told.text?.trim() ?? '', ...(told.recording && { recording: told.recording }) })),
    },
}).createMachine({
    id: 'ask',
    version: '1',
    context: ({ input: { command, text = '' } }) => ({
        kind: command === 'complain' ? 'complaint' : 'question',
        text: isCopied(text) ? '' : text.trim(),
    }),
    initial: 'starting',
    states: {
        starting: { always: [{ guard: 'cameWithText', target: 'writing' }, 'asking'] },
        asking: {
            meta: {
                ask: ({ kind }) => ({
                    key: 'ask.tell',
                    expects: 'freeText',
                    command: kind === 'complaint' ? 'complain' : 'ask',
                    maxSeconds: 120,
                    maxChars: LONGEST,
                }),
            },
            on: {
                FREE_TEXT: {
                    guard: { type: 'isTold', params: ({ event: { text, recording } }) => ({ text, recording }) },
                    target: 'writing',
                    actions: { type: 'keep', params: ({ event: { text, recording } }) => ({ text, recording }) },
                },
            },
        },
        writing: {
            tags: 'busy',
            invoke: {
                id: 'writeInquiry',
                src: 'writeInquiry',
                input: ({ context }) => context,
                onDone: {
                    target: 'over',
                    actions: { type: 'say', params: ({ context, event }) => [{ key: `ask.${context.kind}`, params: { number: event.output.number } }] },
                },
            },
        },
        over: { type: 'final' },
    },
});
