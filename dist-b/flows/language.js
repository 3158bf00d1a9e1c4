import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
const LANGUAGES = [
    { number: 1, label: 'language.mandarin', command: 'mandarin' },
    { number: 2, label: 'language.english', command: 'english' },
    { number: 3, label: 'language.sichuan', command: 'sichuan' },
];
const WRITTEN = 2;
const COMMANDS = ['mandarin', 'sichuan', 'english'];
/** Another language from here on. The dialog changes it when the command starts this flow, so the answer is already in it. */
export const language = setup({
    types: {},
    actors: { spokenDialects: service('spokenDialects') },
    guards: {
        isNamed: ({ context }) => COMMANDS.includes(context.command),
        isOffered: ({ context }, chosen) => offered(context).some(({ number }) => number === chosen),
    },
    actions: {
        say: enqueueActions(say),
        continueWith: assign({ next: (_, chosen) => flowTarget(chosen) }),
    },
}).createMachine({
    id: 'language',
    version: '2',
    context: ({ input: { command } }) => (command === undefined ? {} : { command }),
    initial: 'starting',
    states: {
        starting: {
            always: [
                { guard: 'isNamed', target: 'over', actions: { type: 'say', params: ({ context }) => [{ key: `language.${context.command}Set` }] } },
                'looking',
            ],
        },
        looking: {
            tags: 'busy',
            invoke: {
                id: 'spokenDialects',
                src: 'spokenDialects',
                onDone: { target: 'asking', actions: assign({ hasSichuan: ({ event }) => event.output.sichuan }) },
            },
        },
        asking: {
            meta: {
                ask: (context) => ({ key: 'language.which', expects: 'choice', options: offered(context).map(({ number, label }) => ({ number, label })) }),
            },
            on: {
                CHOSE: {
                    guard: { type: 'isOffered', params: ({ event }) => event.number },
                    target: 'over',
                    actions: { type: 'continueWith', params: ({ event }) => event.number },
                },
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { next } }) => (next ? { next } : {}),
});
function offered({ hasSichuan = false }) {
    return hasSichuan ? LANGUAGES : LANGUAGES.slice(0, WRITTEN);
}
function flowTarget(chosen) {
    const language = LANGUAGES.find(({ number }) => number === chosen);
    return language && { flow: 'language', input: { command: language.command } };
}
