import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Intent } from '../src/dialog/intent.ts';
import type { Facts, FactWanted } from '../src/fund/facts/index.ts';
import { type Asked, answerTo } from './questionTexts.ts';

/** What has to be looked up for an answer, besides what is at hand. */
const WANTS: Partial<Record<Intent, readonly FactWanted[]>> = {
  manners: ['person'],
  number: ['person'],
  noCard: ['person'],
  tenant: ['person'],
  built: ['winners'],
  lastYear: ['lastYear'],
  turnout: ['turnout'],
};

/** Answers in passing what residents ask or say without a command, from what is known, and says what to send next. It records nothing. */
export const question = setup({
  types: {} as Flow<Asked, FlowInput>,
  actors: { readFacts: service<Facts, { wants: readonly FactWanted[]; ownAnswer?: number }>('readFacts') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'question',
  version: '1',
  context: ({ input: { intent = 'who', numbers = [], ownAnswer } }) => ({ intent, numbers, ...(ownAnswer !== undefined && { ownAnswer }) }),
  initial: 'reading',
  states: {
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readFacts',
        src: 'readFacts',
        input: ({ context: { intent, ownAnswer } }) => (ownAnswer === undefined ? { wants: WANTS[intent] ?? [] } : { wants: [], ownAnswer }),
        onDone: { target: 'over', actions: { type: 'say', params: ({ context, event }) => answerTo(context, event.output) } },
      },
    },
    over: { type: 'final' },
  },
});
