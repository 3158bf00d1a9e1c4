import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { InquiryKind } from '../src/fund/inquiries/index.ts';

/** Ask for a person: the community calls back, and its number is said. */
export const person = setup({
  types: {} as Flow<Record<string, never>, FlowInput>,
  actors: { writeInquiry: service<{ number: number }, { kind: InquiryKind; text: string }>('writeInquiry') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'person',
  version: '1',
  context: {},
  initial: 'writing',
  states: {
    writing: {
      tags: 'busy',
      invoke: {
        id: 'writeInquiry',
        src: 'writeInquiry',
        input: { kind: 'call', text: '' },
        onDone: { target: 'over', actions: { type: 'say', params: [{ key: 'person.calls', outcome: 'askPerson' }] } },
      },
    },
    over: { type: 'final' },
  },
});
