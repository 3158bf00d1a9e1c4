import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Objected } from '../src/fund/meetings/index.ts';
import { isCopied } from './ourOwnWords.ts';

interface Context {
  readonly text: string;
  readonly next?: FlowTarget;
}

/** Object to something on the list that is published before the vote. At any other time it is passed on as a question. */
export const object = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { recordObjection: service<Objected, { text: string }>('recordObjection') },
  guards: {
    cameWithText: ({ context }) => context.text !== '',
    isPassedOn: (_, objected: Objected) => 'passOn' in objected,
  },
  actions: {
    say: enqueueActions(say),
    passOn: assign({ next: ({ context: { text } }) => ({ flow: 'ask', input: { command: 'ask' as const, text } }) }),
  },
}).createMachine({
  id: 'object',
  version: '1',
  context: ({ input: { text = '' } }) => ({ text: isCopied(text) ? '' : text.trim() }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'cameWithText', target: 'recording' },
        { target: 'over', actions: { type: 'say', params: [{ key: 'object.how' }] } },
      ],
    },
    recording: {
      tags: 'busy',
      invoke: {
        id: 'recordObjection',
        src: 'recordObjection',
        input: ({ context: { text } }) => ({ text }),
        onDone: [
          { guard: { type: 'isPassedOn', params: ({ event }) => event.output }, target: 'over', actions: 'passOn' },
          { target: 'over', actions: { type: 'say', params: ({ event }) => statementsOf(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function statementsOf(objected: Objected): Statement[] {
  if ('number' in objected) {
    const { number, text, due } = objected;
    return [{ key: 'object.noted', params: { number, text, due } }];
  }
  if ('unknown' in objected) return [{ key: 'object.unknown', params: { number: objected.unknown } }];
  return 'empty' in objected ? [{ key: 'object.how' }] : [];
}
