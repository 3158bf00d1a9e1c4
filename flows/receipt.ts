import { enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';

type Checked = { readonly receipt: string; readonly at: string } | { readonly slip: true } | { readonly none: true };

/** Says that my ballot is in the ledger, but never what it says: that would be a proof for a buyer of votes. */
export const receipt = setup({
  types: {} as Flow<Record<string, never>, FlowInput>,
  actors: { checkReceipt: service<Checked>('checkReceipt') },
  actions: { say: enqueueActions(say) },
}).createMachine({
  id: 'receipt',
  version: '1',
  context: {},
  initial: 'checking',
  states: {
    checking: {
      tags: 'busy',
      invoke: {
        id: 'checkReceipt',
        src: 'checkReceipt',
        onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
      },
    },
    over: { type: 'final' },
  },
});

function outcome(checked: Checked): Statement[] {
  if ('receipt' in checked) return [{ key: 'receipt.counted', params: { receipt: checked.receipt } }];
  return [{ key: 'slip' in checked ? 'receipt.slip' : 'receipt.none' }];
}
