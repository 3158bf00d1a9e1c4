import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type Heading, say } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';

interface Context {
  /** What was nearly said. */
  readonly heading?: Heading;
  readonly next?: Heading;
}

/** Something came near a command ("停止吧,谢谢"): it is asked about, never guessed. */
export const nearMiss = setup({
  types: {} as Flow<Context, FlowInput>,
  actions: {
    say: enqueueActions(say),
    goThere: assign({ next: ({ context }) => context.heading }),
  },
}).createMachine({
  id: 'nearMiss',
  version: '1',
  context: ({ input: { heading } }) => ({ ...(heading && { heading }) }),
  initial: 'starting',
  states: {
    starting: {
      always: {
        target: 'asking',
        actions: { type: 'say', params: ({ context: { heading } }) => nearly(heading) },
      },
    },
    asking: {
      meta: { ask: () => ({ key: 'nearMiss.confirm', expects: 'confirmation' }) },
      on: {
        YES: { target: 'over', actions: 'goThere' },
        NO: { target: 'over', actions: { type: 'say', params: [{ key: 'nearMiss.left' }] } },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

/** What it was taken for, and the words that would be used: those may be misheard, or not meant for it. */
function nearly(heading: Heading | undefined): Statement[] {
  const { command = 'menu', text } = heading?.input ?? {};
  return [{ key: `nearMiss.${command}` }, ...(text ? [{ key: 'nearMiss.heard', params: { text } }] : [])];
}
