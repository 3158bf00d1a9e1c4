import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { InquiryKind } from '../src/fund/inquiries/index.ts';
import { isCopied } from './ourOwnWords.ts';

interface Context {
  readonly kind: InquiryKind;
  readonly text: string;
  /** If it was spoken: the carrier's id of the recording; then there is no text. */
  readonly recording?: string;
}

interface FreeText {
  readonly text: string | undefined;
  readonly recording: string | undefined;
}

const MAX_CHARS = 500;

/** Ask, complain, or tell of votes that are bought or pressed: a person reads it and answers. */
export const ask = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { writeInquiry: service<{ number: number }, Context>('writeInquiry') },
  guards: {
    cameWithText: ({ context }) => context.text !== '',
    isTold: (_, { text = '', recording }: FreeText) => recording !== undefined || text.trim() !== '',
  },
  actions: {
    say: enqueueActions(say),
    keep: assign((_, told: FreeText) => ({ text: told.text?.trim() ?? '', ...(told.recording && { recording: told.recording }) })),
  },
}).createMachine({
  id: 'ask',
  version: '1',
  context: ({ input: { command, text = '' } }) => ({
    kind: command === 'complain' ? 'complaint' : command === 'report' ? 'report' : 'question',
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
          command: kind === 'question' ? 'ask' : 'complain',
          maxSeconds: 120,
          maxChars: MAX_CHARS,
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
          actions: {
            type: 'say',
            params: ({ context, event }) => [{ key: `ask.${context.kind}`, params: { number: event.output.number }, outcome: 'passedOn' as const }],
          },
        },
      },
    },
    over: { type: 'final' },
  },
});
