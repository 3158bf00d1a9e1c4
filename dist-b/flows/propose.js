import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
import { isCopied } from './ourOwnWords.js';
const LONGEST = 300;
/** In these stages this year's projects are fixed: a proposal waits for next year. */
const DECIDED = ['publish', 'vote', 'implement', 'evaluate'];
/** Say what should be done with the money; the answer gives the proposal's number. */
export const propose = setup({
    types: {},
    actors: { recordProposal: service('recordProposal') },
    guards: {
        cameWithText: ({ context }) => context.text !== '',
        /** Spoken, or too long to be taken. */
        isNotReadBack: (_, { text = '', recording }) => recording !== undefined || [...text].length > LONGEST,
        isTold: (_, { text = '', recording }) => recording !== undefined || text.trim() !== '',
        canSayAgain: (_, proposed) => 'refused' in proposed && ['tooLong', 'empty'].includes(proposed.refused.reason),
    },
    actions: {
        say: enqueueActions(say),
        forget: assign({ text: '' }),
        keep: assign((_, told) => ({ text: told.text?.trim() ?? '', ...(told.recording && { recording: told.recording }) })),
    },
}).createMachine({
    id: 'propose',
    version: '2',
    context: ({ input: { text = '' } }) => ({ text: isCopied(text) ? '' : text.trim() }),
    initial: 'starting',
    states: {
        starting: { always: [{ guard: 'cameWithText', target: 'recording' }, 'asking'] },
        asking: {
            meta: { ask: () => ({ key: 'propose.tell', expects: 'freeText', command: 'propose', maxSeconds: 120, maxChars: LONGEST }) },
            on: {
                FREE_TEXT: [
                    {
                        guard: { type: 'isNotReadBack', params: ({ event: { text, recording } }) => ({ text, recording }) },
                        target: 'recording',
                        actions: { type: 'keep', params: ({ event: { text, recording } }) => ({ text, recording }) },
                    },
                    {
                        guard: { type: 'isTold', params: ({ event: { text, recording } }) => ({ text, recording }) },
                        target: 'confirming',
                        actions: { type: 'keep', params: ({ event: { text, recording } }) => ({ text, recording }) },
                    },
                ],
            },
        },
        /** Everybody will read it: what was not sent with the command in one message is read back first. A recording cannot be. */
        confirming: {
            meta: { ask: ({ text }) => ({ key: 'propose.confirm', params: { text }, expects: 'confirmation' }) },
            on: { YES: 'recording', NO: { target: 'asking', actions: 'forget' } },
        },
        recording: {
            tags: 'busy',
            invoke: {
                id: 'recordProposal',
                src: 'recordProposal',
                input: ({ context }) => context,
                onDone: [
                    {
                        guard: { type: 'canSayAgain', params: ({ event }) => event.output },
                        target: 'asking',
                        actions: { type: 'say', params: ({ context, event }) => outcome(event.output, context) },
                    },
                    { target: 'over', actions: { type: 'say', params: ({ context, event }) => outcome(event.output, context) } },
                ],
            },
        },
        over: { type: 'final' },
    },
});
function outcome(proposed, { text }) {
    if ('refused' in proposed) {
        const { reason, ...params } = proposed.refused;
        return [{ key: `propose.${reason}`, params }];
    }
    const noted = { key: 'propose.noted', params: { number: proposed.number, text } };
    if (!proposed.public)
        return [noted, { key: 'propose.notPublicYet' }];
    if (DECIDED.includes(proposed.stage))
        return [noted, { key: 'propose.forNextTime' }];
    return [noted, { key: 'propose.public', params: { number: proposed.number } }];
}
