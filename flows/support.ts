import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, say, service } from '../src/dialog/flow.ts';
import type { Question, Statement } from '../src/dialog/question.ts';
import type { SupportableRead, SupportsTold } from '../src/fund/proposals/index.ts';

interface Context {
  /** The proposals that were named. */
  readonly numbers: readonly number[];
  /** It came from the menu, after news of the cycle: if nothing can be supported, nothing is said. */
  readonly isOnTheWay: boolean;
  /** Those that are still to be told, the next one first. */
  readonly left: readonly { readonly number: number; readonly text: string }[];
  readonly next?: FlowTarget;
}

/** So many are named in one message at most. */
const MAX_NAMED = 10;
const SUPPORT = 1;
const NEXT = 2;

/** Support proposals by their numbers, or hear them one after the other. */
export const support = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    readSupportable: service<SupportableRead>('readSupportable'),
    supportProposals: service<SupportsTold, { numbers: readonly number[] }>('supportProposals'),
  },
  guards: {
    areNamed: ({ context }) => context.numbers.length > 0,
    isShared: (_, told: SupportsTold) => 'ask' in told,
    areMore: (_, left: Context['left']) => left.length > 0,
    isSupport: (_, number: number) => number === SUPPORT,
  },
  actions: {
    say: enqueueActions(say),
    keep: assign({ left: (_, read: SupportableRead) => ('proposals' in read ? read.proposals : []) }),
    goOn: assign({ left: ({ context }) => context.left.slice(1), numbers: [] }),
    name: assign({ numbers: ({ context }) => context.left.slice(0, 1).map(({ number }) => number) }),
    identify: assign({ next: ({ context }) => identified(context.numbers) }),
  },
}).createMachine({
  id: 'support',
  version: '1',
  context: ({ input: { numbers = [], command } }) => ({
    numbers: [...new Set(numbers)].slice(0, MAX_NAMED),
    isOnTheWay: command === undefined,
    left: [],
  }),
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'areNamed', target: 'supporting' }, 'reading'] },
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readSupportable',
        src: 'readSupportable',
        onDone: [
          {
            guard: { type: 'areMore', params: ({ event }) => ('proposals' in event.output ? event.output.proposals : []) },
            target: 'telling',
            actions: { type: 'keep', params: ({ event }) => event.output },
          },
          { target: 'over', actions: { type: 'say', params: ({ context, event }) => (context.isOnTheWay ? [] : nothing(event.output)) } },
        ],
      },
    },
    telling: {
      meta: { ask },
      on: {
        CHOSE: [
          { guard: { type: 'isSupport', params: ({ event }) => event.number }, target: 'supporting', actions: 'name' },
          {
            guard: { type: 'areMore', params: ({ context }) => context.left.slice(1) },
            target: 'telling',
            actions: 'goOn',
          },
          { target: 'over', actions: { type: 'say', params: [{ key: 'support.end' }] } },
        ],
        MORE: [
          { guard: { type: 'areMore', params: ({ context }) => context.left.slice(1) }, target: 'telling', actions: 'goOn' },
          { target: 'over', actions: { type: 'say', params: [{ key: 'support.end' }] } },
        ],
      },
    },
    supporting: {
      tags: 'busy',
      invoke: {
        id: 'supportProposals',
        src: 'supportProposals',
        input: ({ context: { numbers } }) => ({ numbers }),
        onDone: [
          { guard: { type: 'isShared', params: ({ event }) => event.output }, target: 'over', actions: 'identify' },
          {
            guard: { type: 'areMore', params: ({ context, event }) => ('supported' in event.output ? context.left.slice(1) : []) },
            target: 'telling',
            actions: [{ type: 'say', params: ({ event }) => toldOnTheWay(event.output) }, 'goOn'],
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => statementsOf(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function ask({ left: [{ number, text } = { number: 0, text: '' }] }: Context): Question {
  const params = { number, text };
  const options = [
    { number: SUPPORT, label: 'support.give', command: { name: 'support', number } },
    { number: NEXT, label: 'support.next' },
  ] as const;
  const taps = { head: { key: 'support.tapHead' }, items: [{ key: 'support.tapGive', params }, { key: 'support.tapNext' }] };
  return { key: 'support.one', params, expects: 'choice', bindsAtOnce: true, options, taps };
}

/** Several people have this phone: the card says who supports it. */
function identified(numbers: readonly number[]): FlowTarget {
  return { flow: 'identify', input: { why: 'shared', flowTarget: { flow: 'support', input: { command: 'support', numbers } } } };
}

function statementsOf(outcome: SupportsTold): Statement[] {
  if ('ask' in outcome) return [];
  if ('refused' in outcome) return nothing(outcome);
  const { supported, unknown, counts } = outcome;
  return [
    ...supported.map(({ number, text, isGiven }) => ({ key: isGiven ? 'support.given' : 'support.takenBack', params: { number, text } })),
    ...unknown.map((number) => ({ key: 'support.unknown', params: { number } })),
    ...(counts || supported.length === 0 ? [] : [{ key: 'support.countsLater' }]),
  ];
}

/** What is said of a support before the next proposal is told. */
function toldOnTheWay(outcome: SupportsTold): Statement[] {
  if (!('supported' in outcome)) return [];
  const key = outcome.counts ? 'support.noted' : 'support.notedForLater';
  return outcome.supported.filter(({ isGiven }) => isGiven).map(({ number }) => ({ key, params: { number } }));
}

const BEFORE: readonly string[] = ['announce'];

function nothing(outcome: SupportableRead): Statement[] {
  if ('proposals' in outcome) return [{ key: 'support.none' }];
  if (outcome.refused !== 'stage') return [{ key: outcome.refused === 'full' ? 'support.full' : 'support.notBegun' }];
  return [{ key: BEFORE.includes(outcome.stage) ? 'support.notBegun' : 'support.over' }];
}
