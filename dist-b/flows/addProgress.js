import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** News of a work from the person who does it or looks after it, with pictures. From anybody else it asks how far the work is. */
export const addProgress = setup({
    types: {},
    actors: { tellProgress: service('tellProgress') },
    guards: {
        hasNews: ({ context: { text, pictures } }) => text !== '' || pictures.length > 0,
        isAsked: ({ context }, told) => 'notStaff' in told && context.number !== undefined,
    },
    actions: {
        say: enqueueActions(say),
        showProgress: assign({
            next: ({ context: { number } }) => ({
                flow: 'progress',
                input: { command: 'progress', ...(number !== undefined && { numbers: [number] }) },
            }),
        }),
    },
}).createMachine({
    id: 'addProgress',
    version: '1',
    context: ({ input: { numbers: [number] = [], text = '', pictures = [] } }) => ({
        ...(number !== undefined && { number }),
        text: text.trim(),
        pictures,
    }),
    initial: 'starting',
    states: {
        starting: {
            always: [
                { guard: 'hasNews', target: 'telling' },
                { target: 'over', actions: 'showProgress' },
            ],
        },
        telling: {
            tags: 'busy',
            invoke: {
                id: 'tellProgress',
                src: 'tellProgress',
                input: ({ context: { number, text, pictures } }) => ({ ...(number !== undefined && { number }), text, pictures }),
                onDone: [
                    {
                        guard: { type: 'isAsked', params: ({ event }) => event.output },
                        target: 'over',
                        actions: ['showProgress', { type: 'say', params: ({ context }) => howToSay(context) }],
                    },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => told(event.output) } },
                ],
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { next } }) => (next ? { next } : {}),
});
function howToSay({ text }) {
    return text === '' ? [] : [{ key: 'addProgress.howToSay' }];
}
function told(outcome) {
    if ('notStaff' in outcome)
        return [{ key: 'common.notText' }];
    if ('unknown' in outcome)
        return [{ key: 'addProgress.unknown', params: { number: outcome.unknown } }];
    if ('tooLong' in outcome)
        return [{ key: 'addProgress.tooLong', params: { max: outcome.tooLong } }];
    if ('alone' in outcome)
        return [{ key: 'addProgress.alone' }];
    if ('notYours' in outcome)
        return [{ key: 'addProgress.notYours', params: { number: outcome.notYours.number, title: outcome.notYours.label } }];
    const { noted, text, pictures } = outcome;
    const params = { number: noted.number, title: noted.label, text, pictures };
    if (pictures === 0)
        return [{ key: 'addProgress.noted', params }];
    return [{ key: text === '' ? 'addProgress.pictures' : 'addProgress.notedWithPictures', params }];
}
