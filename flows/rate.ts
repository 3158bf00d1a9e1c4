import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Option, Question, Statement } from '../src/dialog/question.ts';
import type { RatableRead, RatingTold } from '../src/fund/works/index.ts';

interface Context {
  readonly number?: number;
  readonly stars?: number;
  /** It came from the menu, after news of the cycle: if nothing is left to rate, nothing is said. */
  readonly isOnTheWay: boolean;
  /** The projects that are still to be asked about, the next one first. */
  readonly left: readonly Option[];
}

const STARS = [1, 2, 3, 4, 5] as const;

/** Rate what was built: a project by its number, from 1 to 5; or one after the other. */
export const rate = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    readRatable: service<RatableRead, { number?: number }>('readRatable'),
    rateWork: service<RatingTold, { number: number; stars: number }>('rateWork'),
  },
  guards: {
    isWhole: ({ context }) => context.number !== undefined && context.stars !== undefined,
    areMore: (_, left: Context['left']) => left.length > 0,
  },
  actions: {
    say: enqueueActions(say),
    keep: assign({ left: (_, read: RatableRead) => ('works' in read ? read.works : []) }),
    goOn: assign({ left: ({ context }) => context.left.slice(1), number: undefined, stars: undefined }),
    take: assign(({ context }, stars: number) => ({ stars, ...(context.left[0] && { number: context.left[0].number }) })),
  },
}).createMachine({
  id: 'rate',
  version: '1',
  context: ({ input: { numbers: [number, stars, more] = [], command } }) => ({
    ...(number !== undefined && { number }),
    ...(stars !== undefined && more === undefined && { stars }),
    isOnTheWay: command === undefined,
    left: [],
  }),
  initial: 'starting',
  states: {
    starting: {
      always: [{ guard: 'isWhole', target: 'rating' }, 'reading'],
    },
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readRatable',
        src: 'readRatable',
        input: ({ context: { number } }) => (number === undefined ? {} : { number }),
        onDone: [
          {
            guard: { type: 'areMore', params: ({ event }) => ('works' in event.output ? event.output.works : []) },
            target: 'asking',
            actions: { type: 'keep', params: ({ event }) => event.output },
          },
          { target: 'over', actions: { type: 'say', params: ({ context, event }) => (context.isOnTheWay ? [] : nothing(event.output)) } },
        ],
      },
    },
    asking: {
      meta: { ask },
      on: {
        CHOSE: { target: 'rating', actions: { type: 'take', params: ({ event }) => event.number } },
        MORE: [
          { guard: { type: 'areMore', params: ({ context }) => context.left.slice(1) }, target: 'asking', actions: 'goOn' },
          { target: 'over', actions: { type: 'say', params: [{ key: 'rate.end' }] } },
        ],
      },
    },
    rating: {
      tags: 'busy',
      invoke: {
        id: 'rateWork',
        src: 'rateWork',
        input: ({ context: { number = 0, stars = 0 } }) => ({ number, stars }),
        onDone: [
          {
            guard: { type: 'areMore', params: ({ context, event }) => ('rated' in event.output ? context.left.slice(1) : []) },
            target: 'asking',
            actions: [{ type: 'say', params: ({ event }) => statementsOf(event.output) }, 'goOn'],
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => statementsOf(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
});

function ask({ left: [work = { number: 0, label: '' }] }: Context): Question {
  const params = { number: work.number, title: work.label };
  const options = STARS.map((number) => ({ number, label: `rate.stars${number}`, command: { name: 'rate', number } as const }));
  const items = STARS.toReversed().map((stars) => ({ key: `rate.tap${stars}`, params }));
  return { key: 'rate.which', params, expects: 'choice', bindsAtOnce: true, options, taps: { head: { key: 'rate.tapHead', params }, items } };
}

function statementsOf(told: RatingTold): Statement[] {
  if ('refused' in told) return [{ key: 'rate.range' }];
  if ('rated' in told) {
    const { number, label: title } = told.rated;
    return [{ key: told.isChanged ? 'rate.changed' : 'rate.rated', params: { number, title, stars: told.stars } }];
  }
  return nothing(told);
}

function nothing(read: RatableRead): Statement[] {
  if ('works' in read) return [{ key: 'rate.none' }];
  if ('unfinished' in read) return [{ key: 'rate.unfinished', params: { number: read.unfinished.number, title: read.unfinished.label } }];
  return [{ key: 'rate.unknown', params: { number: read.unknown } }];
}
