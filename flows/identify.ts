import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Question, Statement } from '../src/dialog/question.ts';
import type { CardShown, CodeChecked, CodeSent } from '../src/fund/people/index.ts';

interface Context {
  /** What the resident gave last: a card, a phone number as written, or six digits. */
  readonly given: string;
  /** The card links this phone or chat to its holder. */
  readonly link: boolean;
  readonly why: FlowInput['why'] | 'lockedPhone';
  /** The resident is on the way to another flow. If that is a vote with numbers, they may think that it was recorded. */
  readonly isOnTheWay: boolean;
  readonly votes: boolean;
  /** The resident has just come; `building` is the one whose poster led here, if one did. */
  readonly comes?: { readonly building?: string };
  /** The phone to which six digits were sent, in E.164. */
  readonly phone?: string;
  readonly resident?: string;
  readonly withCard?: boolean;
}

type Shown = CardShown | CodeChecked;
/** What guards and actions get when a service has answered. */
interface Answered {
  readonly context: Context;
  readonly event: { readonly output: Shown };
}

const CARD_LENGTH = 9;
const CODE_LENGTH = 6;
/** For these reasons the card is shown only once; then the phone or chat is known. */
const LINKS: readonly FlowInput['why'][] = ['stranger', 'newChat', 'card'];

const shownBy = ({ event }: Answered) => event.output;
/** After a card or six digits: asked again, or known. A resident who has another chat chooses first. */
const KNOWN = [
  { guard: { type: 'isRefused', params: shownBy }, target: 'asking', actions: { type: 'say', params: outcome } },
  { guard: { type: 'hasOtherChat', params: shownBy }, target: 'choosing', actions: { type: 'keepHolder', params: shownBy } },
  {
    target: 'over',
    actions: [
      { type: 'keepHolder', params: shownBy },
      { type: 'say', params: outcome },
    ],
  },
] as const;

/** Find out who somebody is, by their card or, in a chat, by their phone. It is asked for on the way to another flow, or sent with 加入. */
export const identify = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    showCard: service<CardShown, { card: string; link: boolean }>('showCard'),
    sendCode: service<CodeSent, { phone: string }>('sendCode'),
    checkCode: service<CodeChecked, { phone: string; digits: string }>('checkCode'),
    moveChat: service<{ moved: true }, { resident: string; withCard: boolean }>('moveChat'),
  },
  guards: {
    isStaff: (_, checked: CodeChecked) => 'staff' in checked,
    cameWithCard: ({ context }) => context.given !== '',
    isPending: ({ context }) => context.why === 'pending',
    maySayPhone: ({ context }) => context.why === 'newChat',
    isLocked: (_, shown: CardShown) => 'refused' in shown && (shown.refused === 'locked' || shown.refused === 'lockedForStrangers'),
    isRefused: (_, shown: Shown | CodeSent) => 'refused' in shown,
    isWrong: (_, checked: CodeChecked) => 'refused' in checked && checked.refused === 'wrong',
    isShared: (_, checked: CodeChecked) => 'refused' in checked && checked.refused === 'shared',
    needsCard: (_, checked: CodeChecked) => 'refused' in checked && checked.refused === 'needsCard',
    hasOtherChat: (_, shown: Shown) => !('refused' in shown || 'staff' in shown) && ('hasOther' in shown || !('own' in shown || shown.linked)),
    showedCard: ({ context }) => context.withCard === true,
  },
  actions: {
    say: enqueueActions(say),
    keep: assign({ given: (_, given: string) => given }),
    keepPhone: assign({ phone: (_, sent: CodeSent) => ('phone' in sent ? sent.phone : undefined) }),
    forget: assign({ given: '', phone: undefined }),
    askForCard: assign((_, why: Context['why']) => ({ why, link: true, given: '' })),
    keepHolder: assign((_, shown: Shown) => ('refused' in shown || 'staff' in shown ? {} : { resident: shown.resident, withCard: 'own' in shown })),
    forgetHolder: assign({ resident: undefined }),
  },
}).createMachine({
  id: 'identify',
  version: '2',
  context: ({ input: { card = '', why, flowTarget } }) => ({
    given: card,
    why,
    link: flowTarget === undefined || (card === '' && LINKS.includes(why)),
    isOnTheWay: flowTarget !== undefined,
    ...(flowTarget?.flow === 'welcome' && { comes: flowTarget.input.text ? { building: flowTarget.input.text } : {} }),
    votes: flowTarget?.flow === 'vote' && (flowTarget.input.numbers ?? []).length > 0,
  }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'cameWithCard', target: 'showing' },
        { guard: 'isPending', target: 'over', actions: { type: 'say', params: ({ context }) => reasons(context) } },
        { target: 'asking', actions: { type: 'say', params: ({ context }) => reasons(context) } },
      ],
    },
    asking: {
      entry: 'forget',
      meta: { ask: wanted },
      on: {
        CODE: { target: 'showing', actions: { type: 'keep', params: ({ event }) => event.digits } },
        PHONE: { guard: 'maySayPhone', target: 'sending', actions: { type: 'keep', params: ({ event }) => event.phone } },
      },
    },
    showing: {
      tags: 'busy',
      invoke: {
        id: 'showCard',
        src: 'showCard',
        input: ({ context: { given, link } }) => ({ card: given, link }),
        onDone: [
          { guard: { type: 'isLocked', params: ({ event }) => event.output }, target: 'over', actions: { type: 'say', params: outcome } },
          ...KNOWN,
        ],
      },
    },
    sending: {
      tags: 'busy',
      invoke: {
        id: 'sendCode',
        src: 'sendCode',
        input: ({ context: { given } }) => ({ phone: given }),
        onDone: [
          {
            guard: { type: 'isRefused', params: ({ event }) => event.output },
            target: 'asking',
            actions: { type: 'say', params: ({ event }) => unsent(event.output) },
          },
          { target: 'entering', actions: { type: 'keepPhone', params: ({ event }) => event.output } },
        ],
      },
    },
    entering: {
      meta: { ask: ({ phone }) => ({ key: 'identify.code', params: { phone }, expects: 'code', length: CODE_LENGTH, orPhone: true }) },
      on: {
        CODE: { target: 'checking', actions: { type: 'keep', params: ({ event }) => event.digits } },
        PHONE: { target: 'sending', actions: { type: 'keep', params: ({ event }) => event.phone } },
      },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'checkCode',
        src: 'checkCode',
        input: ({ context: { phone = '', given } }) => ({ phone, digits: given }),
        onDone: [
          { guard: { type: 'isWrong', params: ({ event }) => event.output }, target: 'entering', actions: { type: 'say', params: outcome } },
          { guard: { type: 'isShared', params: ({ event }) => event.output }, target: 'starting', actions: { type: 'askForCard', params: 'shared' } },
          {
            guard: { type: 'needsCard', params: ({ event }) => event.output },
            target: 'starting',
            actions: { type: 'askForCard', params: 'lockedPhone' },
          },
          { guard: { type: 'isStaff', params: ({ event }) => event.output }, target: 'over', actions: { type: 'say', params: outcome } },
          ...KNOWN,
        ],
      },
    },
    /** The resident has a chat already: should it be replaced by this one? */
    choosing: {
      meta: { ask: () => ({ key: 'identify.otherChat', expects: 'confirmation' }) },
      on: {
        YES: 'moving',
        NO: [
          { guard: 'showedCard', target: 'over', actions: { type: 'say', params: [{ key: 'identify.stays' }] } },
          { target: 'over', actions: ['forgetHolder', { type: 'say', params: [{ key: 'identify.stays' }] }] },
        ],
      },
    },
    moving: {
      tags: 'busy',
      invoke: {
        id: 'moveChat',
        src: 'moveChat',
        input: ({ context: { resident = '', withCard = false } }) => ({ resident, withCard }),
        onDone: { target: 'over', actions: { type: 'say', params: [{ key: 'identify.moved' }] } },
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { resident, withCard = false } }) => (resident === undefined ? {} : { identified: { resident, withCard } }),
});

function wanted({ why }: Context): Question {
  if (why === 'newChat') return { key: 'identify.cardOrPhone', expects: 'code', length: CARD_LENGTH, orPhone: true };
  if (why === 'stranger') return { key: 'identify.cardOrRequest', expects: 'code', length: CARD_LENGTH };
  return { key: 'identify.card', outcome: 'askCard', expects: 'code', length: CARD_LENGTH };
}

function reasons({ why, votes, comes }: Context): Statement[] {
  if (comes && why !== 'shared' && why !== 'lockedPhone')
    return [comes.building ? { key: 'identify.helloAt', params: { building: comes.building } } : { key: 'identify.hello' }];
  const because = why && why !== 'newChat' ? [{ key: `identify.why.${why}` }] : [];
  return [...(votes ? [{ key: 'identify.notYetRecorded' }] : []), ...because];
}

function unsent(sent: CodeSent): Statement[] {
  return 'refused' in sent ? [{ key: `identify.unsent.${sent.refused}` }] : [];
}

function outcome({ context: { isOnTheWay, votes, why, comes }, event: { output: shown } }: Answered): Statement[] {
  if ('staff' in shown)
    return [...(votes ? [{ key: 'identify.notYetRecorded' }] : []), { key: isOnTheWay && !comes ? 'identify.staffIsNoVoter' : 'identify.staff' }];
  if ('refused' in shown) {
    const lost = votes ? [{ key: 'identify.notYetRecorded' }] : [];
    const { refused, ...params } = shown;
    return [...lost, { key: `identify.refused.${refused}`, params }];
  }
  const { name } = shown;
  if (!isOnTheWay && 'isShared' in shown) return [{ key: 'identify.knownShared' }];
  if (!isOnTheWay) return [name === undefined ? { key: 'identify.known' } : { key: 'identify.knownByName', params: { name } }];
  if (!shown.linked || ('own' in shown && shown.own)) return [];
  return [why === 'newChat' && name !== undefined ? { key: 'identify.greeted', params: { name } } : { key: 'identify.linked' }];
}
