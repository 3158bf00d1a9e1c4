import { assign, enqueueActions, setup } from 'xstate';
import { say } from '../src/dialog/flow.js';
/** A message was nearly a command ("停止吧,谢谢"): it is asked about, never guessed. */
export const nearMiss = setup({
    types: {},
    actions: {
        say: enqueueActions(say),
        goThere: assign({ next: ({ context }) => context.flowTarget }),
    },
}).createMachine({
    id: 'nearMiss',
    version: '1',
    context: ({ input: { flowTarget } }) => ({ ...(flowTarget && { flowTarget }) }),
    initial: 'starting',
    states: {
        starting: {
            always: {
                target: 'asking',
                actions: { type: 'say', params: ({ context: { flowTarget } }) => nearly(flowTarget) },
            },
        },
        asking: {
            meta: { ask: ({ flowTarget }) => ({ key: 'nearMiss.confirm', expects: 'confirmation', command: flowTarget?.input.command }) },
            on: {
                YES: { target: 'over', actions: 'goThere' },
                NO: { target: 'over', actions: { type: 'say', params: [{ key: 'nearMiss.left' }] } },
            },
        },
        over: { type: 'final' },
    },
    output: ({ context: { next } }) => (next ? { next } : {}),
});
/** What the message was taken for, and the words that would be used: they may be misheard, or not meant for it. */
function nearly(flowTarget) {
    const { command = 'menu', text } = flowTarget?.input ?? {};
    if (command === 'complain' && text)
        return [{ key: 'nearMiss.passOn' }];
    return [{ key: `nearMiss.${command}` }, ...(text ? [{ key: 'nearMiss.heard', params: { text } }] : [])];
}
