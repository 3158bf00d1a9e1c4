import { type AnyStateMachine, fromPromise } from 'xstate';
import type { FlowInput } from '../../src/dialog/flow.ts';
import type { Answer } from '../../src/dialog/question.ts';
import { converse, type Settled } from '../../src/dialog/turn.ts';

/** The answers of the services, by name. Their inputs are kept in `asked`. */
export type Services = Readonly<Record<string, (input: never) => unknown>>;

export interface Played {
  /** The keys of the texts that are said, in order. */
  readonly says: readonly string[];
  readonly asks?: string;
  readonly settled: Settled;
}

export interface Play {
  readonly asked: { readonly service: string; readonly input: unknown }[];
  start(input?: FlowInput): Promise<Played>;
  answer(answer: Answer): Promise<Played>;
}

/** Plays a flow turn by turn; each turn's snapshot goes through JSON, as it does through the database. */
export function play(machine: AnyStateMachine, services: Services = {}): Play {
  const asked: Play['asked'] = [];
  const provided = machine.provide({
    actors: Object.fromEntries(
      Object.entries(services).map(([service, outcome]) => [
        service,
        fromPromise(async ({ input }) => {
          asked.push({ service, input });
          return outcome(input as never);
        }),
      ]),
    ),
  });
  let last: Settled | undefined;
  const took = (settled: Settled): Played => {
    last = settled;
    return { says: settled.reply.says.map(({ key }) => key), ...(settled.reply.asks && { asks: settled.reply.asks.key }), settled };
  };
  return {
    asked,
    start: async (input = {}) => took(await converse(provided, { from: { input } })),
    answer: async (answer) => {
      if (!last) throw new Error('start the flow first');
      return took(await converse(provided, { from: { snapshot: JSON.parse(JSON.stringify(last.snapshot)) }, answer }));
    },
  };
}
