import { assign, setup } from 'xstate';
import type { Flow, FlowInput, FlowTarget } from '../src/dialog/flow.ts';
import type { Option } from '../src/dialog/question.ts';

interface Context {
  readonly next?: FlowTarget;
}

type Menu = readonly (Option & { readonly leads?: FlowTarget })[];

const PERSON = { number: 0, label: 'menu.person', leads: { flow: 'person', input: { command: 'person' } } } as const;

const TOP: Menu = [
  { number: 1, label: 'menu.vote', leads: { flow: 'vote', input: { command: 'vote' } } },
  { number: 2, label: 'menu.propose', leads: { flow: 'propose', input: { command: 'propose' } } },
  { number: 3, label: 'menu.progress', leads: { flow: 'progress', input: {} } },
  { number: 4, label: 'menu.more' },
  PERSON,
];

const MORE: Menu = [
  { number: 1, label: 'menu.ask' },
  { number: 2, label: 'menu.language', leads: { flow: 'language', input: {} } },
  { number: 3, label: 'menu.reminders' },
  { number: 4, label: 'menu.eraseMe', leads: { flow: 'eraseMe', input: { command: 'delete' } } },
  PERSON,
];

const REMINDERS: Menu = [
  { number: 1, label: 'menu.stop', leads: { flow: 'stop', input: { command: 'stop' } } },
  { number: 2, label: 'menu.start', leads: { flow: 'start', input: { command: 'start' } } },
];

/** What is asked most is answered at once; the rest is for a person. */
const ASK: Menu = [
  { number: 1, label: 'menu.tell', leads: { flow: 'ask', input: { command: 'ask' } } },
  { number: 2, label: 'menu.how', leads: { flow: 'question', input: { intent: 'how' } } },
  { number: 3, label: 'menu.until', leads: { flow: 'question', input: { intent: 'until' } } },
  { number: 4, label: 'menu.questions' },
  PERSON,
];

const QUESTIONS: Menu = [
  { number: 1, label: 'menu.fraud', leads: { flow: 'question', input: { intent: 'fraud' } } },
  { number: 2, label: 'menu.noCard', leads: { flow: 'question', input: { intent: 'noCard' } } },
  { number: 3, label: 'menu.money', leads: { flow: 'question', input: { intent: 'money' } } },
  { number: 4, label: 'menu.turnout', leads: { flow: 'question', input: { intent: 'turnout' } } },
  PERSON,
];

/** What residents can do, with the same numbers on every channel; each number leads to its flow. */
export const menu = setup({
  types: {} as Flow<Context, FlowInput>,
  guards: {
    leadsOn: (_, { menu, number }: { menu: Menu; number: number }) => leads(menu, number) !== undefined,
    isIn: (_, { menu, number }: { menu: Menu; number: number }) => menu.some((option) => option.number === number),
    isLabelled: (_, { menu, number, label }: { menu: Menu; number: number; label: string }) =>
      menu.some((option) => option.number === number && option.label === label),
  },
  actions: {
    continueWith: assign({ next: (_, { menu, number }: { menu: Menu; number: number }) => leads(menu, number) }),
  },
}).createMachine({
  id: 'menu',
  version: '2',
  context: {},
  initial: 'top',
  states: {
    top: {
      meta: { ask: () => ({ key: 'menu.top', expects: 'choice', options: offered(TOP) }) },
      on: {
        CHOSE: [
          {
            guard: { type: 'leadsOn', params: ({ event }) => ({ menu: TOP, number: event.number }) },
            target: 'over',
            actions: { type: 'continueWith', params: ({ event }) => ({ menu: TOP, number: event.number }) },
          },
          { guard: { type: 'isIn', params: ({ event }) => ({ menu: TOP, number: event.number }) }, target: 'more' },
        ],
      },
    },
    more: {
      meta: { ask: () => ({ key: 'menu.others', expects: 'choice', options: offered(MORE) }) },
      on: {
        CHOSE: [
          {
            guard: { type: 'leadsOn', params: ({ event }) => ({ menu: MORE, number: event.number }) },
            target: 'over',
            actions: { type: 'continueWith', params: ({ event }) => ({ menu: MORE, number: event.number }) },
          },
          { guard: { type: 'isLabelled', params: ({ event }) => ({ menu: MORE, number: event.number, label: 'menu.ask' }) }, target: 'ask' },
          { guard: { type: 'isIn', params: ({ event }) => ({ menu: MORE, number: event.number }) }, target: 'reminders' },
        ],
      },
    },
    ask: {
      meta: { ask: () => ({ key: 'menu.askWhat', expects: 'choice', options: offered(ASK) }) },
      on: {
        CHOSE: [
          {
            guard: { type: 'leadsOn', params: ({ event }) => ({ menu: ASK, number: event.number }) },
            target: 'over',
            actions: { type: 'continueWith', params: ({ event }) => ({ menu: ASK, number: event.number }) },
          },
          { guard: { type: 'isIn', params: ({ event }) => ({ menu: ASK, number: event.number }) }, target: 'questions' },
        ],
      },
    },
    questions: {
      meta: { ask: () => ({ key: 'menu.askOther', expects: 'choice', options: offered(QUESTIONS) }) },
      on: {
        CHOSE: {
          guard: { type: 'leadsOn', params: ({ event }) => ({ menu: QUESTIONS, number: event.number }) },
          target: 'over',
          actions: { type: 'continueWith', params: ({ event }) => ({ menu: QUESTIONS, number: event.number }) },
        },
      },
    },
    reminders: {
      meta: { ask: () => ({ key: 'menu.aboutReminders', expects: 'choice', bindsAtOnce: true, options: offered(REMINDERS) }) },
      on: {
        CHOSE: {
          guard: { type: 'leadsOn', params: ({ event }) => ({ menu: REMINDERS, number: event.number }) },
          target: 'over',
          actions: { type: 'continueWith', params: ({ event }) => ({ menu: REMINDERS, number: event.number }) },
        },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function leads(menu: Menu, number: number): FlowTarget | undefined {
  return menu.find((option) => option.number === number)?.leads;
}

function offered(menu: Menu): Option[] {
  return menu.map(({ number, label }) => ({ number, label }));
}
