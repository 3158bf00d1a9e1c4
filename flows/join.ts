import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { CardShown } from '../src/fund/roster/showCard.ts';

interface Context {
  readonly card: string;
  /** The card ties this phone or chat to its holder. */
  readonly tie: boolean;
  readonly why: FlowInput['why'];
  /** Somebody is on the way to another flow; a vote with numbers is what may be thought recorded. */
  readonly isOnTheWay: boolean;
  readonly votes: boolean;
  readonly resident?: string;
}

const CARD_LENGTH = 8;
/** With these answers, the card is shown once and then the phone or chat is known. */
const TIES: readonly FlowInput['why'][] = ['stranger', 'card'];

/** Find out who somebody is by their card: asked for on the way to another flow, or sent with 加入. */
export const join = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { showCard: service<CardShown, { card: string; tie: boolean }>('showCard') },
  guards: {
    cameWithCard: ({ context }) => context.card !== '',
    isLocked: (_, shown: CardShown) => 'refused' in shown && (shown.refused === 'locked' || shown.refused === 'lockedForStrangers'),
    isRefused: (_, shown: CardShown) => 'refused' in shown,
  },
  actions: {
    say: enqueueActions(say),
    keepCard: assign({ card: (_, card: string) => card }),
    keepHolder: assign({ resident: (_, shown: CardShown) => ('refused' in shown ? undefined : shown.resident) }),
  },
}).createMachine({
  id: 'join',
  version: '1',
  context: ({ input: { card = '', why, heading } }) => ({
    card,
    why,
    tie: heading === undefined || (card === '' && TIES.includes(why)),
    isOnTheWay: heading !== undefined,
    votes: heading?.flow === 'vote' && (heading.input.numbers ?? []).length > 0,
  }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'cameWithCard', target: 'showing' },
        { target: 'asking', actions: { type: 'say', params: ({ context }) => reasons(context) } },
      ],
    },
    asking: {
      meta: {
        ask: ({ why }) => ({ key: why === 'stranger' ? 'join.cardOrRegister' : 'join.card', expects: 'code', length: CARD_LENGTH }),
      },
      on: { CODE: { target: 'showing', actions: { type: 'keepCard', params: ({ event }) => event.digits } } },
    },
    showing: {
      tags: 'busy',
      invoke: {
        id: 'showCard',
        src: 'showCard',
        input: ({ context: { card, tie } }) => ({ card, tie }),
        onDone: [
          {
            guard: { type: 'isLocked', params: ({ event }) => event.output },
            target: 'over',
            actions: { type: 'say', params: ({ context, event }) => outcome(event.output, context) },
          },
          {
            guard: { type: 'isRefused', params: ({ event }) => event.output },
            target: 'asking',
            actions: { type: 'say', params: ({ context, event }) => outcome(event.output, context) },
          },
          {
            target: 'over',
            actions: [
              { type: 'keepHolder', params: ({ event }) => event.output },
              { type: 'say', params: ({ context, event }) => outcome(event.output, context) },
            ],
          },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { resident } }) => (resident === undefined ? {} : { identified: { resident, withCard: true } }),
});

function reasons({ why, votes }: Context): Statement[] {
  return [...(votes ? [{ key: 'join.notYetRecorded' }] : []), ...(why ? [{ key: `join.why.${why}` }] : [])];
}

function outcome(shown: CardShown, { isOnTheWay, votes }: Context): Statement[] {
  if ('refused' in shown) {
    const lost = votes ? [{ key: 'join.notYetRecorded' }] : [];
    const { refused, ...params } = shown;
    return [...lost, { key: `join.refused.${refused}`, params }];
  }
  const { name, tied, own } = shown;
  if (isOnTheWay) return tied && !own ? [{ key: 'join.tied' }] : [];
  return [name === undefined ? { key: 'join.known' } : { key: 'join.knownByName', params: { name } }];
}
