import { assign, enqueueActions, setup } from 'xstate';
import type { Nudged, Planned, Situation } from '../src/dialog/cadreOutcome.ts';
import type { CommandName } from '../src/dialog/command.ts';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Option, Statement } from '../src/dialog/question.ts';
import type { CadreChecked, CadreProved } from '../src/fund/people/index.ts';

interface Context {
  readonly command: CommandName;
  readonly text: string;
  readonly sent?: { readonly phone: string };
  /** When the six digits were repeated. */
  readonly provedAt?: string;
  readonly given: string;
  readonly plan?: Planned;
}

type Plan = Planned | { readonly refused: string };

const CODE_LENGTH = 6;
/** Fewer voters are told as few. */
const FEW = 10;
const CHOICES: Option[] = [
  { number: 1, label: 'cadre.send' },
  { number: 2, label: 'cadre.leave' },
];

/**
 * What only cadres can do by message, after it is known that the sender is one: write to everybody, remind residents who have not voted,
 * see the situation.
 */
export const cadre = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    proveCadre: service<CadreProved>('proveCadre'),
    checkCadre: service<CadreChecked, { phone: string; digits: string }>('checkCadre'),
    planBroadcast: service<Plan, { text: string }>('planBroadcast'),
    sendBroadcast: service<Plan, { text: string; provedAt?: string }>('sendBroadcast'),
    nudge: service<Nudged>('nudge'),
    readSituation: service<Situation>('readSituation'),
  },
  guards: {
    isProved: (_, outcome: CadreProved | CadreChecked) => 'proved' in outcome,
    isSent: (_, outcome: CadreProved) => 'sent' in outcome,
    isWrong: (_, outcome: CadreChecked) => 'refused' in outcome && outcome.refused === 'wrong',
    isRefused: (_, outcome: Plan) => 'refused' in outcome,
    isStale: (_, outcome: Plan) => 'refused' in outcome && outcome.refused === 'stale',
    isNudge: ({ context }) => context.command === 'nudge',
    isSituation: ({ context }) => context.command === 'situation',
    hasText: ({ context }) => context.text.trim() !== '',
    isText: (_, text: string | undefined) => text !== undefined && text.trim() !== '',
    isSend: (_, number: number) => number === 1,
    isLeave: (_, number: number) => number === 2,
  },
  actions: {
    say: enqueueActions(say),
    keepSent: assign((_, outcome: CadreProved) => ('sent' in outcome ? { sent: outcome.sent } : {})),
    keepGiven: assign({ given: (_, given: string) => given }),
    keepProof: assign({ provedAt: (_, outcome: CadreChecked) => ('proved' in outcome ? outcome.at : undefined) }),
    forgetGiven: assign({ given: '' }),
    forget: assign({ sent: undefined, given: '' }),
    keepText: assign({ text: (_, text: string | undefined) => text ?? '' }),
    keepPlan: assign((_, plan: Plan) => ('people' in plan ? { plan } : {})),
  },
}).createMachine({
  id: 'cadre',
  version: '1',
  context: ({ input: { command = 'situation', text = '' } }) => ({ command, text, given: '' }),
  initial: 'proving',
  states: {
    proving: {
      tags: 'busy',
      invoke: {
        id: 'proveCadre',
        src: 'proveCadre',
        onDone: [
          {
            guard: { type: 'isProved', params: ({ event }) => event.output },
            target: 'acting',
          },
          {
            guard: { type: 'isSent', params: ({ event }) => event.output },
            target: 'asking',
            actions: { type: 'keepSent', params: ({ event }) => event.output },
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => refusal(event.output) } },
        ],
      },
    },
    asking: {
      meta: { ask: ({ sent }) => ({ key: 'cadre.code', params: { phone: sent?.phone ?? '' }, expects: 'code', length: CODE_LENGTH }) },
      on: { CODE: { target: 'checking', actions: { type: 'keepGiven', params: ({ event }) => event.digits } } },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'checkCadre',
        src: 'checkCadre',
        input: ({ context: { sent, given } }) => ({ phone: sent?.phone ?? '', digits: given }),
        onDone: [
          {
            guard: { type: 'isProved', params: ({ event }) => event.output },
            target: 'acting',
            actions: { type: 'keepProof', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'isWrong', params: ({ event }) => event.output },
            target: 'asking',
            actions: [{ type: 'say', params: ({ event }) => refusal(event.output) }, 'forgetGiven'],
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => refusal(event.output) } },
        ],
      },
    },
    acting: {
      entry: 'forget',
      always: [
        { guard: 'isNudge', target: 'nudging' },
        { guard: 'isSituation', target: 'reading' },
        { guard: 'hasText', target: 'planning' },
        'telling',
      ],
    },
    telling: {
      meta: { ask: () => ({ key: 'cadre.tell', expects: 'freeText', command: 'broadcast', maxSeconds: 60, maxChars: 600 }) },
      on: {
        FREE_TEXT: {
          guard: { type: 'isText', params: ({ event }) => event.text },
          target: 'planning',
          actions: { type: 'keepText', params: ({ event }) => event.text },
        },
      },
    },
    planning: {
      tags: 'busy',
      invoke: {
        id: 'planBroadcast',
        src: 'planBroadcast',
        input: ({ context: { text } }) => ({ text }),
        onDone: [
          {
            guard: { type: 'isRefused', params: ({ event }) => event.output },
            target: 'over',
            actions: { type: 'say', params: ({ event }) => refusal(event.output) },
          },
          { target: 'confirming', actions: { type: 'keepPlan', params: ({ event }) => event.output } },
        ],
      },
    },
    confirming: {
      meta: { ask: ({ plan, text }) => ({ ...planned(plan, text), expects: 'choice', bindsAtOnce: true, options: CHOICES }) },
      on: {
        CHOSE: [
          { guard: { type: 'isSend', params: ({ event }) => event.number }, target: 'sending' },
          {
            guard: { type: 'isLeave', params: ({ event }) => event.number },
            target: 'over',
            actions: { type: 'say', params: [{ key: 'cadre.left' }] },
          },
        ],
      },
    },
    sending: {
      tags: 'busy',
      invoke: {
        id: 'sendBroadcast',
        src: 'sendBroadcast',
        input: ({ context: { text, provedAt } }) => ({ text, ...(provedAt !== undefined && { provedAt }) }),
        onDone: [
          { guard: { type: 'isStale', params: ({ event }) => event.output }, target: 'proving' },
          { target: 'over', actions: { type: 'say', params: ({ event }) => sentOf(event.output) } },
        ],
      },
    },
    nudging: {
      tags: 'busy',
      invoke: {
        id: 'nudge',
        src: 'nudge',
        onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => nudgedOf(event.output) } },
      },
    },
    reading: {
      tags: 'busy',
      invoke: {
        id: 'readSituation',
        src: 'readSituation',
        onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => situationOf(event.output) } },
      },
    },
    over: { type: 'final' },
  },
});

function refusal(outcome: CadreProved | CadreChecked | Plan): Statement[] {
  if (!('refused' in outcome)) return [];
  return [{ key: `cadre.refused.${outcome.refused}`, ...('triesLeft' in outcome && { params: { triesLeft: outcome.triesLeft } }) }];
}

/** Shows what is going to be sent, and the plan: with or without a price, for now or for the end of the night. */
function planned(plan: Planned | undefined, text: string): { key: string; params: Record<string, string | number> } {
  const { people = 0, units = 0, cost, currency = '', waitsUntil } = plan ?? {};
  const params = { text: text.trim(), people, units, ...(cost !== undefined && { cost, currency }), ...(waitsUntil && { waitsUntil }) };
  return { key: `cadre.confirm${cost === undefined ? 'Unpriced' : ''}${waitsUntil ? 'Later' : ''}`, params };
}

function sentOf(plan: Plan): Statement[] {
  if ('refused' in plan) return refusal(plan);
  const { people, waitsUntil } = plan;
  return [{ key: waitsUntil ? 'cadre.sentLater' : 'cadre.sent', params: { people, ...(waitsUntil && { waitsUntil }) } }];
}

function nudgedOf(nudged: Nudged): Statement[] {
  if ('refused' in nudged) return [{ key: nudged.refused === 'notCadre' ? 'cadre.refused.notCadre' : 'cadre.notVoting' }];
  const { notVoted, waitsUntil } = nudged;
  return [{ key: waitsUntil ? 'cadre.nudgedLater' : 'cadre.nudged', params: { notVoted, ...(waitsUntil && { waitsUntil }) } }];
}

function situationOf({ turnout, channels }: Situation): Statement[] {
  const sent: Statement[] = channels.map(({ channel, ...params }) => ({
    key: `cadre.messages.${channel}${params.failed > 0 ? 'Failed' : ''}`,
    params,
  }));
  if (sent.length === 0) sent.push({ key: 'cadre.nothingSent' });
  if (!turnout) return [{ key: 'cadre.notVoting' }, ...sent];
  const { isOver, ...voted } = turnout;
  if (isOver && !turnout.keyedUntil) return [{ key: 'cadre.turnoutOver', params: voted }, ...sent];
  const few = turnout.voters < FEW ? 'Few' : '';
  const first = { key: `cadre.turnout${isOver ? 'Keying' : ''}${few}`, params: voted };
  return [first, ...(isOver || channels.length === 0 ? [] : [{ key: 'cadre.inTens' }]), ...sent];
}
