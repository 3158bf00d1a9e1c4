import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type Heading, say, service } from '../src/dialog/flow.ts';
import type { Voided } from '../src/fund/ballots/index.ts';
import type { LetterKind } from '../src/fund/inquiries/index.ts';

interface Context {
  readonly isProved: boolean;
  readonly next?: Heading;
}

/** Somebody else voted as me: after six digits that a faked sender never sees, that ballot is void. */
export const notMe = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    voidBallot: service<Voided>('voidBallot'),
    writeLetter: service<{ number: number }, { kind: LetterKind; text: string }>('writeLetter'),
  },
  guards: {
    isProved: ({ context }) => context.isProved,
    isAfterClose: (_, voided: Voided) => 'afterClose' in voided,
  },
  actions: {
    say: enqueueActions(say),
    askDigits: assign({ next: (): Heading => ({ flow: 'digits', input: { heading: { flow: 'notMe', input: { command: 'notMe' } } } }) }),
  },
}).createMachine({
  id: 'notMe',
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
  output: ({ context: { next } }) => (next ? { next } : {}),
});
