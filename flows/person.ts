import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { InquiryKind } from '../src/fund/inquiries/index.ts';

interface Context {
  /** What was written before, for the person who calls. */
  readonly text: string;
}

/** Ask for a person: the community calls back, and its number is said. */
export const person = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { writeInquiry: service<{ number: number }, { kind: InquiryKind; text: string }>('writeInquiry') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'person',
  version: '2',
  context: ({ input: { text = '' } }) => ({ text }),
  initial: 'writing',
  states: {
    writing: {
      tags: 'busy',
      invoke: {
        id: 'writeInquiry',
        src: 'writeInquiry',
        input: ({ context: { text } }) => ({ kind: 'call', text }),
        onDone: {
          target: 'over',
          actions: { type: 'say', params: ({ context: { text } }) => [{ key: text ? 'person.callsAbout' : 'person.calls', outcome: 'askPerson' }] },
        },
      },
    },
    over: { type: 'final' },
  },
});
