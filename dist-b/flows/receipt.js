import { enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
/** Says that my ballot is in the ledger, but never what it says: that would be a proof for a buyer of votes. */
export const receipt = setup({
    types: {},
    actors: { checkReceipt: service('checkReceipt') },
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
function outcome(checked) {
    if ('receipt' in checked)
        return [{ key: 'receipt.counted', params: { receipt: checked.receipt } }];
    if ('forgotten' in checked)
        return [{ key: 'receipt.forgotten' }];
    return [{ key: 'slip' in checked ? 'receipt.slip' : 'receipt.none' }];
}
