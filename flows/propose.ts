import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { Proposed } from '../src/fund/proposals/index.ts';
import { isCopied } from './ourOwnWords.ts';

interface Context {
  /** What is proposed; until the resident has said yes to it, it is only read back. */
  readonly text: string;
  /** If it was spoken: the carrier's id of the recording; then there is no text. */
  readonly recording?: string;
}

interface FreeText {
  readonly text: string | undefined;
  readonly recording: string | undefined;
}

const MAX_CHARS = 300;
/** Say what should be done with the money; the answer gives the proposal's number. */
export const propose = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { recordProposal: service<Proposed, Context>('recordProposal') },
  guards: {
    cameWithText: ({ context }) => context.text !== '',
    /** Spoken, or too long to be taken. */
    isNotReadBack: (_, { text = '', recording }: FreeText) => recording !== undefined || [...text].length > MAX_CHARS,
    isTold: (_, { text = '', recording }: FreeText) => recording !== undefined || text.trim() !== '',
    canSayAgain: (_, proposed: Proposed) => 'refused' in proposed && ['tooLong', 'empty'].includes(proposed.refused.reason),
  },
  actions: {
    say: enqueueActions(say),
    forget: assign({ text: '' }),
    keep: assign((_, told: FreeText) => ({ text: told.text?.trim() ?? '', ...(told.recording && { recording: told.recording }) })),
  },
}).createMachine({
  id: 'propose',
  version: '2',
  context: ({ input: { text = '' } }) => ({ text: isCopied(text) ? '' : text.trim() }),
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'cameWithText', target: 'recording' }, 'asking'] },
    asking: {
      meta: { ask: () => ({ key: 'propose.tell', expects: 'freeText', command: 'propose', maxSeconds: 120, maxChars: MAX_CHARS }) },
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

function outcome(proposed: Proposed, { text }: Context): Statement[] {
  if ('refused' in proposed) {
    const { reason, ...params } = proposed.refused;
    return [{ key: `propose.${reason}`, params }];
  }
  const noted = { key: 'propose.noted', params: { number: proposed.number, text } };
  if (!proposed.public) return [noted, { key: 'propose.notPublicYet' }];
  if (proposed.isLate) return [noted, { key: 'propose.forNextTime' }];
  return [noted, { key: 'propose.public', params: { number: proposed.number } }];
}
