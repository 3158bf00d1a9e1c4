import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Voided } from '../src/fund/ledger/voidBallot.ts';
import type { LetterKind } from '../src/fund/records/letter.ts';

interface Context {
  readonly digits: string;
}

/** Somebody else voted as me: two digits that a faked sender never sees, then that ballot is void. */
export const notMe = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    twoDigits: service<{ digits: string }>('twoDigits'),
    voidBallot: service<Voided>('voidBallot'),
    writeLetter: service<{ number: number }, { kind: LetterKind; text: string }>('writeLetter'),
  },
  guards: {
    isRight: ({ context }, digits: string) => digits === context.digits,
    isAfterClose: (_, voided: Voided) => 'afterClose' in voided,
  },
  actions: {
    say: enqueueActions(say),
    keep: assign({ digits: (_, { digits }: { digits: string }) => digits }),
  },
}).createMachine({
  id: 'notMe',
  version: '1',
  context: { digits: '' },
  initial: 'drawing',
  states: {
    drawing: {
      tags: 'busy',
      invoke: {
        id: 'twoDigits',
        src: 'twoDigits',
        onDone: { target: 'asking', actions: { type: 'keep', params: ({ event }) => event.output } },
      },
    },
    asking: {
      meta: { ask: ({ digits }) => ({ key: 'notMe.digits', params: { digits }, expects: 'code', length: 2 }) },
      on: {
        CODE: [
          { guard: { type: 'isRight', params: ({ event }) => event.digits }, target: 'voiding' },
          { target: 'over', actions: { type: 'say', params: [{ key: 'notMe.wrong' }] } },
        ],
      },
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
            actions: { type: 'say', params: ({ event }) => [{ key: 'voided' in event.output ? 'notMe.voided' : 'notMe.none' }] },
          },
        ],
      },
    },
    reporting: {
      tags: 'busy',
      invoke: {
        id: 'writeLetter',
        src: 'writeLetter',
        input: { kind: 'notMe', text: '' },
        onDone: {
          target: 'over',
          actions: { type: 'say', params: ({ event }) => [{ key: 'notMe.reported', params: { number: event.output.number } }] },
        },
      },
    },
    over: { type: 'final' },
  },
});
