import { assign, enqueueActions, setup } from 'xstate';
import type { CommandName } from '../src/dialog/command.ts';
import { type Flow, type FlowInput, type Heading, say } from '../src/dialog/flow.ts';

interface Context {
  readonly command?: CommandName;
  readonly next?: Heading;
}

const LANGUAGES = [
  { number: 1, label: 'language.mandarin', command: 'mandarin' },
  { number: 2, label: 'language.english', command: 'english' },
] as const;
const COMMANDS: readonly (CommandName | undefined)[] = ['mandarin', 'sichuan', 'english'];

/** Another language from here on. The dialog changes it as the command starts this flow: the answer is in it already. */
export const language = setup({
  types: {} as Flow<Context, FlowInput>,
  guards: {
    isNamed: ({ context }) => COMMANDS.includes(context.command),
    isOffered: (_, chosen: number) => LANGUAGES.some(({ number }) => number === chosen),
  },
  actions: {
    say: enqueueActions(say),
    head: assign({ next: (_, chosen: number) => heading(chosen) }),
  },
}).createMachine({
  id: 'language',
  version: '1',
  context: ({ input: { command } }) => (command === undefined ? {} : { command }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'isNamed', target: 'over', actions: { type: 'say', params: ({ context }) => [{ key: `language.${context.command}Set` }] } },
        'asking',
      ],
    },
    asking: {
      meta: {
        ask: () => ({ key: 'language.which', expects: 'choice', options: LANGUAGES.map(({ number, label }) => ({ number, label })) }),
      },
      on: {
        CHOSE: {
          guard: { type: 'isOffered', params: ({ event }) => event.number },
          target: 'over',
          actions: { type: 'head', params: ({ event }) => event.number },
        },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function heading(chosen: number): Heading | undefined {
  const language = LANGUAGES.find(({ number }) => number === chosen);
  return language && { flow: 'language', input: { command: language.command } };
}
